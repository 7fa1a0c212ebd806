import { INTENTS } from '../../understand/intent-names.ts'
import type { Outcomes } from '../outcomes.ts'

const WIDTH = INTENTS.length
/** Answers of an intent that the model's overall mean counts for. */
const PSEUDO_ANSWERS = 20

/**
 * Mean length of a model's answers to prompts of an intent, tokens, each answer counted to its prompt's intents by their
 * probabilities and shrunk to the model's overall mean, which is shrunk to that of all models. Means, not medians: cost
 * is linear in tokens.
 *
 * @param rows which rows of the outcomes, in the order of `intents`
 * @param intents probability of every intent, rows × intents
 * @returns intents × models; NaN for a model none of whose answers has a length
 */
export function fitAnswerLengths(
  { models, tokens }: Outcomes,
  rows: readonly number[],
  intents: Float32Array,
): Float32Array {
  const width = models.length
  const sum = new Float64Array(WIDTH * width)
  const weight = new Float64Array(WIDTH * width)
  const total = new Float64Array(width)
  const known = new Float64Array(width)
  for (const [i, row] of rows.entries())
    for (let m = 0; m < width; m++) {
      const length = tokens[row * width + m]!
      if (Number.isNaN(length)) continue
      total[m]! += length
      known[m]!++
      for (let c = 0; c < WIDTH; c++) {
        const p = intents[i * WIDTH + c]!
        sum[c * width + m]! += p * length
        weight[c * width + m]! += p
      }
    }
  const ofAll = total.reduce((a, b) => a + b, 0) / known.reduce((a, b) => a + b, 0)
  return Float32Array.from(sum, (length, cell) => {
    const m = cell % width
    if (known[m] === 0) return Number.NaN
    const mean = (total[m]! + PSEUDO_ANSWERS * ofAll) / (known[m]! + PSEUDO_ANSWERS)
    return (length + PSEUDO_ANSWERS * mean) / (weight[cell]! + PSEUDO_ANSWERS)
  })
}
