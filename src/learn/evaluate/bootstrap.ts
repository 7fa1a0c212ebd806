/** A mean with its 95 % interval. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Which prompts each resample holds: drawn with replacement, the same for all figures of a report (paired). */
export type Resamples = readonly Uint32Array[]

/** Draws `count` resamples of `size` prompts each. */
export function drawResamples(size: number, count: number, random: () => number): Resamples {
  return Array.from({ length: count }, () =>
    Uint32Array.from({ length: size }, () => Math.floor(random() * size)),
  )
}

/** Mean of the values with its 95 % interval: percentile bootstrap (Efron 1979) over the resamples. */
export function bootstrapMean(values: ArrayLike<number>, resamples: Resamples): Interval {
  const means = resamples.map((drawn) => {
    let sum = 0
    for (const at of drawn) sum += values[at] ?? 0
    return sum / drawn.length
  })
  const sorted = means.sort((a, b) => a - b)
  return { mean: meanOf(values), low: nearestRank(sorted, 0.025), high: nearestRank(sorted, 0.975) }
}

/** The value that a share `p` (0..1) of the values does not exceed (nearest rank); NaN for none. */
export function percentile(values: readonly number[], p: number): number {
  return nearestRank(
    values.toSorted((a, b) => a - b),
    p,
  )
}

function nearestRank(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}
