import { MeritorderError } from '../../errors.ts'
import type { Ability } from './ability.ts'
import { averagedLogit, sigmoid } from './likelihood.ts'
import { dotRow, type PromptFeatures, quadraticForm } from './prompt-features.ts'

/** What is expected of every model on a prompt, by the models' order. */
export interface AbilityPrediction {
  /** Expected ability on this prompt, logits. The difficulty is left out: it is the same for all models. */
  readonly mean: Float64Array
  /** Standard deviation of the ability, logits, when the difficulty is known. */
  readonly sd: Float64Array
  /** Probability that the answer is good, 0..1, averaged over the uncertainty. */
  readonly quality: Float64Array
}

/**
 * Predicts every model's ability on one prompt.
 * @param prompt row of `features`
 * @throws MeritorderError `invalid_request` when the features are of another kind than those it was fitted on
 */
export function predictAbility(
  ability: Ability,
  features: PromptFeatures,
  prompt: number,
): AbilityPrediction {
  checkFeatures(ability, features)
  const { models, difficulty, unseen } = ability
  const hard = dotRow(features, prompt, difficulty)
  const mean = new Float64Array(models.length)
  const sd = new Float64Array(models.length)
  const quality = new Float64Array(models.length)
  const image = new Float64Array(difficulty.length)
  for (const [m, model] of models.entries()) {
    const variance = quadraticForm(features, prompt, model.covariance, image)
    mean[m] = dotRow(features, prompt, model.mean)
    sd[m] = Math.sqrt(variance)
    quality[m] = sigmoid(averagedLogit(mean[m]! - hard, variance + unseen))
  }
  return { mean, sd, quality }
}

/** @throws MeritorderError `invalid_request` */
export function checkFeatures(ability: Ability, { intents, directions }: PromptFeatures): void {
  if (intents !== ability.intents || directions !== ability.directions)
    throw new MeritorderError(
      'invalid_request',
      `The prompt has ${intents} intents and ${directions} directions, abilities were fitted on ${ability.intents} and ${ability.directions}. Use the features of the fit, or fit again.`,
    )
}
