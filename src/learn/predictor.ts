import type { IntentArtifact } from '../understand/artifact.ts'
import { INTENTS } from '../understand/intent-names.ts'
import { intentProbabilities } from '../understand/intents.ts'
import { type FeatureTable, fitForest } from './forest.ts'
import { learnVocabulary, textMatrix, type Vocabulary } from './hashed-text.ts'
import { fitIntentTable } from './intent-table.ts'
import { type LatentSpace, latentSpace, project } from './latent-space.ts'
import { PARTS, type PromptViews, type Residuals } from './member.ts'
import { fitNeighbours } from './neighbours.ts'
import type { Outcomes } from './outcomes.ts'
import { seededRandom, shuffle } from './random.ts'
import { fitRidge } from './ridge.ts'
import { stackWeights } from './stack.ts'
import { SHAPE_WIDTH, textShape } from './text-shape.ts'

/** Predicts the quality of every model's answer. */
export interface Predictor {
  /** Predicted quality, prompts × models, row-major, each in [0, 1]. */
  predict(prompts: readonly string[]): Float64Array
}

export interface FitOptions {
  readonly intents: IntentArtifact
  readonly seed: number
}

const DIRECTIONS = 256
const INTENT_WIDTH = INTENTS.length

/**
 * Fits a predictor on the outcomes of some rows: the model's mean, plus what four kinds of evidence say about the prompt,
 * each pulled towards that mean: a table over intents, the nearest prompts, a linear function of the text, and a forest
 * over all of these and the text's shape. Their weights are those with which held-out predictions fit best.
 * docs/learning-log.md says what else was tried. The same rows and seed give the same predictor.
 *
 * @param rows which prompts of `outcomes` it may look at
 */
export function fitPredictor(
  outcomes: Outcomes,
  rows: readonly number[],
  { intents, seed }: FitOptions,
): Predictor {
  const random = seededRandom(seed)
  const models = outcomes.models.length
  const texts = rows.map((row) => outcomes.prompts[row]!)
  const { mean, residuals } = centred(outcomes, rows, random)
  const vocabulary = learnVocabulary(texts)
  const space = latentSpace(textMatrix(texts, vocabulary), Math.min(DIRECTIONS, rows.length), random)
  const view = (prompts: readonly string[]) => viewsOf(prompts, intents, vocabulary, space)
  const views = view(texts)

  const members = [fitIntentTable, fitNeighbours, fitRidge].map((fit) => fit(views, residuals))
  const said = members.map(({ heldOut }) => heldOut)
  const forest = fitForest(forestTable(views, said, models), residuals, random)
  const weights = stackWeights([...said, forest.heldOut], residuals.values)

  return {
    predict(prompts) {
      const asked = view(prompts)
      const say = members.map((member) => member.predict(asked))
      say.push(forest.predict(forestTable(asked, say, models)))
      return Float64Array.from({ length: prompts.length * models }, (_, cell) => {
        const above = say.reduce((sum, one, k) => sum + weights[k]! * one[cell]!, 0)
        return Math.min(1, Math.max(0, mean[cell % models]! + above))
      })
    },
  }
}

/** Quality of a model that was never run on any of the prompts. */
const UNKNOWN_MEAN = 0.5

function centred(
  { models, quality }: Outcomes,
  rows: readonly number[],
  random: () => number,
): { mean: Float64Array; residuals: Residuals } {
  const width = models.length
  const sum = new Float64Array(width)
  const known = new Float64Array(width)
  for (const row of rows)
    for (let m = 0; m < width; m++) {
      const value = quality[row * width + m]!
      if (Number.isNaN(value)) continue
      sum[m]! += value
      known[m]!++
    }
  const mean = sum.map((total, m) => (known[m] === 0 ? UNKNOWN_MEAN : total / known[m]!))
  const values = new Float64Array(rows.length * width)
  for (const [i, row] of rows.entries())
    for (let m = 0; m < width; m++) values[i * width + m] = quality[row * width + m]! - mean[m]!
  const part = Int32Array.from(shuffle([...rows.keys()], random), (place) => place % PARTS)
  return { mean, residuals: { models: width, values, part } }
}

function viewsOf(
  prompts: readonly string[],
  { embedder, head }: IntentArtifact,
  vocabulary: Vocabulary,
  space: LatentSpace,
): PromptViews {
  const intents = new Float32Array(prompts.length * INTENT_WIDTH)
  const shape = new Float32Array(prompts.length * SHAPE_WIDTH)
  for (const [i, prompt] of prompts.entries()) {
    intents.set(intentProbabilities(embedder.embed({ text: prompt, turnStart: 0 }), head), i * INTENT_WIDTH)
    shape.set(textShape(prompt), i * SHAPE_WIDTH)
  }
  const latent = project(space, textMatrix(prompts, vocabulary))
  return { count: prompts.length, intents, latent, directions: space.size, shape }
}

/** What the forest may ask about: the text's shape, its intents, and what the other members say. */
function forestTable(
  { count, shape, intents }: PromptViews,
  said: readonly Float64Array[],
  models: number,
): FeatureTable {
  const parts = [
    { values: shape, width: SHAPE_WIDTH },
    { values: intents, width: INTENT_WIDTH },
    ...said.map((values) => ({ values, width: models })),
  ]
  const width = parts.reduce((sum, part) => sum + part.width, 0)
  const table = new Float32Array(count * width)
  for (let i = 0; i < count; i++) {
    let at = i * width
    for (const part of parts) {
      table.set(part.values.subarray(i * part.width, (i + 1) * part.width), at)
      at += part.width
    }
  }
  return { width, values: table }
}
