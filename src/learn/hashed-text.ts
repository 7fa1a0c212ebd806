import { FEATURE_BLOCKS, featureBuffer, hashFeatures } from '../understand/features.ts'
import type { SparseMatrix } from './sparse-matrix.ts'

/** The features that were seen often enough to mean something, and how rare each is. */
export interface Vocabulary {
  /** Column of each feature, by its key. */
  readonly columns: ReadonlyMap<number, number>
  /** ln(texts / texts with the feature) + 1, by column. */
  readonly rarity: Float64Array
}

/** Texts a feature must occur in, and features kept at most, the most frequent first. */
const LEAST_TEXTS = 2
const MOST_FEATURES = 60_000
/** A feature of nearly every text tells none apart. */
const MOST_SHARE = 0.9
/** How much each of FEATURE_BLOCKS says: words, characters, first sentence, last sentence, shape, starts of sentences. */
const BLOCK_WEIGHTS = [1, 0.8, 1, 0.6, 0.6, 0.6]

/** Learns which features some texts share. */
export function learnVocabulary(texts: readonly string[]): Vocabulary {
  const holders = new Map<number, number>()
  for (const text of texts)
    for (const key of counted(text).keys()) holders.set(key, (holders.get(key) ?? 0) + 1)
  const kept = [...holders]
    .filter(([, count]) => count >= LEAST_TEXTS && count <= texts.length * MOST_SHARE)
    .sort(([a, countA], [b, countB]) => countB - countA || a - b)
    .slice(0, MOST_FEATURES)
  return {
    columns: new Map(kept.map(([key], column) => [key, column])),
    rarity: Float64Array.from(kept, ([, count]) => 1 + Math.log(texts.length / count)),
  }
}

/** Texts as rows of unit length: TF-IDF with (1 + ln count), each block of features scaled to its weight. */
export function textMatrix(texts: readonly string[], { columns, rarity }: Vocabulary): SparseMatrix {
  const starts = new Int32Array(texts.length + 1)
  const at: number[] = []
  const values: number[] = []
  for (const [row, text] of texts.entries()) {
    const blocks = FEATURE_BLOCKS.map((): [number, number][] => [])
    for (const [key, count] of counted(text)) {
      const column = columns.get(key)
      if (column !== undefined) blocks[blockOf(key)]!.push([column, (1 + Math.log(count)) * rarity[column]!])
    }
    const present = blocks.map((block, b) => (block.length === 0 ? 0 : BLOCK_WEIGHTS[b]!))
    const whole = Math.hypot(...present)
    for (const [b, block] of blocks.entries()) {
      const norm = Math.hypot(...block.map(([, value]) => value))
      for (const [column, value] of block) {
        at.push(column)
        values.push((present[b]! * value) / norm / whole)
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

const buffer = featureBuffer()
const BLOCKS = 8

/** How often each feature occurs in a text, by a key that holds hash and block. */
function counted(text: string): ReadonlyMap<number, number> {
  hashFeatures(text, buffer)
  const counts = new Map<number, number>()
  for (let b = 0; b < FEATURE_BLOCKS.length; b++)
    for (let i = buffer.starts[b]!; i < buffer.starts[b + 1]!; i++) {
      const key = buffer.hashes[i]! * BLOCKS + b
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  return counts
}

function blockOf(key: number): number {
  return key % BLOCKS
}
