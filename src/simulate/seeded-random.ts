/** Numbers in [0, 1), the same sequence again for the same seed. */
export type Random = () => number

/**
 * A generator whose whole sequence follows from its seed parts (for example a number and an endpoint's id).
 * Mulberry32 by Tommy Ettinger (public domain), seeded by a 32-bit FNV-1a hash of the parts.
 * Good for practice traffic and resampling; never for secrets.
 */
export function seededRandom(...seed: readonly (string | number)[]): Random {
  let state = fnv1a(seed.join('\u0000'))
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** One draw from the standard normal distribution (Box–Muller transform, 1958). */
export function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()))
  return radius * Math.cos(2 * Math.PI * random())
}

/** One draw from the lognormal distribution with this median; `spread` is the standard deviation of its logarithm. */
export function drawLogNormal(random: Random, median: number, spread: number): number {
  return median * Math.exp(spread * drawNormal(random))
}

/** One element, each with equal probability; throws RangeError for an empty list. */
export function drawOne<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('cannot draw from an empty list')
  return item
}

/** FNV-1a over UTF-16 code units (Fowler, Noll, Vo). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}
