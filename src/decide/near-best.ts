import type { CandidateTable } from './candidate-table.ts'
import type { Ordering } from './ordering.ts'
import { chance, type PromptRatings, predictStandings, standingLogits } from './quality.ts'
import { partOf, type Rows } from './rows.ts'
import { BUCKETS, bucketWidth, shortListSize } from './short-list.ts'

/** Bins of the logits' distance from the best, 32 to a logit: most models of a market lie within 8. */
const BINS = 256
const BINS_PER_LOGIT = 32
/** Of a quality; far more than rounding can make of one. */
const ALLOWANCE = 1e-6

const rowsInBin = new Int32Array(BINS)

/**
 * Of what the limits left, the rows of models that stand near enough to the best to be in the short list or within the
 * policy's band, and a few more. Only these models' standings are predicted: quality grows with its logit, so that
 * those of the rest need not be known. All rows where that cannot be told by the logits.
 *
 * @param rows not empty
 */
export function nearBest(
  table: CandidateTable,
  rows: Rows,
  ordering: Ordering,
  ratings: PromptRatings,
): Rows {
  const { standing, logits } = table.scratch
  let kept = rows
  if (ratings.shifts === undefined && rows.endpoints.length > shortListSize(ordering).rows) {
    standingLogits(ratings, rows.models, logits)
    const least = leastLogit(logits, rows, ordering)
    if (least > -Infinity) kept = rowsFrom(least, logits, rows, table.scratch.near)
  }
  predictStandings(ratings, kept.models, standing)
  return kept
}

/** The logit below which no model can be in the short list or within the band; −Infinity where any may be. */
function leastLogit(logits: Float64Array, { models, starts }: Rows, ordering: Ordering): number {
  const size = shortListSize(ordering)
  let best = -Infinity
  for (let g = 0; g < models.length; g++) if (logits[models[g]!]! > best) best = logits[models[g]!]!
  rowsInBin.fill(0)
  for (let g = 0; g < models.length; g++) {
    const bin = (best - logits[models[g]!]!) * BINS_PER_LOGIT
    if (bin < BINS) rowsInBin[bin | 0]! += Math.min(starts[g + 1]! - starts[g]!, size.ofModel)
  }
  let bin = 0
  let enough = rowsInBin[0]!
  while (enough < size.rows && ++bin < BINS) enough += rowsInBin[bin]!
  if (enough < size.rows) return -Infinity
  const top = chance(best)
  const width = bucketWidth(ordering.policy.qualityBand)
  // The buckets that hold these rows, whole.
  const buckets = Math.floor((top - chance(best - (bin + 1) / BINS_PER_LOGIT)) / width) + 1
  const lowest = top - buckets * width - ALLOWANCE
  return buckets >= BUCKETS || lowest <= 0 ? -Infinity : Math.log(lowest / (1 - lowest))
}

/** Of some rows those of the models with a logit from `least` on. A loop of its own, because it runs over the whole market. */
function rowsFrom(least: number, logits: Float64Array, rows: Rows, room: Rows): Rows {
  let count = 0
  let groups = 0
  for (let g = 0; g < rows.models.length; g++) {
    const m = rows.models[g]!
    if (logits[m]! < least) continue
    room.models[groups] = m
    room.starts[groups++] = count
    for (let i = rows.starts[g]!; i < rows.starts[g + 1]!; i++) room.endpoints[count++] = rows.endpoints[i]!
  }
  room.starts[groups] = count
  return partOf(room, count, groups)
}
