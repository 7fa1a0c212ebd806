import type { Model } from '../market/offer.ts'
import { ARENA_CATEGORIES } from './arena-categories.ts'
import type { ModelOffer } from './model-offers.ts'
import type { LearnedFile } from './predictor/predictor.ts'
import type { CategoryLine, QualityPrior, Rating } from './quality-artifact.ts'
import { type Estimate, estimateUnrated } from './unrated.ts'

/** One Elo point in logits: a lead of 400 points means odds of 10 to 1. */
const LOGITS_PER_ELO = Math.LN10 / 400

/** A predictor, and its number of each model that it knows, by canonical slug. */
export interface KnownOutcomes {
  readonly learned: LearnedFile
  readonly columns: ReadonlyMap<string, number>
}

/** Ratings laid out for the models of one market, in logits ahead of the reference model, one column per category. */
export interface QualityTable {
  readonly version: string
  readonly reference: string
  /** Row of each model; those from `rated` on are estimates of models that nobody rated. */
  readonly row: Int32Array
  readonly rated: number
  /** rows × categories. */
  readonly mean: Float32Array
  readonly sd: Float32Array
  /** Overall ratings of the rows from `rated` on, Elo points: expected, and to be ranked by. */
  readonly expected: Float64Array
  readonly cautious: Float64Array
  /** Per category: the lead of an overall rating of 0, and of one Elo point more. */
  readonly lineStart: Float64Array
  readonly lineSlope: Float64Array
  /** What was learned from outcomes, and the predictor's number of each model; −1 where it does not know it. */
  readonly learned: LearnedFile | undefined
  readonly column: Int32Array
}

const WIDTH = ARENA_CATEGORIES.length

/**
 * How many standard deviations a model that nobody rated is ranked below its expected rating, so that it does not pass
 * a rated one by a hair: at 0.5 it must lead by some 17 Elo points, odds of about 2 to 1 that it is better. In the time
 * splits of quality.card.json (`fit.unrated.caution`) the choice then was the best of the newer models in three of
 * four, without caution in all, at 1 in none: it stayed with what had been best before, 41 to 52 points behind.
 */
const CAUTION = 0.5

/**
 * Lays out the prior for the models of a market. A variant such as `:thinking` without a rating has its base model's;
 * a model without either has its estimate, see `estimateUnrated`.
 *
 * @param offers what `modelOffers` says of them, for the estimates.
 * @param outcomes what was learned from outcomes, if anything.
 */
export function compileQuality(
  models: readonly Model[],
  prior: QualityPrior,
  offers: ReadonlyMap<string, ModelOffer>,
  outcomes?: KnownOutcomes,
): QualityTable {
  const columns = ARENA_CATEGORIES.map((category) => prior.categories.indexOf(category))
  const reference = prior.models.get(prior.reference)!
  const known = models.map(
    ({ slug }) => prior.models.get(slug) ?? prior.models.get(slug.replace(/:[^:/]*$/, '')),
  )
  const estimates = models.flatMap((model, m) =>
    known[m] === undefined ? [estimateUnrated(model, offers.get(model.slug), prior.unrated)] : [],
  )
  const ratings = known.filter((rating) => rating !== undefined)
  const rated = ratings.length
  const rows = [...ratings, ...estimates.map((estimate) => carried(estimate, prior.lines))]
  let nextRated = 0
  let nextEstimate = rated
  const mean = new Float32Array(rows.length * WIDTH)
  const sd = new Float32Array(rows.length * WIDTH)
  rows.forEach((rating, r) => {
    columns.forEach((column, c) => {
      mean[r * WIDTH + c] = (rating.mean[column]! - reference.mean[column]!) * LOGITS_PER_ELO
      sd[r * WIDTH + c] = rating.sd[column]! * LOGITS_PER_ELO
    })
  })
  return {
    version: prior.version,
    reference: prior.reference,
    row: Int32Array.from(known, (rating) => (rating === undefined ? nextEstimate++ : nextRated++)),
    rated,
    mean,
    sd,
    expected: Float64Array.from(estimates, (estimate) => estimate.mean),
    cautious: Float64Array.from(estimates, (estimate) => estimate.mean - CAUTION * estimate.sd),
    lineStart: Float64Array.from(
      columns,
      (column) => (prior.lines[column]!.intercept - reference.mean[column]!) * LOGITS_PER_ELO,
    ),
    lineSlope: Float64Array.from(columns, (column) => prior.lines[column]!.slope * LOGITS_PER_ELO),
    learned: outcomes?.learned,
    column: Int32Array.from(models, ({ slug }) => outcomes?.columns.get(slug) ?? -1),
  }
}

/** An overall rating carried to every category by the category's line. */
function carried({ mean, sd }: Estimate, lines: readonly CategoryLine[]): Rating {
  return {
    mean: lines.map(({ intercept, slope }) => intercept + slope * mean),
    sd: lines.map(({ slope, tau }) => Math.hypot(slope * sd, tau)),
  }
}
