import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Exploration } from './policy.ts'
import { expectedCostUsd } from './predict.ts'
import { type PromptRatings, qualitySd } from './quality.ts'
import { type Ordering, type Ranked, rank } from './ranking.ts'
import { type Arm, chooseInWorlds, FARTHEST, WORLDS } from './thompson.ts'

/** What exploring did to one decision. */
export interface Exploring {
  /** Probability with which the choice that was made is made, given the worlds of this decision. */
  readonly propensity: number
  /** The endpoints of a model other than the best choice, where one was drawn, best first. */
  readonly drawn?: readonly Ranked[]
}

/**
 * Tries something else than the best choice in a share of the calls: a Thompson draw (see `chooseInWorlds`) among the
 * models whose predicted quality keeps the floor, at endpoints whose expected cost is at most `maxExtraCostUsd` above the
 * best choice's. `WORLDS` worlds are drawn from a seed that `random` gives, one of them counts; so the propensity of a
 * model, (1 − share) for the best choice plus share · (its worlds / `WORLDS`), is exact given the seed, and that of all
 * models sums to 1.
 *
 * @param left how many rows the limits left in `scratch.survivors`, which are replaced.
 * @param best the first row of the best choice.
 * @param random uniform in [0, 1); asked three times: whether to explore, for the seed, for the world.
 */
export function explore(
  table: CandidateTable,
  ask: Ask,
  left: number,
  best: Ranked,
  ordering: Ordering,
  exploration: Exploration,
  ratings: PromptRatings,
  random: () => number,
): Exploring {
  const { share } = exploration
  const explores = random() < share
  const seed = Math.floor(random() * 2 ** 32)
  const world = Math.floor(random() * WORLDS)
  const rows = eligible(table, ask, left, best, ordering, exploration, ratings)
  const firsts = rankForTrial(table, ask, rows, { ...ordering, keep: Infinity, keepPerModel: 1 })
  if (firsts.length === 0) return { propensity: 1 }
  const { qualityBand, weights } = ordering.policy
  const worlds = chooseInWorlds(
    armsOf(table, firsts, ordering, ratings),
    { qualityBand, qualityWeight: weights.quality },
    seed,
  )
  const bestModel = modelOf(table, best)
  const model = explores ? modelOf(table, firsts[worlds[world]!]!) : bestModel
  const inWorlds = worlds.filter((arm) => modelOf(table, firsts[arm]!) === model).length / WORLDS
  const propensity = (model === bestModel ? 1 - share : 0) + share * inWorlds
  if (model === bestModel) return { propensity }
  const its = rows.filter((e) => table.model[e] === model)
  return { propensity, drawn: rankForTrial(table, ask, its, ordering) }
}

/** The rows that may be tried, without those of models that cannot win in any world. */
function eligible(
  table: CandidateTable,
  ask: Ask,
  left: number,
  best: Ranked,
  { policy }: Ordering,
  { maxExtraCostUsd, minQuality = 0 }: Exploration,
  ratings: PromptRatings,
): Int32Array {
  const { quality, survivors } = table.scratch
  const mostUsd = expectedCostUsd(table, best.endpoint, ask) + maxExtraCostUsd
  const rows = new Int32Array(left)
  /** Per row: the most that its model's quality may be drawn as. */
  const reach = new Float64Array(left)
  let certain = -Infinity
  let count = 0
  let last = -1
  let most = 0
  for (let i = 0; i < left; i++) {
    const e = survivors[i]!
    const m = table.model[e]!
    if (quality[m]! < minQuality) continue
    if (!(expectedCostUsd(table, e, ask) <= mostUsd)) continue
    if (m !== last) {
      const width = FARTHEST * qualitySd(ratings, m, quality[m]!)
      certain = Math.max(certain, quality[m]! - width)
      most = quality[m]! + width
      last = m
    }
    reach[count] = most
    rows[count++] = e
  }
  return rows.subarray(0, count).filter((_, i) => reach[i]! >= certain - policy.qualityBand)
}

/** Ranks rows as if all models were equally good; paused and full ones are left out. */
function rankForTrial(
  table: CandidateTable,
  ask: Ask,
  rows: Int32Array,
  ordering: Ordering,
): readonly Ranked[] {
  table.scratch.survivors.set(rows)
  const policy = { ...ordering.policy, qualityBand: 1 }
  return rank(table, ask, 0, rows.length, { ...ordering, policy }).filter(({ isOpen }) => isOpen)
}

function armsOf(
  table: CandidateTable,
  firsts: readonly Ranked[],
  { policy, providerOrder }: Ordering,
  ratings: PromptRatings,
): readonly Arm[] {
  const { quality, standing } = table.scratch
  return firsts.map((row) => {
    const m = modelOf(table, row)
    const e = row.endpoint
    const place = providerOrder?.[e] ?? 0
    return {
      quality: quality[m]!,
      sd: qualitySd(ratings, m, quality[m]!),
      merit: row.merit - policy.weights.quality * standing[m]!,
      tier: place * DEALS + table.deal[e]!,
    }
  })
}

/** More than there are kinds of deals. */
const DEALS = 4

function modelOf(table: CandidateTable, { endpoint }: Ranked): number {
  return table.model[endpoint]!
}
