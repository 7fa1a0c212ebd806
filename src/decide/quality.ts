import type { Model } from '../market/offer.ts'
import { INTENTS } from '../understand/intent-names.ts'
import type { Prompt } from '../understand/prompt.ts'
import { ARENA_CATEGORIES, categoryMix, LANGUAGE_CATEGORY } from './arena-categories.ts'
import type { ModelOffer } from './model-offers.ts'
import type { CategoryLine, QualityPrior, Rating } from './quality-artifact.ts'
import { type Estimate, estimateUnrated } from './unrated.ts'

/** One Elo point in logits: a lead of 400 points means odds of 10 to 1. */
const LOGITS_PER_ELO = Math.LN10 / 400

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
}

const WIDTH = ARENA_CATEGORIES.length
const FULL = ARENA_CATEGORIES.indexOf('full')
const CODING = ARENA_CATEGORIES.indexOf('coding')
const LONG = ARENA_CATEGORIES.indexOf('long_user')

/** intents × categories: the shares of `categoryMix`. */
const MIX_OF_INTENTS = Float64Array.from({ length: INTENTS.length * WIDTH }, (_, cell) => {
  const mix = categoryMix(INTENTS[Math.floor(cell / WIDTH)]!)
  return mix[ARENA_CATEGORIES[cell % WIDTH]!] ?? 0
})

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
 */
export function compileQuality(
  models: readonly Model[],
  prior: QualityPrior,
  offers: ReadonlyMap<string, ModelOffer>,
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
  }
}

/** An overall rating carried to every category by the category's line. */
function carried({ mean, sd }: Estimate, lines: readonly CategoryLine[]): Rating {
  return {
    mean: lines.map(({ intercept, slope }) => intercept + slope * mean),
    sd: lines.map(({ slope, tau }) => Math.hypot(slope * sd, tau)),
  }
}

/** A share of this size goes to the category of the prompt's language, and to long prompts'. Our judgement. */
const LANGUAGE_SHARE = 0.4
const LONG_SHARE = 0.3
/** The arena calls prompts of 500 tokens and more long. */
const LONG_TOKENS = 500

/**
 * Shares of the arena categories for a prompt, summing to 1: the intents' mixes by their probabilities, a part of
 * which is handed to coding (as much as half of the text's code share), to long prompts and to the language.
 */
export function mixOfPrompt(prompt: Prompt): Float64Array {
  const mix = new Float64Array(WIDTH)
  let total = 0
  for (let i = 0; i < INTENTS.length; i++) {
    const p = prompt.intentProbabilities[i] ?? 0
    if (p < 1e-4) continue
    total += p
    for (let c = 0, cell = i * WIDTH; c < WIDTH; c++, cell++) mix[c]! += p * MIX_OF_INTENTS[cell]!
  }
  if (total > 0) for (let c = 0; c < WIDTH; c++) mix[c]! /= total
  else mix[FULL] = 1
  shift(mix, CODING, prompt.codeShare / 2)
  if (prompt.tokens >= LONG_TOKENS) shift(mix, LONG, LONG_SHARE)
  const language = LANGUAGE_CATEGORY[prompt.language]
  if (language !== undefined) shift(mix, ARENA_CATEGORIES.indexOf(language), LANGUAGE_SHARE)
  return mix
}

/** Hands a share of the whole to one category. */
function shift(mix: Float64Array, category: number, share: number): void {
  for (let c = 0; c < WIDTH; c++) mix[c]! *= 1 - share
  mix[category]! += share
}

/** Ratings seen through one prompt's mix of categories. */
export interface PromptRatings {
  readonly table: QualityTable
  /** The categories that count, and how much. */
  readonly columns: readonly number[]
  readonly shares: readonly number[]
  /** The category lines mixed into one, which carries the overall estimate of a model that nobody rated. */
  readonly lineStart: number
  readonly lineSlope: number
}

/** @param mix what `mixOfPrompt` says. */
export function ratingsFor(table: QualityTable, mix: Float64Array): PromptRatings {
  const columns = ARENA_CATEGORIES.map((_, c) => c).filter((c) => mix[c]! > 0)
  let lineStart = 0
  let lineSlope = 0
  for (const c of columns) {
    lineStart += mix[c]! * table.lineStart[c]!
    lineSlope += mix[c]! * table.lineSlope[c]!
  }
  return { table, columns, shares: columns.map((c) => mix[c]!), lineStart, lineSlope }
}

/**
 * Predicted quality of one model's answer: the probability 0..1 that it beats the reference model's in a blind
 * comparison, by the Bradley–Terry model at the posterior means: σ(Σ_c share_c · (rating_mc − rating_ref,c)).
 *
 * @param into written at the model's place: its quality, and its standing: the quality that it is ranked by, which for
 *   a model that nobody rated is that of a rating half a standard deviation lower.
 */
export function predictQuality(
  { table, columns, shares, lineStart, lineSlope }: PromptRatings,
  model: number,
  into: { readonly quality: Float64Array; readonly standing: Float64Array },
): void {
  const row = table.row[model]!
  const unrated = row - table.rated
  if (unrated >= 0) {
    into.quality[model] = chance(lineStart + lineSlope * table.expected[unrated]!)
    into.standing[model] = chance(lineStart + lineSlope * table.cautious[unrated]!)
    return
  }
  let ahead = 0
  for (let i = 0; i < columns.length; i++) ahead += shares[i]! * table.mean[row * WIDTH + columns[i]!]!
  into.quality[model] = into.standing[model] = chance(ahead)
}

/** Probability of winning with this lead in logits. */
function chance(ahead: number): number {
  return 1 / (1 + Math.exp(-ahead))
}

/**
 * Standard deviation of a predicted quality (delta method): q(1 − q) times the mixed rating's, where a model's errors
 * in different categories are taken as one and the same, which is the cautious side.
 */
export function qualitySd(table: QualityTable, mix: Float64Array, model: number, quality: number): number {
  let sd = 0
  for (let c = 0, cell = table.row[model]! * WIDTH; c < WIDTH; c++, cell++) sd += mix[c]! * table.sd[cell]!
  return quality * (1 - quality) * sd
}

/** Mean lead over the reference model over all kinds of prompts, in logits. */
export function averageLead(table: QualityTable, model: number): number {
  return table.mean[table.row[model]! * WIDTH + FULL]!
}

/** True when the prediction for this model rests on ratings. */
export function isRated(table: QualityTable, model: number): boolean {
  return table.row[model]! < table.rated
}
