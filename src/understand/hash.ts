/** The FNV-1a offset basis: the hash of nothing. */
export const FNV_BASIS = 0x811c9dc5 | 0

/** One FNV-1a step over a code unit. */
export function step(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193)
}

/** Joins two hashes, in order, with a murmur3-style finish. Unsigned. */
export function mix(a: number, b: number): number {
  let hash = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b)
  hash ^= hash >>> 15
  return Math.imul(hash, 0xc2b2ae35) >>> 0
}
