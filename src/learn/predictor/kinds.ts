import { type Kinds, kindFeatures, softmax, standardised } from '../../decide/predictor/kinds.ts'
import { type FeatureVotes, voteWidth } from '../../understand/embedder.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { SHAPE_WIDTH } from '../../understand/text-shape.ts'
import { roundRow } from '../int8-rows.ts'
import { besideDense, type SparseMatrix } from '../sparse-matrix.ts'
import { fitLogistic, type Logistic, scoresOf } from './logistic.ts'
import { type Member, PARTS, type PromptViews, type Residuals } from './member.ts'
import { fitSoftTable } from './soft-table.ts'

/** Kinds that can be told apart, and what the words say of them where the text space is of words. */
export interface FittedKinds {
  readonly kinds: Kinds
  readonly votes?: FeatureVotes
}

/** A label is a kind from so many prompts on: those of a rarer one are few in each part, and its row mostly the mean. */
const LEAST_PROMPTS = 30
/** The most frequent kinds are told apart: the time that it takes grows with their number. */
const MOST_KINDS = 64
/** Length of the standardised features beside the words, whose length is 1. Chosen on held-out parts. */
const FEATURE_LENGTH = 0.5

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
): Member<FittedKinds> | undefined {
  const names = kindsIn(tasks)
  if (names.length < 2) return undefined
  const kindOf = tasks.map((task) => (task === undefined ? -1 : names.indexOf(task)))
  const { rows, mean, scale } = rowsOf(views)
  const without = (left: number) => {
    const learned = [...kindOf.keys()].filter((i) => kindOf[i]! >= 0 && residuals.part[i] !== left)
    return fitLogistic(rows, learned, kindOf, names.length)
  }
  const probabilities = new Float32Array(views.count * names.length)
  for (let p = 0; p < PARTS; p++) {
    const told = without(p)
    for (let i = 0; i < views.count; i++)
      if (residuals.part[i] === p) probabilities.set(softmax(scoresOf(rows, i, told)), i * names.length)
  }
  const { heldOut, fitted: table } = fitSoftTable(probabilities, names.length, residuals)
  const whole = without(PARTS)
  const wordCells = (views.words?.width ?? 0) * names.length
  const kinds = { names, mean, scale, weights: asTheyAre(whole, wordCells, scale.length), table }
  const votes = wordCells > 0 && votesOf(whole.weights.subarray(0, wordCells), names.length)
  return { heldOut, fitted: { kinds, ...(votes && { votes }) } }
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

/** What kinds are learned from: each text's words, and beside them its features, standardised. */
function rowsOf(views: PromptViews): { rows: SparseMatrix } & Pick<Kinds, 'mean' | 'scale'> {
  const features = Array.from({ length: views.count }, (_, i) => featuresOf(views, i))
  const spread = spreadOf(features)
  const width = spread.mean.length
  const dense = new Float32Array(views.count * width)
  for (const [i, row] of features.entries()) {
    const own = standardised(row, spread)
    for (let f = 0; f < width; f++) dense[i * width + f] = featureStep(width) * own[f]!
  }
  return { rows: besideDense(views.words, dense, width), ...spread }
}

/** What a standard deviation of a feature counts for. */
function featureStep(features: number): number {
  return FEATURE_LENGTH / Math.sqrt(features)
}

function featuresOf(views: PromptViews, i: number): Float32Array {
  const of = (table: Float32Array, width: number) => table.subarray(i * width, (i + 1) * width)
  return kindFeatures(
    of(views.shape, SHAPE_WIDTH),
    of(views.intents, INTENTS.length),
    views.words === undefined ? of(views.coordinates, views.directions) : undefined,
  )
}

/** Mean of each feature, and one over its standard deviation; 0 for a feature that never differs. */
function spreadOf(rows: readonly Float32Array[]): Pick<Kinds, 'mean' | 'scale'> {
  const width = rows[0]!.length
  const mean = new Float64Array(width)
  const variance = new Float64Array(width)
  for (const row of rows) for (let f = 0; f < width; f++) mean[f]! += row[f]! / rows.length
  for (const row of rows)
    for (let f = 0; f < width; f++) variance[f]! += (row[f]! - mean[f]!) ** 2 / rows.length
  return {
    mean: Float32Array.from(mean),
    scale: Float32Array.from(variance, (value) => (value < NO_VARIANCE ? 0 : 1 / Math.sqrt(value))),
  }
}

const NO_VARIANCE = 1e-9

/** The constants and the features' weights, (1 + features) × kinds. */
function asTheyAre({ constants, weights }: Logistic, wordCells: number, features: number): Float32Array {
  const own = weights.subarray(wordCells).map((weight) => featureStep(features) * weight)
  return Float32Array.of(...constants, ...own)
}

/** Words' weights, words × kinds, in int8. */
function votesOf(weights: Float64Array, kinds: number): FeatureVotes {
  const width = voteWidth(kinds)
  const words = weights.length / kinds
  const scales = new Float32Array(words)
  const rows = new Int8Array(words * width)
  const row = new Float64Array(width)
  for (let word = 0; word < words; word++) {
    row.set(weights.subarray(word * kinds, (word + 1) * kinds))
    scales[word] = roundRow(row, rows, word)
  }
  return { kinds, scales, rows }
}
