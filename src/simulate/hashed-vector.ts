import { seededRandom } from './seeded-random.ts'

/**
 * A vector of length 1 for a text, the same for the same words: the sum of a fixed draw per word. Texts that share words
 * lie near to one another, so that practice searches find something; nothing else is in it.
 */
export function hashedVector(words: readonly (string | number)[], dimensions: number): Float64Array {
  const vector = new Float64Array(dimensions)
  for (const word of words) {
    const random = seededRandom('word', word)
    for (let at = 0; at < dimensions; at++) vector[at]! += random() - 0.5
  }
  const length = Math.hypot(...vector)
  return length === 0 ? vector.fill(1 / Math.sqrt(dimensions)) : vector.map((value) => value / length)
}

/** The words of a text, in lower case. */
export function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
