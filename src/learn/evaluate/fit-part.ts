import { spaceEmbedder } from '../../understand/vector-space.ts'
import type { Outcomes } from '../outcomes.ts'
import { type FitOptions, fitPredictor } from '../predictor/fit-predictor.ts'
import { predictText } from '../predictor/predict-text.ts'
import type { Learned } from './held-out.ts'

/** Makes what learns from some rows of the outcomes, to predict for others as the gateway would. */
export function partFitter(outcomes: Outcomes, options: FitOptions): (rows: readonly number[]) => Learned {
  return (rows) => {
    const { predictor, space } = fitPredictor(outcomes, rows, options)
    const embedder = spaceEmbedder('held-out', space)
    return {
      predict: (row) => predictText(outcomes.texts[row]!, predictor, embedder, options.intents),
      guard: predictor.guard,
    }
  }
}
