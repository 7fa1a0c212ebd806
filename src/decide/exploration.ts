import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Ordering } from './ordering.ts'
import type { Exploration } from './policy.ts'
import { expectedCostUsd } from './predict.ts'
import { type PromptRatings, predictedQuality, predictStandings, qualitySd } from './quality.ts'
import { type Ranked, rank } from './ranking.ts'
import { filterRows, type Rows, roomForRows, rowsOfModel } from './rows.ts'
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
 * @param left what the limits left.
 * @param best the first row of the best choice.
 * @param random uniform in [0, 1); asked three times: whether to explore, for the seed, for the world.
 */
export function explore(
  table: CandidateTable,
  ask: Ask,
  left: Rows,
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
  predictStandings(ratings, left.models, table.scratch.standing)
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
  return { propensity, drawn: rankForTrial(table, ask, rowsOfModel(rows, model), ordering) }
}

/** The rows that may be tried, without those of models that cannot win in any world. */
function eligible(
  table: CandidateTable,
  ask: Ask,
  left: Rows,
  best: Ranked,
  { policy }: Ordering,
  { maxExtraCostUsd, minQuality = 0 }: Exploration,
  ratings: PromptRatings,
): Rows {
  const mostUsd = expectedCostUsd(table, best.endpoint, ask) + maxExtraCostUsd
  const room = roomForRows(left.endpoints.length, left.models.length)
  const affordable = filterRows(
    left,
    (m) => predictedQuality(ratings, m) >= minQuality,
    (e) => expectedCostUsd(table, e, ask) <= mostUsd,
    room,
  )
  const widthOf = (m: number) => FARTHEST * qualitySd(ratings, m, predictedQuality(ratings, m))
  let certain = -Infinity
  for (const m of affordable.models) certain = Math.max(certain, predictedQuality(ratings, m) - widthOf(m))
  const mayWin = (m: number) => predictedQuality(ratings, m) + widthOf(m) >= certain - policy.qualityBand
  return filterRows(affordable, mayWin, () => true, room)
}

/** Ranks rows as if all models were equally good; paused and full ones are left out. */
function rankForTrial(table: CandidateTable, ask: Ask, rows: Rows, ordering: Ordering): readonly Ranked[] {
  const policy = { ...ordering.policy, qualityBand: 1 }
  return rank(table, ask, rows, { ...ordering, policy }).filter(({ isOpen }) => isOpen)
}

function armsOf(
  table: CandidateTable,
  firsts: readonly Ranked[],
  { policy, providerOrder }: Ordering,
  ratings: PromptRatings,
): readonly Arm[] {
  const { standing } = table.scratch
  return firsts.map((row) => {
    const m = modelOf(table, row)
    const e = row.endpoint
    const place = providerOrder?.[e] ?? 0
    const quality = predictedQuality(ratings, m)
    return {
      quality,
      sd: qualitySd(ratings, m, quality),
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
