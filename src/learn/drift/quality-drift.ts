/**
 * A model's ratings as the chart has them. Plain numbers: a drift is found by going through the ratings once. The lists have
 * a place for each of `OFFSETS`.
 */
export interface QualityChart {
  /** Ratings since the chart began, and the sum of what they lay above their predictions. */
  readonly ratings: number
  readonly above: number
  /** Probability of each offset if nothing has changed. */
  readonly steady: Float64Array
  /** Likelihood of each with a fall, in units of that without one, summed over the ratings with which it may have begun. */
  readonly fallen: Float64Array
  /** Log likelihood ratio of a fall over the ratings that speak most for one, 0 or more; and these ratings. */
  readonly score: number
  readonly pending: number
  readonly pendingAbove: number
}

/** A model answers worse than it did. */
export interface QualityDrift {
  /** Ratings since the fall began, by the likeliest of the places where it may have. */
  readonly ratings: number
  /** Mean of what ratings lay above their predictions, before and since, −1..1. */
  readonly before: number
  readonly since: number
}

/** The fall that is looked for. */
const FALL = 0.1
/**
 * Odds at which a fall is told. Where nothing changes they grow by 1 a rating on average, whence it takes at least as many
 * ratings as this to come here by chance (Pollak 1985), if predictions are off as much as is assumed.
 */
const ALARM = 11_000
/** Ratings before a fall may begin: what predictions are off by is learned meanwhile, by others too. */
const WARM_UP = 200
/** What a model may lie above its predictions, and the standard deviation of it before any rating. */
const OFFSETS = Float64Array.from({ length: 61 }, (_, i) => (i - 30) / 50)
const OFFSET_SD = 0.12
/** Qualities outside of this cannot fall by the fall, or are not certain enough to be surprised by single ratings. */
const LEAST = 0.15
const MOST = 0.97

export const NEW_CHART: QualityChart = {
  ratings: 0,
  above: 0,
  steady: shares(OFFSETS.map((offset) => Math.exp(-0.5 * (offset / OFFSET_SD) ** 2))),
  fallen: new Float64Array(OFFSETS.length),
  score: 0,
  pending: 0,
  pendingAbove: 0,
}

/**
 * Takes one more rating into a model's chart: the rule of Shiryaev and Roberts (Shiryaev 1963, Roberts 1966) for a fall by
 * 10 points, summed over what the model may lie above its predictions, with the weight that its ratings give that:
 *
 *     R(n) = Σ_k p(all ratings | a fall with the k-th) / p(all ratings | no fall)
 *
 * What is expected is the prediction for this very prompt, so that harder prompts are no drift, and the offset.
 *
 * @param predicted quality that was predicted of the answer, 0..1.
 * @param quality what the rating says, 0..1.
 * @returns the chart with the rating, or a new one after the drift that it reveals.
 */
export function chartRating(
  chart: QualityChart,
  predicted: number,
  quality: number,
): { readonly chart: QualityChart; readonly drift?: QualityDrift } {
  const mayBegin = chart.ratings >= WARM_UP ? 1 : 0
  const steady = new Float64Array(OFFSETS.length)
  const fallen = new Float64Array(OFFSETS.length)
  let likelySteady = 0
  let likelyFallen = 0
  for (let k = 0; k < OFFSETS.length; k++) {
    const expected = Math.min(MOST, Math.max(LEAST, predicted + OFFSETS[k]!))
    const after = likelihood(expected - FALL, quality)
    steady[k] = chart.steady[k]! * likelihood(expected, quality)
    fallen[k] = (chart.fallen[k]! + mayBegin * chart.steady[k]!) * after
    likelySteady += steady[k]!
    likelyFallen += chart.steady[k]! * after
  }
  for (let k = 0; k < OFFSETS.length; k++) {
    steady[k]! /= likelySteady
    fallen[k]! /= likelySteady
  }
  const surprise = quality - predicted
  const score = mayBegin * Math.max(0, chart.score + Math.log(likelyFallen / likelySteady))
  const next = {
    ratings: chart.ratings + 1,
    above: chart.above + surprise,
    steady,
    fallen,
    score,
    pending: score === 0 ? 0 : chart.pending + 1,
    pendingAbove: score === 0 ? 0 : chart.pendingAbove + surprise,
  }
  const hasFallen = score > 0 && sum(fallen) >= ALARM
  return hasFallen ? { chart: NEW_CHART, drift: driftOf(next) } : { chart: next }
}

function driftOf({ ratings, above, pending, pendingAbove }: QualityChart): QualityDrift {
  return {
    ratings: pending,
    before: (above - pendingAbove) / (ratings - pending),
    since: pendingAbove / pending,
  }
}

/** Of a rating, where answers are good with this probability; of one between 0 and 1, between the two. */
function likelihood(good: number, quality: number): number {
  if (quality === 1) return good
  if (quality === 0) return 1 - good
  return good ** quality * (1 - good) ** (1 - quality)
}

function shares(weights: Float64Array): Float64Array {
  const all = sum(weights)
  return weights.map((weight) => weight / all)
}

function sum(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}
