import { embeddedPart, type HashedTable } from '../../understand/embedder.ts'
import { FEATURE_BLOCKS, featureBuffer, hashFeatures } from '../../understand/features.ts'
import type { PromptText } from '../../understand/text.ts'
import { roundRow } from '../int8-rows.ts'
import { latentDirections } from '../latent-space.ts'
import type { SparseMatrix } from '../sparse-matrix.ts'

/** Texts a feature must occur in, and features kept at most, the most frequent first. */
const LEAST_TEXTS = 2
const MOST_FEATURES = 30_000
/** A feature of nearly every text tells none apart. */
const MOST_SHARE = 0.9
/** How much each of FEATURE_BLOCKS says: words, characters, first sentence, last sentence, shape, starts of sentences. */
const BLOCK_WEIGHTS = Float32Array.of(1, 0.8, 1, 0.6, 0.6, 0.6)
/** Steps of rarity, which is 1 + ln(texts / texts with the feature), so that it fits a byte. */
const RARITY_STEPS = 16

/**
 * Learns a space in which alike texts lie close together, without labels: latent semantic analysis of the texts' hashed
 * features, weighted by rarity. The table makes a `hashedEmbedder`; the words are what it weighs of each text.
 *
 * @param size directions, a multiple of 8
 */
export function fitTextSpace(
  texts: readonly PromptText[],
  size: number,
  random: () => number,
): { readonly table: HashedTable; readonly words: SparseMatrix } {
  const features = texts.map(distinctFeatures)
  const vocabulary = learnVocabulary(features)
  const words = rowsOf(features, vocabulary)
  const directions = latentDirections(words, size, random)
  const { keys, rarity } = vocabulary
  const table = {
    dimensions: size,
    keys,
    rowOf: Uint32Array.from(keys.keys()),
    rarity,
    blockWeights: BLOCK_WEIGHTS,
    ...rounded(directions, size),
  }
  return { table, words }
}

const buffer = featureBuffer()

/** The distinct features of a text, block by block. */
function distinctFeatures(text: PromptText): readonly ReadonlySet<number>[] {
  hashFeatures(embeddedPart(text), buffer)
  const { hashes, starts } = buffer
  return FEATURE_BLOCKS.map((_, b) => new Set(hashes.subarray(starts[b], starts[b + 1])))
}

/** The features that were seen often enough to mean something, and how rare each is. */
interface Vocabulary {
  readonly keys: Uint32Array
  readonly rarity: Uint8Array
  readonly columns: ReadonlyMap<number, number>
}

function learnVocabulary(texts: readonly (readonly ReadonlySet<number>[])[]): Vocabulary {
  const holders = new Map<number, number>()
  for (const blocks of texts)
    for (const block of blocks) for (const key of block) holders.set(key, (holders.get(key) ?? 0) + 1)
  const kept = [...holders]
    .filter(([, count]) => count >= LEAST_TEXTS && count <= texts.length * MOST_SHARE)
    .sort(([a, countA], [b, countB]) => countB - countA || a - b)
    .slice(0, MOST_FEATURES)
  return {
    keys: Uint32Array.from(kept, ([key]) => key),
    rarity: Uint8Array.from(kept, ([, count]) =>
      Math.min(255, Math.round(RARITY_STEPS * (1 + Math.log(texts.length / count)))),
    ),
    columns: new Map(kept.map(([key], column) => [key, column])),
  }
}

/** Texts as the embedder weighs them: each block scaled to its weight, the whole to unit length. */
function rowsOf(
  texts: readonly (readonly ReadonlySet<number>[])[],
  { columns, rarity }: Vocabulary,
): SparseMatrix {
  const starts = new Int32Array(texts.length + 1)
  const at: number[] = []
  const values: number[] = []
  for (const [row, blocks] of texts.entries()) {
    const known = blocks.map((block) =>
      [...block].flatMap((key) => (columns.has(key) ? [columns.get(key)!] : [])),
    )
    const whole = Math.hypot(...known.map((block, b) => (block.length === 0 ? 0 : BLOCK_WEIGHTS[b]!)))
    for (const [b, block] of known.entries()) {
      const norm = Math.sqrt(block.reduce((sum, column) => sum + rarity[column]! ** 2, 0))
      for (const column of block) {
        at.push(column)
        values.push((BLOCK_WEIGHTS[b]! * rarity[column]!) / norm / whole)
      }
    }
    starts[row + 1] = at.length
  }
  return {
    rows: texts.length,
    width: rarity.length,
    starts,
    columns: Int32Array.from(at),
    values: Float32Array.from(values),
  }
}

/** Rows of directions in int8, each with what one step of it is worth. */
function rounded(directions: Float32Array, size: number): Pick<HashedTable, 'scales' | 'projection'> {
  const scales = new Float32Array(directions.length / size)
  const projection = new Int8Array(directions.length)
  for (let row = 0; row < scales.length; row++)
    scales[row] = roundRow(directions.subarray(row * size, (row + 1) * size), projection, row)
  return { scales, projection }
}
