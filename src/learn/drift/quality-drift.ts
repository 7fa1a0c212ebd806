/** A model's ratings as the chart has them. Plain numbers: a drift is found by going through the ratings once. */
export interface QualityChart {
  /** Ratings that the reference rests on, and the sum of what they lay above their predictions. */
  readonly known: number
  readonly above: number
  /** The same since the score was last 0. */
  readonly pending: number
  readonly pendingAbove: number
  /** Log likelihood ratio of a fall against none, over the ratings that speak most for one; 0 or more. */
  readonly score: number
}

/** A model answers worse than it did. */
export interface QualityDrift {
  /** Ratings since the fall began, by the likeliest of the places where it may have. */
  readonly ratings: number
  /** Mean of what ratings lay above their predictions, before and since, −1..1. */
  readonly before: number
  readonly since: number
}

export const NEW_CHART: QualityChart = { known: 0, above: 0, pending: 0, pendingAbove: 0, score: 0 }

/** The fall that is looked for. */
const FALL = 0.1
/** Score at which a fall is told: about one false alarm in 12,000 ratings (`npm run bench:drift`). */
const ALARM = 5.5
/** Ratings of a model before its chart begins. */
const WARM_UP = 200
/** Variances of what a model lies above its predictions, and of a rating. */
const OFFSET_VARIANCE = 0.014
const RATING_VARIANCE = 0.2
/** The reference is taken this many of its standard deviations low: what is not well known is not easily found changed. */
const CAUTION = 0.5
/** Qualities outside of this cannot fall by the fall, or are not certain enough to be surprised by single ratings. */
const LEAST = 0.15
const MOST = 0.97

/**
 * Takes one more rating into a model's chart: a CUSUM (Page 1954) of the log likelihood ratio between the quality that is
 * expected and one that is 10 points lower. What is expected is the prediction for this very prompt, so that harder
 * prompts are no drift, plus what the model's ratings have lain above theirs. Only ratings up to the last time the score
 * was 0 count for that: those that may be part of a fall do not hide it.
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
  const pending = chart.pending + 1
  const pendingAbove = chart.pendingAbove + quality - predicted
  const score = chart.known < WARM_UP ? 0 : chart.score + evidenceOfFall(chart, predicted, quality)
  if (score <= 0) {
    const known = chart.known + pending
    return { chart: { known, above: chart.above + pendingAbove, pending: 0, pendingAbove: 0, score: 0 } }
  }
  if (score < ALARM) return { chart: { ...chart, pending, pendingAbove, score } }
  const drift = { ratings: pending, before: chart.above / chart.known, since: pendingAbove / pending }
  return { chart: NEW_CHART, drift }
}

function evidenceOfFall({ known, above }: QualityChart, predicted: number, quality: number): number {
  const variance = 1 / (1 / OFFSET_VARIANCE + known / RATING_VARIANCE)
  const offset = (variance * above) / RATING_VARIANCE - CAUTION * Math.sqrt(variance)
  const expected = Math.min(MOST, Math.max(LEAST, predicted + offset))
  const fallen = expected - FALL
  return quality * Math.log(fallen / expected) + (1 - quality) * Math.log((1 - fallen) / (1 - expected))
}
