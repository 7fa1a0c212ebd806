/** A bin of predictions: what was predicted on average, what was observed, and how often. */
export interface ReliabilityBin {
  readonly predicted: number
  readonly observed: number
  readonly n: number
}

/** How far predicted qualities may be taken at their word. */
export interface Calibration {
  /** Expected calibration error (Naeini et al. 2015): mean distance of predicted and observed, weighted by count. */
  readonly ece: number
  /** The bins that hold a prediction, lowest first. */
  readonly bins: readonly ReliabilityBin[]
}

const BINS = 15

/** Compares predictions (0..1) with outcomes in 15 bins of equal width. Both are of the same length, above 0. */
export function calibration(predicted: readonly number[], observed: readonly number[]): Calibration {
  const sums = Array.from({ length: BINS }, () => ({ predicted: 0, observed: 0, n: 0 }))
  for (const [i, prediction] of predicted.entries()) {
    const bin = sums[Math.min(BINS - 1, Math.floor(prediction * BINS))]!
    bin.predicted += prediction
    bin.observed += observed[i]!
    bin.n++
  }
  const ece = sums.reduce((sum, bin) => sum + Math.abs(bin.predicted - bin.observed), 0) / predicted.length
  const bins = sums
    .filter(({ n }) => n > 0)
    .map((bin) => ({ predicted: bin.predicted / bin.n, observed: bin.observed / bin.n, n: bin.n }))
  return { ece, bins }
}
