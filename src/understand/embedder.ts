import { type ByteRows, byteRows, LANES } from '../simd/rows.ts'
import { FEATURE_BLOCKS, type FeatureBuffer, featuresOf, MOST_FEATURES } from './features.ts'
import type { PromptText } from './text.ts'

/** Turns a prompt's text into a vector of unit length. Pure and synchronous: it runs on every call. */
export interface Embedder {
  /** Names the embedder and its version; what was fitted on one embedder is refused by another. */
  readonly id: string
  readonly dimensions: number
  /** How many kinds of prompts the text's features vote for, see `FeatureVotes`; 0 for none. */
  readonly kinds: number
  /** Set where `embed` reads the prompt's vector instead of its text. */
  readonly outside?: OutsideVectors
  /**
   * A fresh vector of length 1 (of zeros where the text has nothing the embedder knows).
   *
   * @param votes where to write what the features vote for each of `kinds`: the same look-up finds it
   */
  embed(prompt: AskedText, votes?: Float32Array): Float32Array
}

/** Whose vectors a space is made of. */
export interface OutsideVectors {
  /** The outside embedder's name. */
  readonly embedder: string
  /** Its vector of a fixed text, by which it is recognised; all its vectors are as long. */
  readonly probe: Float32Array
}

type AskedText = Pick<PromptText, 'text' | 'turnStart' | 'vector'>

/**
 * The fitted part of the hashed embedder. Features that occurred in exactly the same training prompts cannot be
 * told apart by fitting and share one row.
 */
export interface HashedTable {
  readonly dimensions: number
  /** Hashes of the known features. */
  readonly keys: Uint32Array
  /** Row of each key; below MOST_ROWS. */
  readonly rowOf: Uint32Array
  /** Weight of each key, the higher the rarer, in arbitrary steps (a block is scaled to unit length). */
  readonly rarity: Uint8Array
  /** What an int8 step of each row is worth. */
  readonly scales: Float32Array
  /** Row-major int8 projection. */
  readonly projection: Int8Array
  /** Weight of each of FEATURE_BLOCKS. */
  readonly blockWeights: Float32Array
  readonly votes?: FeatureVotes
}

/** What each row of a table says for and against every kind of prompts: log odds per unit of the feature. */
export interface FeatureVotes {
  readonly kinds: number
  /** What an int8 step of each row is worth. */
  readonly scales: Float32Array
  /** Row-major, `voteWidth(kinds)` a row. */
  readonly rows: Int8Array
}

/** Room of a row of votes: kinds, rounded up to what is summed at once. */
export function voteWidth(kinds: number): number {
  return LANES * Math.ceil(kinds / LANES)
}

const ROW_BITS = 20
/** Rows a table may have. */
export const MOST_ROWS = 1 << ROW_BITS
/** Last turns shorter than this (`and in French?`) are read together with what went before. */
const SHORT_TURN = 24

/**
 * Our own static embedder: the text's distinct hashed features, weighted by rarity, each block scaled to the same
 * length, summed through a fitted projection. Additions and multiplications in fixed order and correctly rounded
 * square roots only, so that no platform's arithmetic can differ.
 */
export function hashedEmbedder(id: string, table: HashedTable): Embedder {
  const index = keyIndex(table)
  const { dimensions, scales, blockWeights, votes: cast } = table
  const kinds = cast?.kinds ?? 0
  const voteRows = cast && byteRows(cast.rows, voteWidth(kinds), MOST_FEATURES)
  const projection = byteRows(table.projection, dimensions, MOST_FEATURES)
  /** Reused from prompt to prompt: where the known keys of one block stand, and how rare each is. */
  const slots = new Int32Array(MOST_FEATURES)
  const rarity = new Float64Array(MOST_FEATURES)
  const sum = new Float64Array(dimensions)

  const embed = (prompt: AskedText, votes?: Float32Array): Float32Array => {
    const features = featuresOf(embeddedPart(prompt))
    let squares = 0
    sum.fill(0)
    votes?.fill(0)
    for (let b = 0; b < FEATURE_BLOCKS.length; b++) {
      const count = collect(index, features, b, slots)
      if (count === 0) continue
      const squared = takeRows(index, slots, count, projection.rows, rarity)
      const weight = blockWeights[b]! / Math.sqrt(squared)
      squares += blockWeights[b]! ** 2
      weigh(projection, rarity, scales, count)
      const block = projection.sum(count)
      for (let d = 0; d < sum.length; d++) sum[d]! += weight * block[d]!
      if (votes === undefined || voteRows === undefined) continue
      voteRows.rows.set(projection.rows.subarray(0, count))
      weigh(voteRows, rarity, cast!.scales, count)
      const voted = voteRows.sum(count)
      for (let k = 0; k < kinds; k++) votes[k]! += weight * voted[k]!
    }
    // Votes are of the features at unit length, as they were learned.
    if (votes !== undefined && squares > 0) for (let k = 0; k < kinds; k++) votes[k]! /= Math.sqrt(squares)
    return toUnitLength(sum)
  }
  return { id, dimensions, kinds, embed }
}

/** What is embedded of a prompt: the last user turn, with what went before it where it is short. */
export function embeddedPart({ text, turnStart }: AskedText): string {
  return text.length - turnStart < SHORT_TURN ? text : text.slice(turnStart)
}

/** Finds the distinct known keys of a block. Returns how many; they stay marked until `takeRows`. */
function collect(
  { entries, shift }: KeyIndex,
  { hashes, starts }: FeatureBuffer,
  b: number,
  slots: Int32Array,
): number {
  const mask = entries.length - 1
  const end = starts[b + 1]!
  // The index is megabytes, and what is asked next depends on each answer. Read once with no question in between,
  // memory answers many at a time.
  for (let i = starts[b]!; i < end; i++) {
    slots[i - starts[b]!] = entries[(Math.imul(hashes[i]!, GOLDEN) >>> shift) << 1]!
  }
  let count = 0
  for (let i = starts[b]!; i < end; i++) {
    const hash = hashes[i]!
    let at = (Math.imul(hash, GOLDEN) >>> shift) << 1
    for (let entry = entries[at + 1]!; entry !== 0; entry = entries[at + 1]!) {
      if (entries[at] === hash) {
        if (entry < MARK) {
          entries[at + 1] = entry + MARK
          slots[count++] = at
        }
        break
      }
      at = (at + 2) & mask
    }
  }
  return count
}

/** Takes the marks off, and writes the rows of one block's keys and how rare each is. Gives the features' squared length. */
function takeRows(
  { entries }: KeyIndex,
  slots: Int32Array,
  count: number,
  rows: Int32Array,
  rarity: Float64Array,
): number {
  let squared = 0
  for (let i = 0; i < count; i++) {
    const at = slots[i]! + 1
    const entry = entries[at]! - MARK
    entries[at] = entry
    const value = entry >>> ROW_BITS
    squared += value * value
    rows[i] = entry & (MOST_ROWS - 1)
    rarity[i] = value
  }
  return squared
}

/** Writes what the rows are multiplied with, where their steps are worth so much. */
function weigh({ rows, weights }: ByteRows, rarity: Float64Array, scales: Float32Array, count: number): void {
  for (let i = 0; i < count; i++) weights[i] = rarity[i]! * scales[rows[i]!]!
}

/** A copy scaled to length 1; zeros stay zeros. */
export function toUnitLength(vector: Float64Array): Float32Array {
  let norm = 0
  for (let d = 0; d < vector.length; d++) norm += vector[d]! * vector[d]!
  const unit = new Float32Array(vector.length)
  if (norm === 0) return unit
  const scale = 1 / Math.sqrt(norm)
  for (let d = 0; d < vector.length; d++) unit[d] = vector[d]! * scale
  return unit
}

/** Open addressing with linear probing, at most half full. */
interface KeyIndex {
  /**
   * Two words a slot, so that a look-up touches one cache line: the hash, and its row (20 bits) and rarity (8 bits,
   * never 0). A second word of 0 is a free slot; MARK is added while a key is collected.
   */
  readonly entries: Uint32Array
  readonly shift: number
}

const MARK = 1 << (ROW_BITS + 8)
/** Fibonacci hashing: 2³² over the golden ratio. */
const GOLDEN = 0x9e3779b1

function keyIndex({ keys, rowOf, rarity }: HashedTable): KeyIndex {
  let bits = 4
  while (1 << bits < keys.length * 2) bits++
  const entries = new Uint32Array(2 << bits)
  const shift = 32 - bits
  for (let key = 0; key < keys.length; key++) {
    let at = (Math.imul(keys[key]!, GOLDEN) >>> shift) << 1
    while (entries[at + 1] !== 0) at = (at + 2) & (entries.length - 1)
    entries[at] = keys[key]!
    entries[at + 1] = rowOf[key]! | (rarity[key]! << ROW_BITS)
  }
  return { entries, shift }
}
