import { chartRating, NEW_CHART } from './quality-drift.ts'

/** A rated answer, and what was predicted of it. */
export interface ChartedRating {
  readonly model: string
  /** Epoch ms. */
  readonly at: number
  /** 0..1 */
  readonly predicted: number
  readonly quality: number
  /** What predicted it: a chart compares only what one and the same predictor said. */
  readonly predictor: string
}

/**
 * When the models that answer worse than they did began to, by their ratings (`chartRating`): the time of the first one
 * since the last fall, epoch ms. What was said of such a model before then is about another one.
 *
 * @param ratings oldest first
 */
export function lastFalls(ratings: readonly ChartedRating[]): ReadonlyMap<string, number> {
  const falls = new Map<string, number>()
  for (const [model, own] of Map.groupBy(ratings, (rating) => rating.model)) {
    let chart = NEW_CHART
    let predictor: string | undefined
    for (const [i, rating] of own.entries()) {
      if (rating.predictor !== predictor) chart = NEW_CHART
      predictor = rating.predictor
      const { chart: next, drift } = chartRating(chart, rating.predicted, rating.quality)
      chart = next
      if (drift !== undefined) falls.set(model, own[i + 1 - drift.ratings]!.at)
    }
  }
  return falls
}
