import { INTENTS } from '../../understand/intent-names.ts'
import type { PromptTraits } from '../../understand/prompt.ts'
import { type Forest, sayOfForest } from './forest.ts'
import { type Kinds, kindProbabilities } from './kinds.ts'
import { familiarity, type NeighbourIndex, type Neighbours, nearest, sayOfNeighbours } from './neighbours.ts'

/**
 * What was learned from outcomes: predicts the quality of each model's answer to a prompt. Fitted by learn/predictor/fit-predictor.ts,
 * which says why it is made of these parts. Tables are row-major, in quality above the model's mean.
 */
export interface Predictor {
  /** Names as in the outcomes. */
  readonly models: readonly string[]
  /** Mean quality of each model, 0..1, and on how many outcomes it rests; comparisons count as those that tell as much. */
  readonly mean: Float64Array
  readonly known: Float64Array
  /** intents × models */
  readonly intentTable: Float32Array
  readonly neighbours: NeighbourIndex
  /** coordinates × models */
  readonly ridge: Float32Array
  /** Absent where the outcomes label no kinds of prompts that can be told apart. */
  readonly kinds?: Kinds
  readonly forest: Forest
  /** Of intents, neighbours, ridge, kinds where there are any, and forest; what is left to 1 is the mean's. */
  readonly weights: Float64Array
  /** `familiarity` of a prompt up to which nothing is believed, and from which on all is. */
  readonly strange: number
  readonly familiar: number
  /** Mean length of the answers, tokens, intents × models; NaN where no answer's length is known. */
  readonly answerTokens: Float32Array
  /**
   * A model is put before the best single model only for a predicted lead above this: the margin that paid on held-out
   * prompts. Infinity when none did.
   */
  readonly guard: number
}

/** A predictor as it was kept. */
export interface LearnedFile {
  readonly version: string
  readonly predictor: Predictor
  /** What the anchors of the neighbours were. */
  readonly anchors: readonly Anchor[]
}

/** A recorded prompt: its id and task in the outcomes, and how it begins. */
export interface Anchor {
  readonly id: string
  readonly task?: string
  readonly text: string
}

/** What a predictor says about one prompt, by its own numbers of the models. */
export interface Prediction {
  /** 0..1 */
  readonly quality: Float64Array
  /** What the nearest prompts alone would say, 0..1. */
  readonly byNeighbours: Float64Array
  /** How much of what was learned is believed for this prompt, 0..1: see `trusted`. */
  readonly trust: number
  /** Similarity, summed over the neighbours with an outcome of the model: how much is known nearby. */
  readonly nearby: Float64Array
  readonly neighbours: Neighbours
  /** Expected length of the answer, tokens; NaN where nothing is known. */
  readonly tokens: Float64Array
}

/**
 * Predicts the quality of every model's answer to a prompt: the model's mean plus the weighted say of each kind of
 * evidence. A prompt unlike all that was learned from gets the means alone: what was learned does not carry over to
 * other kinds of prompts (docs/learning-log.md).
 *
 * @param intents probability of every intent, in the order of INTENTS
 */
export function predictOutcomes(
  predictor: Predictor,
  intents: Float32Array,
  traits: PromptTraits,
): Prediction {
  const { models, mean, intentTable, ridge, kinds, forest, weights } = predictor
  const width = models.length
  const neighbours = nearest(predictor.neighbours, traits.coordinates)
  const { say: near, weight: nearby } = sayOfNeighbours(predictor.neighbours, neighbours, width)
  const said = [product(intents, intentTable, width), near, product(traits.coordinates, ridge, width)]
  if (kinds !== undefined) said.push(product(kindProbabilities(kinds, traits, intents), kinds.table, width))
  said.push(sayOfForest(forest, forestFeatures(traits.shape, intents, said), width))
  const trust = trusted(predictor, familiarity(predictor.neighbours, neighbours))
  const quality = mean.map((value, m) => {
    const above = said.reduce((sum, say, k) => sum + weights[k]! * say[m]!, 0)
    return bounded(value + trust * above)
  })
  return {
    quality,
    trust,
    byNeighbours: mean.map((value, m) => bounded(value + near[m]!)),
    nearby,
    neighbours,
    tokens: product(intents, predictor.answerTokens, width),
  }
}

/**
 * What is said of a prompt that was not looked at, because its quality decides nothing: the models' means, and how long
 * their answers to its intents are.
 */
export function predictMeans(predictor: Predictor, intents: Float32Array): Prediction {
  const { mean, answerTokens } = predictor
  return {
    quality: mean,
    trust: 0,
    byNeighbours: mean,
    nearby: new Float64Array(mean.length),
    neighbours: { anchors: [], similarity: [] },
    tokens: product(intents, answerTokens, mean.length),
  }
}

/** How much of what the evidence says is believed, 0..1. */
export function trusted(
  { strange, familiar }: Pick<Predictor, 'strange' | 'familiar'>,
  known: number,
): number {
  if (known >= familiar) return 1
  return known <= strange ? 0 : (known - strange) / (familiar - strange)
}

/** What the forest may ask about: the text's shape, its intents, and what the other kinds of evidence say. */
export function forestFeatures(
  shape: Float32Array,
  intents: Float32Array,
  said: readonly Float64Array[],
): Float32Array {
  const row = new Float32Array(
    shape.length + INTENTS.length + said.reduce((sum, { length }) => sum + length, 0),
  )
  row.set(shape)
  row.set(intents, shape.length)
  let at = shape.length + INTENTS.length
  for (const say of said) {
    row.set(say, at)
    at += say.length
  }
  return row
}

/** A quality, which lies in 0..1. */
export function bounded(quality: number): number {
  return Math.min(1, Math.max(0, quality))
}

/** A row vector times a table of so many columns. */
function product(row: Float32Array, table: Float32Array, columns: number): Float64Array {
  const out = new Float64Array(columns)
  for (let r = 0; r < row.length; r++) {
    const value = row[r]!
    if (value === 0) continue
    for (let c = 0, cell = r * columns; c < columns; c++, cell++) out[c]! += value * table[cell]!
  }
  return out
}
