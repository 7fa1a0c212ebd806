import type { Predictor } from '../src/decide/predictor/predictor.ts'
import { inSteps } from '../src/decide/predictor/steps.ts'
import { pointRows } from '../src/simd/rows.ts'
import { INTENTS } from '../src/understand/intent-names.ts'

const DIMENSIONS = 8

/** A predictor for tests that says every model's mean: one anchor that nothing is known of, a forest of one leaf. */
export function samplePredictor(
  given: Pick<Predictor, 'models' | 'mean' | 'known'> & Partial<Predictor>,
): Predictor {
  const models = given.models.length
  return {
    intentTable: new Float32Array(INTENTS.length * models),
    answerTokens: new Float32Array(INTENTS.length * models).fill(Number.NaN),
    ridge: new Float32Array(DIMENSIONS * models),
    neighbours: {
      points: pointRows(inSteps(new Float32Array(DIMENSIONS).fill(0.35)), DIMENSIONS),
      starts: Int32Array.of(0, 1),
      centres: pointRows(inSteps(new Float32Array(DIMENSIONS).fill(0.35)), DIMENSIONS),
      residuals: new Float32Array(models).fill(Number.NaN),
      closeness: Float32Array.of(0.1),
    },
    forest: {
      roots: Int32Array.of(0),
      nodes: Float32Array.of(-1, 0, 0),
      leaves: new Float32Array(models),
    },
    weights: Float64Array.of(0.25, 0.25, 0.25, 0.25),
    strange: 0,
    familiar: 0,
    guard: 0.02,
    ...given,
  }
}

/** A predictor as numbers only, to be compared. */
export function asNumbers({ neighbours: { points, centres, ...others }, ...rest }: Predictor) {
  return { ...rest, neighbours: { ...others, points: points.values, centres: centres.values } }
}
