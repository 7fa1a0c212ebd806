import { MeritorderError } from '../../errors.ts'
import { MOST_ROWS } from '../../understand/embedder.ts'
import type { HashedPrompt } from './hashed-prompt.ts'

/** Prompts a feature must occur in to be kept, by block: rare character and word n-grams are noise and bulk. */
const LEAST_PROMPTS = [2, 5, 1, 2, 1, 2]
/** Rarity is (1 + ln(prompts / prompts with the feature))^1.5, in steps of 1/8 so that it fits a byte. */
const RARITY_POWER = 1.5
const RARITY_STEPS = 8

/** The features that are kept, and which prompts they occur in. */
export interface Vocabulary {
  /** Hashes, in ascending order within their block. */
  readonly keys: Uint32Array
  readonly rowOf: Uint32Array
  readonly rarity: Uint8Array
  readonly rows: number
}

/**
 * Chooses the features to keep and gives the same row to all that occur in exactly the same prompts (they would be
 * fitted to the same values).
 * @throws MeritorderError `unprocessable` when the prompts hold more features than an artifact can.
 */
export function buildVocabulary(prompts: readonly HashedPrompt[]): Vocabulary {
  const keys: number[] = []
  const rowOf: number[] = []
  const rarities: number[] = []
  let rows = 0
  for (const [block, least] of LEAST_PROMPTS.entries()) {
    const { hashes, numbers } = occurrences(prompts, block)
    const groups = new Groups(numbers, rows)
    for (let start = 0, end = 0; start < hashes.length; start = end) {
      const hash = hashes[start]!
      while (end < hashes.length && hashes[end] === hash) end++
      if (end - start < least) continue
      keys.push(hash)
      rowOf.push(groups.rowOf(start, end))
      rarities.push(rarity(end - start, prompts.length))
    }
    rows = groups.rows
  }
  if (rows > MOST_ROWS) {
    throw new MeritorderError(
      'unprocessable',
      `${prompts.length} prompts have ${rows} distinct features, ${MOST_ROWS} fit a classifier: fit on fewer prompts.`,
    )
  }
  return {
    keys: Uint32Array.from(keys),
    rowOf: Uint32Array.from(rowOf),
    rarity: Uint8Array.from(rarities),
    rows,
  }
}

/** Every hash of a block with the number of a prompt it occurs in, ordered by hash, then by number. */
function occurrences(prompts: readonly HashedPrompt[], block: number) {
  const pairs = new Float64Array(prompts.reduce((sum, { blocks }) => sum + blocks[block]!.length, 0))
  let at = 0
  // Hash and number side by side in the 53 bits that a double holds exactly.
  for (const [number, { blocks }] of prompts.entries()) {
    for (const hash of blocks[block]!) pairs[at++] = hash * MOST_PROMPTS + number
  }
  pairs.sort()
  const numbers = Uint32Array.from(pairs, (pair) => pair % MOST_PROMPTS)
  const hashes = Uint32Array.from(pairs, (pair) => Math.floor(pair / MOST_PROMPTS))
  return { hashes, numbers }
}

const MOST_PROMPTS = 2 ** 21

/** Ranges of `numbers` that hold the same share one row. */
class Groups {
  rows: number
  readonly #numbers: Uint32Array
  /** Where the first range of a row begins and ends, by a hash of what it holds (or the next free number after it). */
  readonly #first = new Map<number, { start: number; end: number; row: number }>()

  constructor(numbers: Uint32Array, rows: number) {
    this.#numbers = numbers
    this.rows = rows
  }

  rowOf(start: number, end: number): number {
    let hash = end - start
    for (let i = start; i < end; i++) {
      hash = Math.imul(hash ^ this.#numbers[i]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    for (let known = this.#first.get(hash); known !== undefined; known = this.#first.get(++hash)) {
      if (this.#isSame(known, start, end)) return known.row
    }
    this.#first.set(hash, { start, end, row: this.rows })
    return this.rows++
  }

  #isSame(known: { start: number; end: number }, start: number, end: number): boolean {
    if (known.end - known.start !== end - start) return false
    for (let i = 0; i < end - start; i++) {
      if (this.#numbers[known.start + i] !== this.#numbers[start + i]) return false
    }
    return true
  }
}

function rarity(promptsWith: number, prompts: number): number {
  const idf = 1 + Math.log((1 + prompts) / (1 + promptsWith))
  return Math.min(255, Math.max(1, Math.round(idf ** RARITY_POWER * RARITY_STEPS)))
}
