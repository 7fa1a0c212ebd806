import type { HashedTable } from '../../understand/embedder.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { roundRow } from '../int8-rows.ts'
import { seededRandom } from '../random.ts'
import { BLOCK_WEIGHTS, toDocuments } from './documents.ts'
import type { HashedPrompt } from './hashed-prompt.ts'
import { fitRows } from './softmax.ts'
import { buildVocabulary } from './vocabulary.ts'

/** A power of two that holds one direction per intent. */
export const DIMENSIONS = 64
const SEED = 20261124

/**
 * Fits the hashed embedder on labelled prompts: class scores per feature, written along one fixed orthogonal
 * direction per intent and rounded to int8 per row. Prompts of one intent come to lie close together.
 */
export function fitEmbedder(prompts: readonly HashedPrompt[]): HashedTable {
  const vocabulary = buildVocabulary(prompts)
  const documents = toDocuments(prompts, vocabulary)
  const weights = fitRows(documents, vocabulary.rows, INTENTS.length, seededRandom(SEED))
  const { keys, rowOf, rarity } = vocabulary
  return {
    dimensions: DIMENSIONS,
    keys,
    rowOf,
    rarity,
    blockWeights: BLOCK_WEIGHTS,
    ...rotateAndRound(weights),
  }
}

/** The direction of an intent: a row of the 64 × 64 Hadamard matrix, at unit length. */
export function intentDirection(intent: number): Float64Array {
  const entry = 1 / Math.sqrt(DIMENSIONS)
  return Float64Array.from({ length: DIMENSIONS }, (_, d) => (isOdd(intent & d) ? -entry : entry))
}

function rotateAndRound(weights: Float32Array): { scales: Float32Array; projection: Int8Array } {
  const classes = INTENTS.length
  const rows = weights.length / classes
  const directions = INTENTS.map((_, intent) => intentDirection(intent))
  const scales = new Float32Array(rows)
  const projection = new Int8Array(rows * DIMENSIONS)
  const rotated = new Float64Array(DIMENSIONS)
  for (let row = 0; row < rows; row++) {
    rotated.fill(0)
    for (const [intent, direction] of directions.entries()) {
      const weight = weights[row * classes + intent]!
      for (let d = 0; d < DIMENSIONS; d++) rotated[d]! += weight * direction[d]!
    }
    scales[row] = roundRow(rotated, projection, row)
  }
  return { scales, projection }
}

/** Whether an odd number of bits is set. */
function isOdd(bits: number): boolean {
  let odd = false
  for (let rest = bits; rest !== 0; rest &= rest - 1) odd = !odd
  return odd
}
