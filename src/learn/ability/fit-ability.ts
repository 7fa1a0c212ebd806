import type { Ability } from './ability.ts'
import { type AbilityEvidence, layOut, somePrompts } from './evidence.ts'
import { newtonStep, type Posterior, settle } from './posterior.ts'
import { rowWidth } from './prompt-features.ts'
import { betterScales, FIRST_SCALES, priorAt, type Scales, scaleChange } from './scales.ts'
import { widenedScales } from './widened-scales.ts'

/** Scales are found when none changes by more than this share any more, or after so many rounds. */
const SETTLED = 0.1
const MOST_ROUNDS = 30
/** Scales are looked for in about so many rows: more would say the same. */
const ROWS_FOR_SCALES = 100_000

/**
 * Fits what each model is good at, from outcomes and comparisons alike:
 *
 *   ability s(m,x) = μ_m + Σ_c p(c|x) δ_mc + u_m · z(x), a linear function of the prompt's row;
 *   difficulty d(x), another one that all models share;
 *   an answer is good with probability σ(s − d + e), where e is the prompt's own and the same for all models;
 *   where there is no tie, A beats B with probability σ(s_A − s_B).
 *
 * Everything is pulled towards nothing, each level (overall, intents, directions) as strongly as the evidence says: thin
 * evidence falls back to the intent, then to the model's overall ability, then to its prior. The posterior is a Gaussian
 * at its mode (Laplace), found by Newton's method; between its steps the scales are improved.
 * Time is linear in the rows; the order of rows does not matter.
 *
 * @throws MeritorderError `invalid_request` naming the first thing in the evidence that is not what it should be
 */
export function fitAbility(evidence: AbilityEvidence): Ability {
  const columns = layOut(evidence)
  const { models, prompts } = evidence
  const share = Math.min(1, ROWS_FOR_SCALES / (evidence.outcomes.length + evidence.comparisons.length))
  const sample = somePrompts(columns, 0, share)
  let scales = FIRST_SCALES
  let coefficients = priorMeans(evidence)
  for (let round = 0, change = Number.POSITIVE_INFINITY; round < MOST_ROUNDS && change > SETTLED; round++) {
    const prior = priorAt(scales, models, prompts)
    const posterior = newtonStep(sample, prior, coefficients)
    const better = betterScales(sample, models, scales, prior, posterior)
    change = scaleChange(better, scales)
    scales = better
    coefficients = posterior.coefficients
  }
  scales = widenedScales(columns, share, models, scales, coefficients)
  return abilityOf(evidence, scales, settle(columns, priorAt(scales, models, prompts), coefficients))
}

function priorMeans({ models, prompts }: AbilityEvidence): Float64Array {
  const width = rowWidth(prompts)
  const means = new Float64Array((models.length + 1) * width)
  for (const [m, { prior }] of models.entries()) means[m * width] = prior?.mean ?? 0
  return means
}

function abilityOf({ models, prompts }: AbilityEvidence, scales: Scales, posterior: Posterior): Ability {
  const width = rowWidth(prompts)
  const ease = posterior.coefficients.subarray(models.length * width)
  return {
    models: models.map(({ model }, m) => ({
      model,
      mean: posterior.coefficients.slice(m * width, (m + 1) * width).map((value, c) => value - ease[c]!),
      covariance: posterior.covariance[m]!,
    })),
    difficulty: ease.map((value) => -value),
    intents: prompts.intents,
    directions: prompts.directions,
    ties: scales.ties,
    unseen: scales.unseen,
  }
}
