import { ARENA_CATEGORIES } from './arena-categories.ts'
import type { Evidence } from './decision.ts'
import type { Shifts } from './experience.ts'
import { PSEUDO_SIMILARITY } from './predictor/neighbours.ts'
import type { Prediction } from './predictor/predictor.ts'
import type { QualityTable } from './quality-table.ts'

const WIDTH = ARENA_CATEGORIES.length
const FULL = ARENA_CATEGORIES.indexOf('full')

/** Ratings seen through one prompt's mix of categories. */
export interface PromptRatings {
  readonly table: QualityTable
  /** The categories that count, and how much. */
  readonly columns: readonly number[]
  readonly shares: readonly number[]
  /** The category lines mixed into one, which carries the overall estimate of a model that nobody rated. */
  readonly lineStart: number
  readonly lineSlope: number
  /** What was learned from outcomes says, and how hard the prompt is (see `thresholdOf`), in logits. */
  readonly prediction: Prediction | undefined
  readonly threshold: number
  /** What ratings have taught since, where there is anything. */
  readonly shifts?: Shifts | undefined
}

/**
 * @param mix what `mixOfPrompt` says.
 * @param prediction what the table's predictor says about the prompt, if there is one.
 * @param shifts what experience says about it, by the table's models, if there is any.
 */
export function ratingsFor(
  table: QualityTable,
  mix: Float64Array,
  prediction?: Prediction,
  shifts?: Shifts,
): PromptRatings {
  const columns: number[] = []
  let lineStart = 0
  let lineSlope = 0
  for (let c = 0; c < mix.length; c++) {
    if (mix[c] === 0) continue
    columns.push(c)
    lineStart += mix[c]! * table.lineStart[c]!
    lineSlope += mix[c]! * table.lineSlope[c]!
  }
  const shares = columns.map((c) => mix[c]!)
  const ratings = { table, columns, shares, lineStart, lineSlope, prediction, threshold: 0, shifts }
  return prediction === undefined ? ratings : { ...ratings, threshold: thresholdOf(ratings, prediction) }
}

/**
 * How hard a prompt is, in logits of the ratings' scale: the ability with which an answer is good with probability ½.
 * Ratings say who is ahead of whom, outcomes how often an answer is good; the models that have both tie the scales
 * together: the mean over them, weighted by the certainty of their ratings, of rating − logit(predicted quality). It
 * cancels in comparisons of models with outcomes, and places those without where their ratings put them.
 */
function thresholdOf(ratings: PromptRatings, { quality }: Prediction): number {
  const { table } = ratings
  let sum = 0
  let weights = 0
  for (let m = 0; m < table.column.length; m++) {
    const column = table.column[m]!
    if (column < 0) continue
    const weight = 1 / mixedSd(ratings, m) ** 2
    sum += weight * (mixedLead(ratings, m) - logit(quality[column]!))
    weights += weight
  }
  return weights > 0 ? sum / weights : 0
}

/** Outcomes of a model that its rating counts for. */
const PSEUDO_OUTCOMES = 20

/** How much a model's own outcomes say against its rating, 0..1. */
function shareOfOutcomes({ learned, column }: QualityTable, model: number): number {
  const at = column[model]!
  if (learned === undefined || at < 0) return 0
  const known = learned.predictor.known[at]!
  return known / (known + PSEUDO_OUTCOMES)
}

/**
 * Predicted quality of one model's answer, 0..1. Without outcomes it is the probability that it beats the reference
 * model's in a blind comparison, by the Bradley–Terry model at the posterior means: σ(Σ_c share_c · (rating_mc −
 * rating_ref,c)). With outcomes it is the probability that the answer is good: σ(ability − threshold), where the ability
 * is a mean, in logits, of what outcomes and ratings say. What one's own ratings have taught since is added to either.
 */
export function predictedQuality(ratings: PromptRatings, model: number): number {
  return qualityAt(ratings, model, ratings.table.expected)
}

/**
 * Writes the standing of models: the quality that they are ranked by, which for one that nobody rated is that of a rating
 * half a standard deviation lower, by less as evidence settles the doubt.
 *
 * @param into written at the models' places
 */
export function predictStandings(ratings: PromptRatings, models: Int32Array, into: Float64Array): void {
  const { table, shifts } = ratings
  for (let i = 0; i < models.length; i++) {
    const model = models[i]!
    const low = qualityAt(ratings, model, table.cautious)
    const settled = shifts === undefined ? 0 : 1 - shifts.doubt[model]!
    into[model] = settled === 0 ? low : low + settled * (predictedQuality(ratings, model) - low)
  }
}

/**
 * Writes the logits of models' standings, without what experience adds.
 *
 * @param into written at the models' places
 */
export function standingLogits(ratings: PromptRatings, models: Int32Array, into: Float64Array): void {
  const { cautious } = ratings.table
  for (let i = 0; i < models.length; i++) into[models[i]!] = logitAt(ratings, models[i]!, cautious)
}

/** @param overall overall ratings of the models that nobody rated */
function qualityAt(ratings: PromptRatings, model: number, overall: Float64Array): number {
  const { shifts } = ratings
  const shift = shifts === undefined ? 0 : shifts.quality[model]!
  return within(chance(logitAt(ratings, model, overall)) + shift)
}

function logitAt(ratings: PromptRatings, model: number, overall: Float64Array): number {
  const { table, lineStart, lineSlope, prediction, threshold } = ratings
  const share = prediction === undefined ? 0 : shareOfOutcomes(table, model)
  const learned = share > 0 ? share * logit(prediction!.quality[table.column[model]!]!) : 0
  const unrated = table.row[model]! - table.rated
  const lead = unrated < 0 ? mixedLead(ratings, model) : lineStart + lineSlope * overall[unrated]!
  return learned + (1 - share) * (lead - threshold)
}

/** A model's lead over the reference model in the prompt's mix of categories, in logits. */
function mixedLead({ table, columns, shares }: PromptRatings, model: number): number {
  const at = table.row[model]! * WIDTH
  let lead = 0
  for (let i = 0; i < columns.length; i++) lead += shares[i]! * table.mean[at + columns[i]!]!
  return lead
}

/** Standard deviation of that: a model's errors in different categories are taken as one and the same, to be cautious. */
function mixedSd({ table, columns, shares }: PromptRatings, model: number): number {
  const at = table.row[model]! * WIDTH
  let sd = 0
  for (let i = 0; i < columns.length; i++) sd += shares[i]! * table.sd[at + columns[i]!]!
  return sd
}

/** Probability of winning with this lead in logits. */
export function chance(ahead: number): number {
  return 1 / (1 + Math.exp(-ahead))
}

function within(quality: number): number {
  return Math.min(1, Math.max(0, quality))
}

/** Logit of a quality; certainty counts as 1 in 100. */
function logit(quality: number): number {
  const q = Math.min(0.99, Math.max(0.01, quality))
  return Math.log(q / (1 - q))
}

/**
 * Standard deviation of a predicted quality. Of ratings (delta method): q(1 − q) times the mixed rating's. Of outcomes:
 * that of a share of as many as are known nearby, √(q(1 − q) / (similarity of the neighbours + 10)), which leaves out
 * what the other kinds of evidence add. Where both speak, of their mean. Of a model with experience: that of its shift,
 * which is an estimate of the prediction's error.
 */
export function qualitySd(ratings: PromptRatings, model: number, quality: number): number {
  const { table, prediction, shifts } = ratings
  if (shifts !== undefined && shifts.evidence[model]! > 0) return shifts.sd(model)
  const spread = quality * (1 - quality)
  const ofRatings = spread * mixedSd(ratings, model)
  const share = prediction === undefined ? 0 : shareOfOutcomes(table, model)
  if (share === 0) return ofRatings
  const nearby = prediction!.nearby[table.column[model]!]!
  return Math.hypot(share * Math.sqrt(spread / (nearby + PSEUDO_SIMILARITY)), (1 - share) * ofRatings)
}

/** Mean quality over all kinds of prompts: as `predictedQuality`, of no prompt in particular. */
export function averageQuality(table: QualityTable): (model: number) => number {
  const ratings = averageRatings(table)
  return (model) => predictedQuality(ratings, model)
}

/** Standard deviation of a model's `averageQuality`. */
export function averageSd(table: QualityTable, model: number): number {
  const ratings = averageRatings(table)
  return qualitySd(ratings, model, predictedQuality(ratings, model))
}

function averageRatings(table: QualityTable): PromptRatings {
  const mix = new Float64Array(WIDTH)
  mix[FULL] = 1
  const predictor = table.learned?.predictor
  const prediction = predictor && {
    quality: predictor.mean,
    nearby: predictor.known,
    ...NOTHING_NEAR,
  }
  return ratingsFor(table, mix, prediction)
}

const NOTHING_NEAR = {
  trust: 0,
  byNeighbours: new Float64Array(0),
  neighbours: { anchors: [], similarity: [] },
  tokens: new Float64Array(0),
}

/** What the prediction for this model rests on most. */
export function evidenceFor(table: QualityTable, model: number): Evidence {
  if (shareOfOutcomes(table, model) >= 0.5) return 'outcomes'
  return table.row[model]! < table.rated ? 'arena' : 'prior'
}
