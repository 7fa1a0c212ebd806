import { cholesky, inverse, solve } from '../cholesky.ts'
import type { Compared } from './compared.ts'

/** Mean quality of each model, and how many outcomes it rests on. */
export interface Means {
  readonly mean: Float64Array
  readonly known: Float64Array
}

/** Means with what comparisons say, and how comparisons see quality. */
export interface ComparedMeans extends Means {
  /** By how much more often than the other a model wins, for each unit of quality that it is ahead; 0 or more. */
  readonly scale: number
  /** By how much the comparisons put each model ahead, in quality: its mean and what they alone hold of it. */
  readonly standing: Float64Array
}

/** Of one outcome, and of one comparison's result (1, 0, −1) about its expectation. */
export const OUTCOME_VARIANCE = 0.2
export const RESULT_VARIANCE = 0.5
/** Outcomes that what is known of models in general counts for: models' means differ by a standard deviation of 0.14. */
const PSEUDO_OUTCOMES = 10
/** Whoever compares may like something else than outcomes measure: variance of that, by model (3 points). */
const TASTE_VARIANCE = 0.001
/** The scale is near 1: that of answers which are good or not, where the better one wins. Variance about that. */
const SCALE_VARIANCE = 0.25
/** Models with fewer outcomes do not tell the scale. */
const LEAST_KNOWN = 30

/**
 * What comparisons add to the models' means. A comparison is explained by what a and b stand for, `scale · (a − b)`, and
 * chance; a model's standing by its mean, as uncertain as its outcomes leave it, and by the taste of those who compare.
 * All is Gaussian and solved exactly: a Bradley–Terry model with a linear link, so that it is on the scale of quality.
 * A model with many outcomes is hardly moved, one with few follows its comparisons, and one with none stands where those
 * that it met put it.
 *
 * @returns `known` counts a model's comparisons as the outcomes that would tell as much of it
 */
export function comparedMeans({ mean, known }: Means, compared: readonly Compared[]): ComparedMeans {
  const models = [...new Set(compared.flatMap(({ a, b }) => [a, b]))].sort((x, y) => x - y)
  const scale = scaleOf({ mean, known }, compared)
  const centre = centresOf({ mean, known })
  const result = { mean: mean.slice(), known: known.slice(), scale, standing: centre.slice() }
  if (models.length === 0) return result
  const place = new Map(models.map((model, i) => [model, i]))
  const size = models.length
  const ofMean = models.map((m) => OUTCOME_VARIANCE / (known[m]! + PSEUDO_OUTCOMES))
  const precision = new Float64Array(size * size)
  const moved = new Float64Array(size)
  for (const [i, variance] of ofMean.entries()) precision[i * size + i] = 1 / (variance + TASTE_VARIANCE)
  for (const { a, b, result: won } of compared) {
    const [i, j] = [place.get(a)!, place.get(b)!]
    const weight = scale ** 2 / RESULT_VARIANCE
    const pull = (scale * (won - scale * (centre[a]! - centre[b]!))) / RESULT_VARIANCE
    precision[i * size + i]! += weight
    precision[j * size + j]! += weight
    precision[i * size + j]! -= weight
    precision[j * size + i]! -= weight
    moved[i]! += pull
    moved[j]! -= pull
  }
  const lower = cholesky(precision, size)
  solve(lower, size, moved)
  const left = inverse(lower, size)
  for (const [i, m] of models.entries()) {
    const share = ofMean[i]! / (ofMean[i]! + TASTE_VARIANCE)
    const variance = share * TASTE_VARIANCE + share ** 2 * left[i * size + i]!
    result.standing[m] = centre[m]! + moved[i]!
    result.mean[m] = Math.min(1, Math.max(0, centre[m]! + share * moved[i]!))
    result.known[m] = Math.max(known[m]!, Math.floor(OUTCOME_VARIANCE / variance - PSEUDO_OUTCOMES))
  }
  return result
}

/** Where a model stands before it is compared: at its outcomes' mean, or at that of the models that have one. */
function centresOf({ mean, known }: Means): Float64Array {
  const measured = [...mean.keys()].filter((m) => known[m]! > 0)
  const ofAll = measured.reduce((sum, m) => sum + mean[m]! / measured.length, 0)
  return mean.map((own, m) => (known[m]! > 0 || measured.length === 0 ? own : ofAll))
}

/**
 * Regression of the results on the leads that outcomes show, through 0, drawn towards 1. Comparisons that outcomes
 * contradict get 0: then nothing is learned from any of them.
 */
function scaleOf({ mean, known }: Means, compared: readonly Compared[]): number {
  let along = RESULT_VARIANCE / SCALE_VARIANCE
  let length = RESULT_VARIANCE / SCALE_VARIANCE
  for (const { a, b, result } of compared) {
    if (Math.min(known[a]!, known[b]!) < LEAST_KNOWN) continue
    const lead = mean[a]! - mean[b]!
    along += lead * result
    length += lead * lead
  }
  return Math.max(0, along / length)
}
