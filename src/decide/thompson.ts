import { normalQuantile } from './normal.ts'

/** One model that may be tried, at its best endpoint. */
export interface Arm {
  /** Mean and standard deviation of its quality. */
  readonly quality: number
  readonly sd: number
  /** Merit without the value of its quality. */
  readonly merit: number
  /** What comes before merit: the caller's order of providers, and prices that cannot be compared. Ascending. */
  readonly tier: number
}

/** How the policy chooses once the qualities are known. */
interface Rule {
  readonly qualityBand: number
  /** What one unit of quality is worth in merit. */
  readonly qualityWeight: number
}

/** So many worlds are drawn for a decision: a propensity is a multiple of 1/128 of the exploring share. */
export const WORLDS = 128

/** Draws come from this many equally probable quantiles, so that they never lie beyond `FARTHEST` standard deviations. */
const QUANTILES = 4096
/** The largest distance of a draw from the mean, in standard deviations (3.67). */
export const FARTHEST = normalQuantile(1 - 0.5 / QUANTILES)

/**
 * Thompson sampling (Thompson 1933; Chapelle and Li 2011): in each of `WORLDS` worlds the quality of every arm is drawn
 * from its normal posterior, and the policy chooses as if the draws were true: among the arms within its band of the
 * best, the lowest tier, then the highest merit. Arms stand in the order in which the policy ranks them at equal quality.
 *
 * @param seed a whole number; the same seed gives the same worlds.
 * @returns the index of the arm that each world chooses.
 */
export function chooseInWorlds(arms: readonly Arm[], rule: Rule, seed: number): Int32Array {
  const quality = Float64Array.from(arms, (arm) => arm.quality)
  const sd = Float64Array.from(arms, (arm) => arm.sd)
  const drawn = new Float64Array(arms.length)
  const choices = new Int32Array(WORLDS)
  shuffled ??= shuffledQuantiles()
  const table = shuffled
  const next = randomBits(seed)
  for (let world = 0; world < WORLDS; world++) {
    // A walk through the shuffled quantiles from any place with any odd stride meets each of them once.
    const stride = (next() & LAST) | 1
    let place = next() & LAST
    let best = -Infinity
    for (let a = 0; a < drawn.length; a++) {
      place = (place + stride) & LAST
      const value = quality[a]! + sd[a]! * table[place]!
      drawn[a] = value
      if (value > best) best = value
    }
    choices[world] = chosen(arms, drawn, best - rule.qualityBand, rule.qualityWeight)
  }
  return choices
}

const LAST = QUANTILES - 1

/** Standard normal quantiles in equal steps of probability, in an order that is always the same; made when first needed. */
let shuffled: Float64Array | undefined

function shuffledQuantiles(): Float64Array {
  const table = Float64Array.from({ length: QUANTILES }, (_, i) => normalQuantile((i + 0.5) / QUANTILES))
  const next = randomBits(0)
  for (let i = LAST; i > 0; i--) {
    const j = next() % (i + 1)
    const value = table[i]!
    table[i] = table[j]!
    table[j] = value
  }
  return table
}

/** Whole numbers from 0 to 2³² − 1 that follow from a seed: mulberry32. */
function randomBits(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return (bits ^ (bits >>> 14)) >>> 0
  }
}

function chosen(arms: readonly Arm[], drawn: Float64Array, bar: number, weight: number): number {
  let choice = -1
  let merit = -Infinity
  for (let a = 0; a < drawn.length; a++) {
    if (drawn[a]! < bar) continue
    const arm = arms[a]!
    if (choice >= 0 && arm.tier > arms[choice]!.tier) break
    const its = arm.merit + weight * drawn[a]!
    if (its > merit) {
      choice = a
      merit = its
    }
    // Arms of a tier stand by merit, so that without a weight the first is the best.
    if (weight === 0) break
  }
  return choice
}
