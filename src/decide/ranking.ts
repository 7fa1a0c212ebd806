import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { READINESS, weighAsMeasured } from './merit.ts'
import { compare, type Ordering } from './ordering.ts'
import type { Rows } from './rows.ts'
import { shortList } from './short-list.ts'

/** A row of the table with what was measured about it. */
export interface Ranked {
  readonly endpoint: number
  readonly latencyMs: number
  /** Under the policy, or what the caller sorts by. */
  readonly merit: number
  /** False: paused, or without room. */
  readonly isOpen: boolean
}

/**
 * Ranks rows whose models' standing is known (`scratch.standing`), best first:
 *
 * 1. endpoints that their traffic cap leaves no room come behind the others, and those that are paused after failures last;
 * 2. models in steps of the policy's band below the best predicted quality: all within one band of the best are equal
 *    here, then those within the next, so that a fall-back is near in quality. Models that nobody rated stand a little
 *    below their predicted quality here and in merit, see `predictStandings`;
 * 3. the caller's `provider.order`;
 * 4. endpoints that are not ailing (see `LEAST_SUCCESS`), unless the caller sorts;
 * 5. endpoints whose price can be compared, then $0 trials of somebody else's, then those without a stated price:
 *    a trial is rate-limited and an unknown price may be any, so neither wins by its price;
 * 6. merit (see `meritOf`) or what the caller sorts by, then the cheaper, then the endpoint id.
 *
 * Health is read for a short list of the best only; if all of that is paused or full, the next are looked at.
 */
export function rank(table: CandidateTable, ask: Ask, rows: Rows, ordering: Ordering): readonly Ranked[] {
  const { passed, readiness, listed } = table.scratch
  writeSteps(table, rows.models, ordering.policy.qualityBand)
  passed.fill(0)
  const weighed: number[] = []
  for (let isOpen = false; !isOpen; ) {
    const count = shortList(table, ask, rows, ordering, weighed.length === 0)
    if (count === 0) break
    for (let i = 0; i < count; i++) {
      const e = listed[i]!
      passed[e] = 1
      weighAsMeasured(table, ask, e, ordering)
      isOpen ||= readiness[e] === READINESS.open
      weighed.push(e)
    }
  }
  weighed.sort((a, b) => compare(table, ordering, a, b))
  return capped(table, weighed, ordering).map((e) => rankedRow(table, e))
}

/** Writes how many bands each model stands below the best of them; without a band, the distance itself. */
function writeSteps({ scratch: { standing, step } }: CandidateTable, models: Int32Array, band: number): void {
  let best = 0
  for (let g = 0; g < models.length; g++) {
    const own = standing[models[g]!]!
    if (own > best) best = own
  }
  for (let g = 0; g < models.length; g++) {
    const m = models[g]!
    const distance = best - standing[m]!
    // The small allowance is for rounding.
    step[m] = band > 0 ? Math.max(0, Math.ceil(distance / band - 1e-9) - 1) : distance
  }
}

/** A row that was weighed. */
export function rankedRow({ scratch }: CandidateTable, e: number): Ranked {
  return {
    endpoint: e,
    latencyMs: scratch.latencyMs[e]!,
    merit: scratch.merit[e]!,
    isOpen: scratch.readiness[e] === READINESS.open,
  }
}

/** The first `keep` rows with at most `keepPerModel` of one model. */
function capped(
  table: CandidateTable,
  rows: readonly number[],
  { keep, keepPerModel }: Ordering,
): readonly number[] {
  if (rows.length <= Math.min(keep, keepPerModel)) return rows
  const kept: number[] = []
  for (const e of rows) {
    // Few rows are kept: counting them is less than a map.
    let already = 0
    for (const other of kept) if (table.model[other] === table.model[e]) already++
    if (already < keepPerModel && kept.push(e) === keep) break
  }
  return kept
}
