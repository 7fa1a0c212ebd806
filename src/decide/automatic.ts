import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { drawEndpoint, type EndpointDraw, type Lottery } from './endpoint-draw.ts'
import { type Field, surveyField } from './explanation.ts'
import { explore } from './exploration.ts'
import { marketRows } from './market-rows.ts'
import { nearBest } from './near-best.ts'
import type { Ordering } from './ordering.ts'
import type { Sort } from './policy.ts'
import { keepCheapest, keepPredicted } from './prediction-limits.ts'
import { type PromptRatings, predictStandings } from './quality.ts'
import { type Ranked, rank } from './ranking.ts'
import { type Rows, rowsOfModel } from './rows.ts'
import { type Unseparated, unseparated } from './separation.ts'

/** An automatic choice and how it came about. */
export interface AutomaticChoice {
  /** Best first; empty when the limits left nothing. */
  readonly rows: readonly Ranked[]
  readonly field: Field
  /** Set where the best model on average was taken for want of evidence. */
  readonly unseparated?: Unseparated
  /** The model that would have been taken, where another was drawn to be tried. */
  readonly exploredInsteadOf?: string
  readonly propensity: number
  /** How the first row's endpoint was drawn among those of its model. */
  readonly draw: EndpointDraw
}

/**
 * Chooses among all endpoints that the limits leave: the best under the policy; or the best model on average where the
 * evidence does not separate the two; or, where the policy explores, in a share of the calls another. Undefined when the
 * limits leave nothing.
 *
 * @param sort what orders the endpoints of each model, or those of all models within the band, which then are neither
 *   doubted nor explored away from.
 * @param lottery asked for models by policies that explore, and for the endpoint of the chosen model.
 */
export function chooseAutomatically(
  table: CandidateTable,
  ask: Ask,
  ordering: Ordering,
  sort: Sort | undefined,
  ratings: PromptRatings,
  lottery: Lottery,
): AutomaticChoice | undefined {
  const passed = keepPredicted(table, ask, marketRows(table, ask))
  const left = ask.cheapestShare === undefined ? passed : keepCheapest(table, ask, passed, ask.cheapestShare)
  if (left.endpoints.length === 0) return undefined
  if (sort?.acrossModels) {
    const { rows, field } = rankAll(table, ask, left, { ...ordering, sortBy: sort.by }, ratings)
    return { rows, field, propensity: 1, draw: { rows } }
  }
  const choice = chooseByMerit(table, ask, left, ordering, ratings, lottery.random)
  if (sort !== undefined) {
    const rows = sortEachModel(table, ask, left, choice.rows, { ...ordering, sortBy: sort.by })
    return { ...choice, rows, draw: { rows } }
  }
  const { endpoints } = rowsOfModel(left, table.model[choice.rows[0]!.endpoint]!)
  const draw = drawEndpoint(table, ask, choice.rows, endpoints, ordering, lottery)
  return { ...choice, rows: draw.rows, draw }
}

function chooseByMerit(
  table: CandidateTable,
  ask: Ask,
  left: Rows,
  ordering: Ordering,
  ratings: PromptRatings,
  random: () => number,
): Omit<AutomaticChoice, 'draw'> {
  const { rows: ranked, field } = rankAll(table, ask, left, ordering, ratings)
  const doubt = unseparated(table, ask, ranked[0]!, left, ordering, ratings)
  const rows = doubt === undefined ? ranked : inFront(table, doubt.rows, ranked, ordering.keep)
  const choice = { rows, field, ...(doubt && { unseparated: doubt }) }
  const { exploration } = ordering.policy
  if (exploration === undefined) return { ...choice, propensity: 1 }
  const best = rows[0]!
  const { drawn, propensity } = explore(table, ask, left, best, ordering, exploration, ratings, random)
  if (drawn === undefined) return { ...choice, propensity }
  return {
    rows: inFront(table, drawn, rows, ordering.keep),
    field,
    exploredInsteadOf: table.models[table.model[best.endpoint]!]!.slug,
    propensity,
  }
}

/** Ranks what the limits left, and looks over it. */
function rankAll(
  table: CandidateTable,
  ask: Ask,
  left: Rows,
  ordering: Ordering,
  ratings: PromptRatings,
): Pick<AutomaticChoice, 'rows' | 'field'> {
  const near = nearBest(table, left, ordering, ratings)
  const rows = rank(table, ask, near, ordering)
  const field = surveyField(table, ask, near, left.models.length, ratings)
  if (near === left || rows[0]!.isOpen) return { rows, field }
  predictStandings(ratings, left.models, table.scratch.standing)
  return { rows: rank(table, ask, left, ordering), field }
}

/** The models of the rows in their order, each with its best endpoints as the caller sorts them. */
function sortEachModel(
  table: CandidateTable,
  ask: Ask,
  all: Rows,
  rows: readonly Ranked[],
  ordering: Ordering,
): readonly Ranked[] {
  const models = new Set(rows.map(({ endpoint }) => table.model[endpoint]!))
  const sorted = [...models].flatMap((m) => rank(table, ask, rowsOfModel(all, m), ordering))
  return sorted.slice(0, ordering.keep)
}

/** The endpoints of one model, then all other rows, at most `keep`. */
function inFront(
  table: CandidateTable,
  first: readonly Ranked[],
  others: readonly Ranked[],
  keep: number,
): readonly Ranked[] {
  const model = table.model[first[0]!.endpoint]!
  return [...first, ...others.filter(({ endpoint }) => table.model[endpoint] !== model)].slice(0, keep)
}
