import type { TrainingPart } from './training-part.ts'

/** A prompt that was not learned from, as whoever chooses a model for it sees it. */
export interface HeldOutPrompt {
  readonly row: number
  readonly task: string | undefined
  /** Predicted quality (0..1) of each model, by its number. */
  readonly predicted: Float64Array
  /** The same by the nearest prompts alone. */
  readonly byNeighbours: Float64Array
  /** The models with an outcome on this prompt: only these can be chosen. At least one. */
  readonly available: readonly number[]
  readonly training: TrainingPart
  /** `Predictor.guard`. */
  readonly guard: number
}

/** A way to choose: the number of a model. */
export type Choose = (prompt: HeldOutPrompt) => number

/** The model of the best mean quality in the training part; the cheaper one of equals. */
export const bestSingle: Choose = ({ available, training }) =>
  best(available, (m) => known(training.quality[m]!), training)

/** The cheapest model whose mean quality in the training part is within `band` of the best single model's. */
export function cheapestWithin(band: number): Choose {
  return (prompt) =>
    cheapest(prompt, (m) => prompt.training.quality[m]!, prompt.training.quality[bestSingle(prompt)]! - band)
}

/** The model that is best at the prompt's task in the training part; the best single model for a task unseen there. */
export const taskOracle: Choose = (prompt) => {
  const { available, training, task } = prompt
  const quality = task === undefined ? undefined : training.qualityOfTask.get(task)
  if (quality === undefined || available.every((m) => Number.isNaN(quality[m]))) return bestSingle(prompt)
  return best(available, (m) => known(quality[m]!), training)
}

/** The router's own choice: the best predicted quality, if its lead over the best single model's exceeds the guard. */
export const guarded: Choose = (prompt) => {
  const { available, predicted, training, guard } = prompt
  const home = bestSingle(prompt)
  const chosen = best(available, (m) => predicted[m]!, training)
  return predicted[chosen]! - predicted[home]! > guard ? chosen : home
}

/** What the 100 nearest prompts alone would choose: the usual simple router (k nearest neighbours). */
export const nearestNeighbours: Choose = ({ available, byNeighbours, training }) =>
  best(available, (m) => byNeighbours[m]!, training)

/** The router's choice under a policy: the cheapest model within `band` of the best predicted quality. */
export function cheapestPredictedWithin(band: number): Choose {
  return (prompt) => {
    const { available, predicted } = prompt
    const highest = Math.max(...available.map((m) => predicted[m]!))
    return cheapest(prompt, (m) => predicted[m]!, highest - band)
  }
}

/**
 * The router's choice at an exchange rate: the best predicted quality less `qualityPerUsd` times the model's mean cost
 * in the training part. Models of unknown cost are left out unless there is no other.
 */
export function atExchangeRate(qualityPerUsd: number): Choose {
  return ({ available, predicted, training }) => {
    const priced = available.filter((m) => !Number.isNaN(training.costUsd[m]))
    if (priced.length === 0) return best(available, (m) => predicted[m]!, training)
    return best(priced, (m) => predicted[m]! - qualityPerUsd * training.costUsd[m]!, training)
  }
}

/** The model of the highest score; the cheaper one of equals, then the first by name. */
function best(models: readonly number[], score: (m: number) => number, training: TrainingPart): number {
  let chosen = models[0]!
  for (const m of models) {
    const lead = score(m) - score(chosen)
    if (lead > 0 || (lead === 0 && price(training, m) < price(training, chosen))) chosen = m
  }
  return chosen
}

/** The cheapest of the models that score at least so much; the better one of equals. */
function cheapest(
  { available, training }: HeldOutPrompt,
  score: (m: number) => number,
  least: number,
): number {
  const good = available.filter((m) => score(m) >= least)
  return good.toSorted(
    (a, b) => compare(price(training, a), price(training, b)) || compare(score(b), score(a)) || a - b,
  )[0]!
}

/** Mean cost in the training part; what is unknown counts as dearer than anything. */
function price({ costUsd }: TrainingPart, m: number): number {
  return Number.isNaN(costUsd[m]) ? Number.POSITIVE_INFINITY : costUsd[m]!
}

/** A model that the training part does not know is worse than any that it knows. */
function known(quality: number): number {
  return Number.isNaN(quality) ? -1 : quality
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
