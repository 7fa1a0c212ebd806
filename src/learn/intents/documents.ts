import type { HashedPrompt } from './hashed-prompt.ts'
import type { Vocabulary } from './vocabulary.ts'

/** How much each block of features says, before fitting; tuned on one half of the public file. */
export const BLOCK_WEIGHTS = Float32Array.of(1.1, 1.4, 1.3, 0.5, 0.2, 0.6)

/** The features of one prompt as rows to sum: `values[i]` times row `rows[i]`. */
export interface Document {
  readonly rows: Int32Array
  /** What the row is multiplied with going forward: its members' values added up. */
  readonly values: Float64Array
  /** What the row's gradient is multiplied with: one member's value. */
  readonly slopes: Float64Array
  readonly label: number
  /** How much the prompt counts in fitting. */
  readonly weight: number
}

/** The prompts over a vocabulary, in their order: each block scaled to its weight, as the embedder does it. */
export function toDocuments(
  prompts: readonly HashedPrompt[],
  { keys, rowOf, rarity }: Vocabulary,
): readonly Document[] {
  const keyOf = new Map<number, number>()
  for (let key = 0; key < keys.length; key++) keyOf.set(keys[key]!, key)
  const placeOf = new Map<number, number>()
  return prompts.map(({ blocks, label, weight }) => {
    const rows: number[] = []
    const values: number[] = []
    const slopes: number[] = []
    for (const [block, hashes] of blocks.entries()) {
      const first = rows.length
      let norm = 0
      placeOf.clear()
      for (const hash of hashes) {
        const key = keyOf.get(hash)
        if (key === undefined) continue
        const value = rarity[key]!
        norm += value * value
        const row = rowOf[key]!
        const place = placeOf.get(row)
        if (place === undefined) {
          placeOf.set(row, rows.length)
          rows.push(row)
          values.push(value)
          slopes.push(value)
        } else values[place]! += value
      }
      const scale = BLOCK_WEIGHTS[block]! / Math.sqrt(norm)
      for (let i = first; i < rows.length; i++) {
        values[i]! *= scale
        slopes[i]! *= scale
      }
    }
    return {
      rows: Int32Array.from(rows),
      values: Float64Array.from(values),
      slopes: Float64Array.from(slopes),
      label,
      weight,
    }
  })
}
