import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { drawEndpoint, type EndpointDraw, type Lottery } from './endpoint-draw.ts'
import { type Field, surveyField } from './explanation.ts'
import { explore } from './exploration.ts'
import { applyLimits, keepCheapest } from './limits.ts'
import type { Sort } from './policy.ts'
import type { PromptRatings } from './quality.ts'
import { type Ordering, type Ranked, rank } from './ranking.ts'
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
 * @param predict writes the predicted quality of one model to the scratch columns.
 * @param lottery asked for models by policies that explore, and for the endpoint of the chosen model.
 */
export function chooseAutomatically(
  table: CandidateTable,
  ask: Ask,
  ordering: Ordering,
  sort: Sort | undefined,
  ratings: PromptRatings,
  predict: (model: number) => void,
  lottery: Lottery,
): AutomaticChoice | undefined {
  const asksQuality = ask.predictions !== undefined
  if (asksQuality) for (let m = 0; m < table.models.length; m++) predict(m)
  const passed = applyLimits(table, ask, 0, table.endpoints.length)
  if (!asksQuality) predictSurvivors(table, passed, predict)
  const left = ask.cheapestShare === undefined ? passed : keepCheapest(table, ask, passed, ask.cheapestShare)
  if (left === 0) return undefined
  if (sort?.acrossModels) {
    const rows = rank(table, ask, 0, left, { ...ordering, sortBy: sort.by })
    return { rows, field: surveyField(table, ask, left), propensity: 1, draw: { rows } }
  }
  table.scratch.left.set(table.scratch.survivors.subarray(0, left))
  const all = table.scratch.left.subarray(0, left)
  const choice = chooseByMerit(table, ask, left, ordering, ratings, lottery.random)
  if (sort !== undefined) {
    const rows = sortEachModel(table, ask, all, choice.rows, { ...ordering, sortBy: sort.by })
    return { ...choice, rows, draw: { rows } }
  }
  const endpoints = ofModel(table, all, table.model[choice.rows[0]!.endpoint]!)
  const draw = drawEndpoint(table, ask, choice.rows, endpoints, ordering, lottery)
  return { ...choice, rows: draw.rows, draw }
}

/** The rows of one model among rows that ascend. */
function ofModel({ firstEndpoint }: CandidateTable, rows: Int32Array, model: number): Int32Array {
  return rows.subarray(
    firstAtLeast(rows, firstEndpoint[model]!),
    firstAtLeast(rows, firstEndpoint[model + 1]!),
  )
}

function firstAtLeast(ascending: Int32Array, value: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function chooseByMerit(
  table: CandidateTable,
  ask: Ask,
  left: number,
  ordering: Ordering,
  ratings: PromptRatings,
  random: () => number,
): Omit<AutomaticChoice, 'draw'> {
  const ranked = rank(table, ask, 0, left, ordering)
  const field = surveyField(table, ask, left)
  const doubt = unseparated(table, ask, ranked[0]!, field.models, ordering, ratings)
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

/** Predicts the quality of the models that the limits left, and of no others. */
function predictSurvivors(
  { model, scratch }: CandidateTable,
  count: number,
  predict: (model: number) => void,
): void {
  let last = -1
  for (let i = 0; i < count; i++) {
    const m = model[scratch.survivors[i]!]!
    if (m !== last) predict(m)
    last = m
  }
}

/** The models of the rows in their order, each with its best endpoints of `all` as the caller sorts them. */
function sortEachModel(
  table: CandidateTable,
  ask: Ask,
  all: Int32Array,
  rows: readonly Ranked[],
  ordering: Ordering,
): readonly Ranked[] {
  const models = new Set(rows.map(({ endpoint }) => table.model[endpoint]!))
  const sorted = [...models].flatMap((m) => {
    const own = ofModel(table, all, m)
    table.scratch.survivors.set(own)
    return rank(table, ask, 0, own.length, ordering)
  })
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
