import type { IntentArtifact } from '../understand/artifact.ts'
import type { Outcomes } from './outcomes.ts'

/** Predicts the quality of every model's answer. */
export interface Predictor {
  /** Predicted quality, prompts × models, row-major, each in [0, 1]. */
  predict(prompts: readonly string[]): Float64Array
}

export interface FitOptions {
  readonly intents: IntentArtifact
  readonly seed: number
}

/**
 * Fits a predictor on the outcomes of some rows.
 * @param rows which prompts of `outcomes` it may look at
 */
export function fitPredictor(outcomes: Outcomes, rows: readonly number[], _options: FitOptions): Predictor {
  const models = outcomes.models.length
  const mean = new Float64Array(models)
  for (let m = 0; m < models; m++) {
    const known = rows.map((i) => outcomes.quality[i * models + m]!).filter((q) => !Number.isNaN(q))
    mean[m] = known.reduce((sum, q) => sum + q, 0) / Math.max(1, known.length)
  }
  return {
    predict: (prompts) =>
      Float64Array.from({ length: prompts.length * models }, (_, cell) => mean[cell % models]!),
  }
}
