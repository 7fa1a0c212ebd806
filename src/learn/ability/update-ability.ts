import type { Ability, ModelAbility } from './ability.ts'
import { type AbilityComparison, type AbilityOutcome, checkComparison, checkOutcome } from './evidence.ts'
import { comparisonTerm, outcomeTerm, type Term } from './likelihood.ts'
import { checkFeatures } from './predict-ability.ts'
import { dotRow, type PromptFeatures, quadraticForm } from './prompt-features.ts'

/**
 * What is known after one more outcome or comparison: only the blocks of the models in it change, the difficulty does
 * not (assumed-density filtering with a Laplace step along the prompt's row). What it was given stays as it is.
 *
 * @throws MeritorderError `invalid_request` when the evidence is of an unknown model or prompt, or no valid result
 */
export function updateAbility(
  ability: Ability,
  features: PromptFeatures,
  evidence: AbilityOutcome | AbilityComparison,
): Ability {
  checkFeatures(ability, features)
  const numbers = new Map(ability.models.map(({ model }, m) => [model, m]))
  const { prompt } = evidence
  const sight = (model: string): Sight => {
    const number = numbers.get(model)!
    const { mean, covariance } = ability.models[number]!
    const image = new Float64Array(mean.length)
    const variance = quadraticForm(features, prompt, covariance, image)
    return { number, logit: dotRow(features, prompt, mean), variance, image }
  }
  if ('model' in evidence) {
    checkOutcome(evidence, numbers, features)
    const seen = sight(evidence.model)
    const logit = seen.logit - dotRow(features, prompt, ability.difficulty)
    const shift = mode(logit, seen.variance + ability.unseen, (at) => outcomeTerm(at, evidence.quality))
    return withModels(ability, [moved(ability, seen, shift, 1)])
  }
  checkComparison(evidence, numbers, features)
  const a = sight(evidence.a)
  const b = sight(evidence.b)
  const shift = mode(a.logit - b.logit, a.variance + b.variance, (lead) =>
    comparisonTerm(lead, evidence.result, ability.ties),
  )
  return withModels(ability, [moved(ability, a, shift, 1), moved(ability, b, shift, -1)])
}

/** A model as a prompt sees it. */
interface Sight {
  readonly number: number
  readonly logit: number
  readonly variance: number
  /** Covariance · row. */
  readonly image: Float64Array
}

/** What evidence does to the Gaussian along one direction. */
interface Shift {
  /** Of the mean, in units of the variance. */
  readonly push: number
  /** Of the variance: it falls by this times its square. */
  readonly shrink: number
}

const STEPS = 50
const STILL = 1e-10

/** The mode of a Gaussian times a likelihood, by Newton's method between bounds that close in on it. */
function mode(mean: number, variance: number, likelihood: (at: number) => Term): Shift {
  let low = Number.NEGATIVE_INFINITY
  let high = Number.POSITIVE_INFINITY
  let at = mean
  for (let step = 0; step < STEPS; step++) {
    const { slope, curvature } = likelihood(at)
    const excess = variance * slope - (at - mean)
    if (excess > 0) low = at
    else high = at
    let next = at + excess / (1 + variance * curvature)
    if (next <= low || next >= high)
      next = (Math.max(low, mean - variance) + Math.min(high, mean + variance)) / 2
    if (Math.abs(next - at) < STILL) break
    at = next
  }
  const { slope, curvature } = likelihood(at)
  return { push: slope, shrink: curvature / (1 + variance * curvature) }
}

function moved(
  ability: Ability,
  { number, image }: Sight,
  { push, shrink }: Shift,
  sign: 1 | -1,
): [number, ModelAbility] {
  const old = ability.models[number]!
  const width = image.length
  const covariance = old.covariance.slice()
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) covariance[i * width + j]! -= shrink * image[i]! * image[j]!
  return [number, { ...old, mean: old.mean.map((value, c) => value + sign * push * image[c]!), covariance }]
}

function withModels(ability: Ability, changed: readonly [number, ModelAbility][]): Ability {
  const models = ability.models.slice()
  for (const [number, model] of changed) models[number] = model
  return { ...ability, models }
}
