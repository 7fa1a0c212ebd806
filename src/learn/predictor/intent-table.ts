import { INTENTS } from '../../understand/intent-names.ts'
import { type Member, PARTS, type PromptViews, type Residuals } from './member.ts'

/** Prompts of an intent that the model's overall mean counts for. */
const PSEUDO_PROMPTS = 20
const WIDTH = INTENTS.length

/**
 * Mean quality per intent and model, each prompt counted to its intents by their probabilities, shrunk to the model's
 * overall mean: Σ_c p(c|x) · Σ_i p(c|i) y_im / (Σ_i p(c|i) + 20). The only evidence that carries over to tasks nobody
 * has rated.
 *
 * @returns fitted: intents × models
 */
export function fitIntentTable(
  views: PromptViews,
  { models, values, part }: Residuals,
): Member<Float32Array> {
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
  /** The table without one part; the whole when that is PARTS. */
  const tableWithout = (left: number) =>
    Float32Array.from({ length: cells }, (_, cell) => {
      const isWhole = left === PARTS
      const total = sum[PARTS * cells + cell]! - (isWhole ? 0 : sum[left * cells + cell]!)
      const counted = weight[PARTS * cells + cell]! - (isWhole ? 0 : weight[left * cells + cell]!)
      return total / (counted + PSEUDO_PROMPTS)
    })
  const tables = Array.from({ length: PARTS }, (_, left) => tableWithout(left))
  const heldOut = new Float64Array(views.count * models)
  for (let i = 0; i < views.count; i++)
    for (let c = 0; c < WIDTH; c++)
      for (let m = 0; m < models; m++)
        heldOut[i * models + m]! += views.intents[i * WIDTH + c]! * tables[part[i]!]![c * models + m]!
  return { heldOut, fitted: tableWithout(PARTS) }
}
