import { MeritorderError } from '../../errors.ts'
import { MOST_ROWS } from '../../understand/embedder.ts'
import { FEATURE_BLOCKS, featureBuffer, hashFeatures } from '../../understand/features.ts'
import type { LabelledPrompt } from './labelled-prompts.ts'

/** Prompts a feature must occur in to be kept, by block: rare character and word n-grams are noise and bulk. */
const LEAST_PROMPTS = [2, 3, 1, 2, 1, 2]
/** Rarity is (1 + ln(prompts / prompts with the feature))^1.5, in steps of 1/8 so that it fits a byte. */
const RARITY_POWER = 1.5
const RARITY_STEPS = 8
/** How much each block of features says, before fitting; tuned on one half of the public file. */
export const BLOCK_WEIGHTS = Float32Array.of(0.9, 1.4, 1.3, 0.4, 0.2, 0.6)

/** The features that are kept, and which prompts they occur in. */
export interface Vocabulary {
  /** Hashes, in ascending order within their block. */
  readonly keys: Uint32Array
  readonly rowOf: Uint32Array
  readonly rarity: Uint8Array
  readonly rows: number
}

/** The features of one prompt as rows to sum: `values[i]` times row `rows[i]`. */
export interface Document {
  readonly rows: Int32Array
  /** What the row is multiplied with going forward: its members' values added up. */
  readonly values: Float64Array
  /** What the row's gradient is multiplied with: one member's value. */
  readonly slopes: Float64Array
  /** How much the prompt counts in fitting. */
  readonly weight: number
}

/**
 * Chooses the features to keep and gives the same row to all that occur in exactly the same prompts (they would be
 * fitted to the same values).
 * @throws MeritorderError `unprocessable` when the prompts hold more features than an artifact can.
 */
export function buildVocabulary(texts: readonly string[]): Vocabulary {
  const kept: { hash: number; rarity: number; row: number }[] = []
  const rowOfGroup = new Map<string, number>()
  for (const [block, prompts] of occurrences(texts).entries()) {
    const hashes = [...prompts.keys()].filter((hash) => prompts.get(hash)!.length >= LEAST_PROMPTS[block]!)
    for (const hash of hashes.sort((a, b) => a - b)) {
      const where = prompts.get(hash)!
      const group = `${block}:${where.join(',')}`
      const row = rowOfGroup.get(group) ?? rowOfGroup.size
      rowOfGroup.set(group, row)
      kept.push({ hash, rarity: rarity(where.length, texts.length), row })
    }
  }
  if (rowOfGroup.size > MOST_ROWS) {
    throw new MeritorderError(
      'unprocessable',
      `${texts.length} prompts have ${rowOfGroup.size} distinct features, ${MOST_ROWS} fit a classifier: fit on fewer prompts.`,
    )
  }
  return {
    keys: Uint32Array.from(kept, (feature) => feature.hash),
    rowOf: Uint32Array.from(kept, (feature) => feature.row),
    rarity: Uint8Array.from(kept, (feature) => feature.rarity),
    rows: rowOfGroup.size,
  }
}

/** The prompts as the trainer sees them, in their order. */
export function toDocuments(
  prompts: readonly LabelledPrompt[],
  { keys, rowOf, rarity }: Vocabulary,
): readonly Document[] {
  const keyOf = new Map(Array.from(keys, (hash, key) => [hash, key]))
  const buffer = featureBuffer()
  return prompts.map(({ prompt, weight = 1 }) => {
    const rows: number[] = []
    const values: number[] = []
    const slopes: number[] = []
    hashFeatures(prompt, buffer)
    for (let block = 0; block < FEATURE_BLOCKS.length; block++) {
      const members = new Map<number, { value: number; sum: number }>()
      let norm = 0
      for (const hash of new Set(buffer.hashes.subarray(buffer.starts[block]!, buffer.starts[block + 1]!))) {
        const key = keyOf.get(hash)
        if (key === undefined) continue
        const value = rarity[key]!
        norm += value * value
        const row = rowOf[key]!
        members.set(row, { value, sum: (members.get(row)?.sum ?? 0) + value })
      }
      const scale = BLOCK_WEIGHTS[block]! / Math.sqrt(norm)
      for (const [row, member] of members) {
        rows.push(row)
        values.push(member.sum * scale)
        slopes.push(member.value * scale)
      }
    }
    return {
      rows: Int32Array.from(rows),
      values: Float64Array.from(values),
      slopes: Float64Array.from(slopes),
      weight,
    }
  })
}

/** For each block, the numbers of the prompts that each hash occurs in. */
function occurrences(texts: readonly string[]): readonly Map<number, number[]>[] {
  const blocks = FEATURE_BLOCKS.map(() => new Map<number, number[]>())
  const buffer = featureBuffer()
  for (const [number, text] of texts.entries()) {
    hashFeatures(text, buffer)
    for (const [block, prompts] of blocks.entries()) {
      for (const hash of new Set(buffer.hashes.subarray(buffer.starts[block]!, buffer.starts[block + 1]!))) {
        const where = prompts.get(hash)
        if (where === undefined) prompts.set(hash, [number])
        else where.push(number)
      }
    }
  }
  return blocks
}

function rarity(promptsWith: number, prompts: number): number {
  const idf = 1 + Math.log((1 + prompts) / (1 + promptsWith))
  return Math.min(255, Math.max(1, Math.round(idf ** RARITY_POWER * RARITY_STEPS)))
}
