/** A mean, or a ratio of means, with its 95 % interval. */
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
  return bootstrapRatio(values, new Float64Array(values.length).fill(1), resamples)
}

/** The mean of some values by that of others, paired, with its 95 % interval as `bootstrapMean` has it. */
export function bootstrapRatio(
  above: ArrayLike<number>,
  below: ArrayLike<number>,
  resamples: Resamples,
): Interval {
  const sorted = resamples.map((drawn) => ratioOver(drawn, above, below)).sort((a, b) => a - b)
  return {
    mean: ratioOver(
      Array.from(above, (_, at) => at),
      above,
      below,
    ),
    low: nearestRank(sorted, 0.025),
    high: nearestRank(sorted, 0.975),
  }
}

function ratioOver(drawn: Iterable<number>, above: ArrayLike<number>, below: ArrayLike<number>): number {
  let [upper, lower] = [0, 0]
  for (const at of drawn) {
    upper += above[at]!
    lower += below[at]!
  }
  return upper / lower
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
