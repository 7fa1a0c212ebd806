import { type Kinds, kindFeatures, kindProbabilities, softmax } from '../../decide/predictor/kinds.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { SHAPE_WIDTH } from '../../understand/text-shape.ts'
import { cholesky, gram, solve } from '../cholesky.ts'
import { type Member, PARTS, type PromptViews, type Residuals } from './member.ts'
import { fitSoftTable } from './soft-table.ts'

/** A label is a kind from so many prompts on: those of a rarer one are few in each part, and its row mostly the mean. */
const LEAST_PROMPTS = 30
/** The most frequent kinds are told apart: the time that it takes grows with their number. */
const MOST_KINDS = 64

/**
 * Learns to tell apart the kinds of prompts that labels name, from the texts alone, so that a prompt needs no label to
 * be judged; and the mean quality of every model per kind, as `fitSoftTable` does. Prompts without a label or with a
 * rare one do not teach kinds.
 *
 * @param tasks label of each prompt
 * @returns undefined where fewer than two labels have enough prompts
 */
export function fitKinds(
  views: PromptViews,
  tasks: readonly (string | undefined)[],
  residuals: Residuals,
): Member<Kinds> | undefined {
  const names = kindsIn(tasks)
  if (names.length < 2) return undefined
  const features = Array.from({ length: views.count }, (_, i) => featuresOf(views, i))
  const kindOf = tasks.map((task) => (task === undefined ? -1 : names.indexOf(task)))
  const weightsOf = (counts: (row: number) => boolean) => {
    const rows = [...kindOf.keys()].filter((i) => kindOf[i]! >= 0 && counts(i))
    const ofRows = rows.map((i) => features[i]!)
    return logistic(
      ofRows,
      rows.map((i) => kindOf[i]!),
      names.length,
    )
  }
  const probabilities = new Float32Array(views.count * names.length)
  for (let p = 0; p < PARTS; p++) {
    const weights = weightsOf((i) => residuals.part[i] !== p)
    for (const [i, row] of features.entries())
      if (residuals.part[i] === p)
        probabilities.set(kindProbabilities({ names, weights }, row), i * names.length)
  }
  const { heldOut, fitted: table } = fitSoftTable(probabilities, names.length, residuals)
  return { heldOut, fitted: { names, weights: weightsOf(() => true), table } }
}

function kindsIn(tasks: readonly (string | undefined)[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const task of tasks) if (task !== undefined) counts.set(task, (counts.get(task) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count >= LEAST_PROMPTS)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MOST_KINDS)
    .map(([task]) => task)
    .sort()
}

function featuresOf({ coordinates, directions, shape, intents }: PromptViews, i: number): Float32Array {
  const of = (table: Float32Array, width: number) => table.subarray(i * width, (i + 1) * width)
  return kindFeatures(of(coordinates, directions), of(shape, SHAPE_WIDTH), of(intents, INTENTS.length))
}

/** Pull of the weights towards 0, and steps of the fit. More of them tell no more prompts right (docs/learning-log.md). */
const PENALTY = 10
const STEPS = 15

/**
 * Multinomial logistic regression on standardised features, pulled towards 0. Each step goes to the minimum of a
 * quadratic that bounds the loss from above, whose curvature ½XᵀX + λ stays the same (Böhning 1992): it is factored once,
 * and every step lowers the loss.
 *
 * @returns for the features as they are, (1 + features) × kinds
 */
function logistic(rows: readonly Float32Array[], kindOf: readonly number[], kinds: number): Float32Array {
  const { mean, scale } = spread(rows)
  const width = 1 + mean.length
  const x = new Float32Array(rows.length * width)
  for (const [i, row] of rows.entries()) {
    x[i * width] = 1
    for (let f = 0; f < row.length; f++) x[i * width + 1 + f] = (row[f]! - mean[f]!) * scale[f]!
  }
  const curve = gram(x, width).map((value) => value / 2)
  for (let f = 0; f < width; f++) curve[f * width + f]! += PENALTY
  cholesky(curve, width)
  /** kinds × width */
  const weights = new Float64Array(kinds * width)
  for (let step = 0; step < STEPS; step++) {
    const slope = slopeOf(x, kindOf, weights, width)
    for (let k = 0; k < kinds; k++) {
      const own = slope.subarray(k * width, (k + 1) * width)
      solve(curve, width, own)
      for (let f = 0; f < width; f++) weights[k * width + f]! += own[f]!
    }
  }
  return asTheyAre(weights, mean, scale)
}

/** Xᵀ(Y − P) − λW, kinds × width: where the loss falls fastest. */
function slopeOf(
  x: Float32Array,
  kindOf: readonly number[],
  weights: Float64Array,
  width: number,
): Float64Array {
  const slope = weights.map((weight) => -PENALTY * weight)
  const kinds = weights.length / width
  const scores = new Float64Array(kinds)
  for (const [i, own] of kindOf.entries()) {
    const row = x.subarray(i * width, (i + 1) * width)
    for (let k = 0; k < kinds; k++) {
      let score = 0
      for (let f = 0, at = k * width; f < width; f++, at++) score += row[f]! * weights[at]!
      scores[k] = score
    }
    const probabilities = softmax(scores)
    for (let k = 0; k < kinds; k++) {
      const missing = (k === own ? 1 : 0) - probabilities[k]!
      for (let f = 0, at = k * width; f < width; f++, at++) slope[at]! += missing * row[f]!
    }
  }
  return slope
}

/** Mean of each feature, and one over its standard deviation; 0 for a feature that never differs. */
function spread(rows: readonly Float32Array[]): { mean: Float64Array; scale: Float64Array } {
  const width = rows[0]!.length
  const mean = new Float64Array(width)
  const scale = new Float64Array(width)
  for (const row of rows) for (let f = 0; f < width; f++) mean[f]! += row[f]! / rows.length
  for (const row of rows) for (let f = 0; f < width; f++) scale[f]! += (row[f]! - mean[f]!) ** 2 / rows.length
  return { mean, scale: scale.map((variance) => (variance < NO_VARIANCE ? 0 : 1 / Math.sqrt(variance))) }
}

const NO_VARIANCE = 1e-9

/** Weights of standardised features, kinds × (1 + features), as weights of the features themselves, turned. */
function asTheyAre(standard: Float64Array, mean: Float64Array, scale: Float64Array): Float32Array {
  const width = 1 + mean.length
  const kinds = standard.length / width
  const weights = new Float64Array(standard.length)
  for (let k = 0; k < kinds; k++) {
    weights[k]! += standard[k * width]!
    for (const [f, centre] of mean.entries()) {
      const weight = standard[k * width + 1 + f]! * scale[f]!
      weights[(1 + f) * kinds + k] = weight
      weights[k]! -= weight * centre
    }
  }
  return Float32Array.from(weights)
}
