import { INTENTS } from '../understand/intent-names.ts'
import { type Member, PARTS, type PromptViews, type Residuals } from './member.ts'

/** Prompts of an intent that the model's overall mean counts for. */
const PSEUDO_PROMPTS = 20
const WIDTH = INTENTS.length

/**
 * Mean quality per intent and model, each prompt counted to its intents by their probabilities, shrunk to the model's
 * overall mean: Σ_c p(c|x) · Σ_i p(c|i) y_im / (Σ_i p(c|i) + 20). The only evidence that carries over to tasks nobody
 * has rated.
 */
export function fitIntentTable(views: PromptViews, { models, values, part }: Residuals): Member {
  const cells = WIDTH * models
  /** One table for each part, and the whole behind them. */
  const sum = new Float64Array((PARTS + 1) * cells)
  const weight = new Float64Array((PARTS + 1) * cells)
  for (let i = 0; i < views.count; i++)
    for (let c = 0; c < WIDTH; c++) {
      const p = views.intents[i * WIDTH + c]!
      for (let m = 0; m < models; m++) {
        const value = values[i * models + m]!
        if (Number.isNaN(value)) continue
        for (const table of [part[i]!, PARTS]) {
          sum[table * cells + c * models + m]! += p * value
          weight[table * cells + c * models + m]! += p
        }
      }
    }
  /** `left`: the part that is left out for each prompt; nothing when there is none. */
  const predict = (intents: Float32Array, count: number, left?: Int32Array): Float64Array => {
    const out = new Float64Array(count * models)
    for (let i = 0; i < count; i++)
      for (let c = 0; c < WIDTH; c++)
        for (let m = 0; m < models; m++) {
          const whole = PARTS * cells + c * models + m
          const without = left === undefined ? -1 : left[i]! * cells + c * models + m
          const total = sum[whole]! - (sum[without] ?? 0)
          const counted = weight[whole]! - (weight[without] ?? 0)
          out[i * models + m]! += (intents[i * WIDTH + c]! * total) / (counted + PSEUDO_PROMPTS)
        }
    return out
  }
  return {
    heldOut: predict(views.intents, views.count, part),
    predict: ({ intents, count }) => predict(intents, count),
  }
}
