import { bounded, forestFeatures, type Predictor, trusted } from '../../decide/predictor/predictor.ts'
import type { IntentArtifact } from '../../understand/artifact.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { intentProbabilities } from '../../understand/intents.ts'
import type { PromptText } from '../../understand/text.ts'
import { SHAPE_WIDTH } from '../../understand/text-shape.ts'
import { promptTraits } from '../../understand/traits.ts'
import { type SpaceTable, spaceEmbedder } from '../../understand/vector-space.ts'
import type { Outcomes } from '../outcomes.ts'
import { seededRandom, shuffle } from '../random.ts'
import type { SparseMatrix } from '../sparse-matrix.ts'
import { fitAnswerLengths } from './answer-length.ts'
import { type Compared, inOwnOrder } from './compared.ts'
import { comparedMeans, type Means } from './comparison-means.ts'
import { type FeatureTable, fitForest } from './forest.ts'
import { type ExploredCall, fittedGuard } from './guard.ts'
import { fitKinds } from './kinds.ts'
import { PARTS, type PromptViews, type Residuals } from './member.ts'
import { fitNeighbours } from './neighbours.ts'
import { fitRidge } from './ridge.ts'
import { fitSoftTable } from './soft-table.ts'
import { stackWeights } from './stack.ts'
import { fitTextSpace } from './text-space.ts'
import { fitVectorSpace } from './vector-space.ts'

/** A predictor, and what it needs to read prompts and to name its evidence. */
export interface FittedPredictor {
  readonly predictor: Predictor
  /** Text space of the coordinates. */
  readonly space: SpaceTable
  /** The row of the outcomes that each anchor of the neighbours is. */
  readonly anchorRows: readonly number[]
  /** What it says of the rows it was fitted on while their part is left out, rows × models. */
  readonly heldOut: Float64Array
  /** Quality minus the model's mean, rows × models; NaN where nothing is known. */
  readonly residuals: Float64Array
}

export interface FitOptions {
  readonly intents: IntentArtifact
  readonly seed: number
  /** Recorded calls on the rows, by their places among them: what the guard is told by where outcomes name one model each. */
  readonly explored?: readonly ExploredCall[]
  /** Comparisons of models of the outcomes; those on prompts of other rows are left out. */
  readonly compared?: readonly Compared[]
  /** Told of each of FIT_STEPS as it begins. */
  readonly tell?: (step: string) => void
}

/** How often `tell` is called. */
export const FIT_STEPS = 6

const DIRECTIONS = 128
const INTENT_WIDTH = INTENTS.length

/**
 * Fits a predictor on the outcomes of some rows: the model's mean, plus what five kinds of evidence say about the prompt,
 * each pulled towards that mean: a table over intents, the nearest prompts, a linear function of the text, a table over
 * the kinds of prompts that the rows' labels name (left out where they name none), and a forest over all of these and
 * the text's shape. Their weights are those with which held-out predictions fit best.
 * docs/learning-log.md says what else was tried. The same rows and seed give the same predictor.
 *
 * @param rows which prompts of `outcomes` it may look at
 */
export function fitPredictor(
  outcomes: Outcomes,
  rows: readonly number[],
  { intents, seed, explored = [], compared = [], tell = () => {} }: FitOptions,
): FittedPredictor {
  const random = seededRandom(seed)
  const models = outcomes.models.length
  const texts = rows.map((row) => outcomes.texts[row]!)
  const placeOf = new Map(rows.map((row, place) => [row, place]))
  const pairs = inOwnOrder(compared.filter(({ row }) => row === undefined || placeOf.has(row)))
  const own = meansOf(outcomes, rows)
  const means = comparedMeans(own, pairs)
  const { mean, known } = means
  // What prompts say is looked for around the outcomes' own means: the members would take back what comparisons moved.
  const residuals = residualsOf(outcomes, rows, own.mean, random)
  const size = directionsFor(rows.length)
  const { outside } = outcomes
  tell('learning which texts are alike')
  const placed: { readonly table: SpaceTable; readonly words?: SparseMatrix } =
    outside === undefined
      ? fitTextSpace(texts, size, random)
      : { table: fitVectorSpace(texts, outside, size, random) }
  tell('reading the prompts')
  const views = viewsOf(texts, intents, placed)

  const partOf = ({ row }: Compared) => (row === undefined ? undefined : residuals.part[placeOf.get(row)!])
  const table = fitSoftTable(views.intents, INTENT_WIDTH, residuals, (left) => ({
    compared: pairs.filter((pair) => partOf(pair) !== left),
    means,
  }))
  tell('comparing each prompt with the others')
  const neighbours = fitNeighbours(views, residuals, random)
  tell('fitting lines')
  const ridge = fitRidge(views, residuals)
  const said = [table.heldOut, neighbours.heldOut, ridge.heldOut]
  tell('telling kinds of prompts apart')
  const kinds = fitKinds(
    views,
    rows.map((row) => outcomes.tasks[row]),
    residuals,
  )
  if (kinds !== undefined) said.push(kinds.heldOut)
  tell('growing trees')
  const forest = fitForest(forestTable(views, said, models), residuals, random)
  said.push(forest.heldOut)
  const weights = stackWeights(said, residuals.values)
  const bounds = trustBounds(neighbours.fitted.familiarity)
  const trust = neighbours.fitted.familiarity.map((known) => trusted(bounds, known))
  const heldOut = residuals.values.map((_, cell) => {
    const above = said.reduce((sum, one, k) => sum + weights[k]! * one[cell]!, 0)
    return bounded(mean[cell % models]! + trust[Math.floor(cell / models)]! * above)
  })
  const aboveMeans = residuals.values.map(
    (value, cell) => value + own.mean[cell % models]! - mean[cell % models]!,
  )
  return {
    predictor: {
      models: outcomes.models,
      mean,
      known,
      intentTable: table.fitted,
      neighbours: neighbours.fitted.index,
      ridge: ridge.fitted,
      ...(kinds !== undefined && { kinds: kinds.fitted.kinds }),
      forest: forest.fitted,
      weights,
      ...bounds,
      answerTokens: fitAnswerLengths(outcomes, rows, views.intents),
      guard: fittedGuard({ heldOut, residuals: aboveMeans, mean, calls: explored }),
    },
    space: { ...placed.table, ...(kinds?.fitted.votes && { votes: kinds.fitted.votes }) },
    anchorRows: Array.from(neighbours.fitted.prompts, (i) => rows[i]!),
    heldOut,
    residuals: aboveMeans,
  }
}

/**
 * Prompts less familiar than this share of those learned from are strange, those more familiar than the larger share
 * familiar. Chosen between what kinds of prompts never seen lose and what familiar ones gain: docs/learning-log.md.
 */
const STRANGE_SHARE = 0.05
const FAMILIAR_SHARE = 0.2
/** Where all prompts are alike, nothing is strange that is nearly as close to them as they are to each other. */
const MOST_STRANGE = 0.85
const MOST_FAMILIAR = 0.95

function trustBounds(familiarity: Float64Array): Pick<Predictor, 'strange' | 'familiar'> {
  const sorted = familiarity.toSorted()
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
  return {
    strange: Math.min(MOST_STRANGE, quantile(STRANGE_SHARE)),
    familiar: Math.min(MOST_FAMILIAR, quantile(FAMILIAR_SHARE)),
  }
}

/** No more directions than there are prompts, rounded up to what an embedder can have. */
function directionsFor(prompts: number): number {
  return Math.min(DIRECTIONS, 8 * Math.ceil(prompts / 8))
}

/** Quality of a model that was never run on any of the prompts. */
const UNKNOWN_MEAN = 0.5

function meansOf({ models, quality }: Outcomes, rows: readonly number[]): Means {
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
  return { mean: sum.map((total, m) => (known[m] === 0 ? UNKNOWN_MEAN : total / known[m]!)), known }
}

function residualsOf(
  { models, quality }: Outcomes,
  rows: readonly number[],
  mean: Float64Array,
  random: () => number,
): Residuals {
  const width = models.length
  const values = new Float64Array(rows.length * width)
  for (const [i, row] of rows.entries())
    for (let m = 0; m < width; m++) values[i * width + m] = quality[row * width + m]! - mean[m]!
  const part = Int32Array.from(shuffle([...rows.keys()], random), (place) => place % PARTS)
  return { models: width, values, part }
}

function viewsOf(
  texts: readonly PromptText[],
  { embedder, head }: IntentArtifact,
  { table, words }: { readonly table: SpaceTable; readonly words?: SparseMatrix },
): PromptViews {
  const space = spaceEmbedder('', table)
  const intents = new Float32Array(texts.length * INTENT_WIDTH)
  const coordinates = new Float32Array(texts.length * space.dimensions)
  const shape = new Float32Array(texts.length * SHAPE_WIDTH)
  for (const [i, text] of texts.entries()) {
    intents.set(intentProbabilities(embedder.embed(text), head), i * INTENT_WIDTH)
    const traits = promptTraits(text, space)
    coordinates.set(traits.coordinates, i * space.dimensions)
    shape.set(traits.shape, i * SHAPE_WIDTH)
  }
  return {
    ...{ count: texts.length, intents, coordinates, directions: space.dimensions, shape },
    ...(words && { words }),
  }
}

function forestTable(
  { count, shape, intents }: PromptViews,
  said: readonly Float64Array[],
  models: number,
): FeatureTable {
  const width = SHAPE_WIDTH + INTENT_WIDTH + said.length * models
  const values = new Float32Array(count * width)
  for (let i = 0; i < count; i++)
    values.set(
      forestFeatures(
        shape.subarray(i * SHAPE_WIDTH, (i + 1) * SHAPE_WIDTH),
        intents.subarray(i * INTENT_WIDTH, (i + 1) * INTENT_WIDTH),
        said.map((one) => one.subarray(i * models, (i + 1) * models)),
      ),
      i * width,
    )
  return { width, values }
}
