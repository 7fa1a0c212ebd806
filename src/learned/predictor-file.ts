import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Kinds } from '../decide/predictor/kinds.ts'
import type { Anchor, Predictor } from '../decide/predictor/predictor.ts'
import { MeritorderError } from '../errors.ts'
import { type ArrayFile, readArrayFile, type TypedArray, writeArrayFile } from '../files/typed-array-file.ts'
import { LANES, pointRows } from '../simd/rows.ts'
import { type Embedder, type FeatureVotes, voteWidth } from '../understand/embedder.ts'
import { FEATURE_BLOCKS, FEATURES_VERSION } from '../understand/features.ts'
import { INTENTS } from '../understand/intent-names.ts'
import { SHAPE_WIDTH } from '../understand/text-shape.ts'
import { type SpaceTable, spaceEmbedder } from '../understand/vector-space.ts'
import { isSound, isSpace } from './predictor-soundness.ts'

/** What `meritorder fit` writes and the gateway loads: a predictor, its text space, and where it comes from. */
export interface LoadedPredictor {
  /** Prefix of the content's SHA-256: the same content always has the same version. */
  readonly version: string
  readonly card: PredictorCard
  readonly predictor: Predictor
  readonly anchors: readonly Anchor[]
  readonly space: Embedder
  /** Of every prompt that it was fitted on, `promptMark`, ascending: who tries it on others needs to know. */
  readonly learnedFrom: Float64Array
}

/** What a predictor was fitted on, and how well it did on prompts of it that were held out. */
export type PredictorCard = z.output<typeof card>

const card = z.object({
  /**
   * The files of outcomes, `ledger` for rated calls and `comparisons`, whose `prompts` is how many they are: the SHA-256 of
   * each, and from when to when calls were made.
   */
  sources: z
    .array(
      z.object({
        name: z.string(),
        sha256: z.string(),
        prompts: z.int().min(1),
        /** ISO times. */
        from: z.string().exactOptional(),
        to: z.string().exactOptional(),
      }),
    )
    .min(1),
  prompts: z.int().min(1),
  outcomes: z.int().min(1),
  seed: z.int(),
  /** Version of the intents artifact that the prompts were read with. */
  intents: z.string(),
  bestSingle: z.string(),
  /** Quality above the best single model's, of the best predicted model, with its standard error. */
  gain: z.object({ mean: z.number(), error: z.number() }),
})

const header = z.object({
  format: z.int(),
  featuresVersion: z.int(),
  shapeWidth: z.int(),
  models: z.array(z.string().min(1)).min(1),
  strange: z.number(),
  familiar: z.number(),
  /** null stands for Infinity, which JSON lacks. */
  guard: z.number().min(0).nullable(),
  dimensions: z.int().multipleOf(LANES).min(LANES),
  /** The outside embedder whose vectors the space is of; absent = our own text space. */
  embedder: z.string().min(1).optional(),
  anchors: z.array(z.object({ id: z.string(), task: z.string().exactOptional(), text: z.string() })),
  /** Kinds of prompts that are told apart; absent = none. */
  kinds: z.array(z.string()).min(2).exactOptional(),
  card,
})

const MAGIC = 'MERITPRD'
const FORMAT = 6

/** Writes the file that `parsePredictor` reads. */
export function formatPredictor(
  predictor: Predictor,
  space: SpaceTable,
  anchors: readonly Anchor[],
  learnedFrom: Float64Array,
  facts: PredictorCard,
): Uint8Array<ArrayBuffer> {
  const { models, mean, known, intentTable, ridge, weights, answerTokens, forest, neighbours } = predictor
  const { strange, familiar, guard, kinds } = predictor
  const head: z.input<typeof header> = {
    format: FORMAT,
    featuresVersion: FEATURES_VERSION,
    shapeWidth: SHAPE_WIDTH,
    models: [...models],
    strange,
    familiar,
    guard: Number.isFinite(guard) ? guard : null,
    dimensions: space.dimensions,
    ...('outside' in space && { embedder: space.outside.embedder }),
    anchors: [...anchors],
    ...(kinds !== undefined && { kinds: [...kinds.names] }),
    card: facts,
  }
  const { points, starts, centres, residuals, closeness } = neighbours
  const arrays = {
    ...{ mean, known, intentTable, ridge, weights, answerTokens },
    ...{ points: points.values, starts, centres: centres.values, residuals, closeness },
    ...forest,
    ...(kinds !== undefined && kindArrays(kinds)),
    ...spaceArrays(space),
    learnedFrom,
  }
  return writeArrayFile(MAGIC, { header: head, arrays })
}

function kindArrays({ mean, scale, weights, table }: Kinds): ArrayFile['arrays'] {
  return { kindMean: mean, kindScale: scale, kindWeights: weights, kindTable: table }
}

function spaceArrays(space: SpaceTable): ArrayFile['arrays'] {
  if ('outside' in space)
    return { probe: space.outside.probe, vectorMean: space.mean, directions: space.directions }
  const { keys, rowOf, rarity, scales, projection, blockWeights, votes } = space
  return {
    ...{ keys, rowOf, rarity, scales, projection, blockWeights },
    ...(votes !== undefined && { voteScales: votes.scales, votes: votes.rows }),
  }
}

/**
 * Reads a predictor that `meritorder fit` wrote.
 *
 * @param intents version of the intents artifact in use
 * @param embedder name of the outside embedder in use; absent = our own text space
 * @throws MeritorderError `server` when the bytes are no predictor, are cut short or damaged, or were fitted with another
 *   version of Meritorder, another intents artifact or another embedder
 */
export function parsePredictor(bytes: Uint8Array, intents: string, embedder?: string): LoadedPredictor {
  const { header: raw, arrays } = readOrRefuse(bytes)
  const parsed = header.safeParse(raw)
  const format = z.object({ format: z.int() }).safeParse(raw)
  if (format.success && format.data.format !== FORMAT) {
    const age = format.data.format > FORMAT ? 'newer' : 'older'
    throw refusal(`its format ${format.data.format} is ${age} than this Meritorder reads (${FORMAT})`)
  }
  if (!parsed.success) throw refusal(`its header is damaged at ${parsed.error.issues[0]?.path.join('.')}`)
  const { featuresVersion, shapeWidth, models, dimensions, anchors, kinds, card, ...bounds } = parsed.data
  if (featuresVersion !== FEATURES_VERSION || shapeWidth !== SHAPE_WIDTH)
    throw refusal('it was fitted by a version of Meritorder that reads texts in another way')
  if (card.intents !== intents)
    throw refusal(`it was fitted with the intents ${card.intents}, and this Meritorder has ${intents}`)
  if (parsed.data.embedder !== embedder)
    throw refusal(`it was fitted with ${named(parsed.data.embedder)}, and in use is ${named(embedder)}`)
  const take = taker(arrays)
  const width = models.length
  const cells = take('starts', Int32Array).length - 1
  const predictor: Predictor = {
    models,
    mean: take('mean', Float64Array, width),
    known: take('known', Float64Array, width),
    intentTable: take('intentTable', Float32Array, INTENTS.length * width),
    ridge: take('ridge', Float32Array, dimensions * width),
    ...(kinds !== undefined && {
      kinds: takeKinds(take, kinds, embedder === undefined ? 0 : dimensions, width),
    }),
    weights: take('weights', Float64Array, kinds === undefined ? 4 : 5),
    answerTokens: take('answerTokens', Float32Array, INTENTS.length * width),
    strange: bounds.strange,
    familiar: bounds.familiar,
    guard: bounds.guard ?? Number.POSITIVE_INFINITY,
    neighbours: {
      points: pointRows(take('points', Int16Array, anchors.length * dimensions), dimensions),
      starts: take('starts', Int32Array),
      centres: pointRows(take('centres', Int16Array, cells * dimensions), dimensions),
      residuals: take('residuals', Float32Array, anchors.length * width),
      closeness: take('closeness', Float32Array, anchors.length),
    },
    forest: {
      roots: take('roots', Int32Array),
      nodes: take('nodes', Float32Array),
      leaves: take('leaves', Float32Array),
    },
  }
  const space = takeSpace(take, dimensions, embedder, kinds?.length ?? 0)
  const learnedFrom = take('learnedFrom', Float64Array)
  if (!isSound(predictor, anchors.length) || !isSpace(space))
    throw refusal('its tables contradict each other')
  const version = predictorVersion(bytes)
  return {
    version,
    card,
    predictor,
    anchors,
    space: spaceEmbedder(`space-${version}`, space),
    learnedFrom,
  }
}

/** The version of a predictor: the same content always has the same. */
export function predictorVersion(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12)
}

/** @param coordinates how many of them kinds are told apart by: none where words vote */
function takeKinds(take: Taker, names: readonly string[], coordinates: number, models: number): Kinds {
  const features = SHAPE_WIDTH + INTENTS.length + coordinates
  return {
    names,
    mean: take('kindMean', Float32Array, features),
    scale: take('kindScale', Float32Array, features),
    weights: take('kindWeights', Float32Array, (1 + features) * names.length),
    table: take('kindTable', Float32Array, names.length * models),
  }
}

function takeSpace(take: Taker, dimensions: number, embedder: string | undefined, kinds: number): SpaceTable {
  if (embedder !== undefined) {
    const probe = take('probe', Float32Array)
    const mean = take('vectorMean', Float32Array, probe.length)
    const directions = take('directions', Float32Array, probe.length * dimensions)
    return { outside: { embedder, probe }, dimensions, mean, directions }
  }
  const keys = take('keys', Uint32Array)
  const scales = take('scales', Float32Array)
  return {
    dimensions,
    keys,
    rowOf: take('rowOf', Uint32Array, keys.length),
    rarity: take('rarity', Uint8Array, keys.length),
    scales,
    projection: take('projection', Int8Array, scales.length * dimensions),
    blockWeights: take('blockWeights', Float32Array, FEATURE_BLOCKS.length),
    ...(kinds > 0 && { votes: takeVotes(take, kinds, scales.length) }),
  }
}

function takeVotes(take: Taker, kinds: number, rows: number): FeatureVotes {
  return {
    kinds,
    scales: take('voteScales', Float32Array, rows),
    rows: take('votes', Int8Array, rows * voteWidth(kinds)),
  }
}

function named(embedder: string | undefined): string {
  return embedder === undefined ? 'our own text space' : `the embedder ${embedder}`
}

function readOrRefuse(bytes: Uint8Array): ArrayFile {
  try {
    return readArrayFile(MAGIC, bytes)
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error))
  }
}

type Kind<A> = abstract new (...given: never[]) => A

/** Takes arrays by name, making sure of their kind and, where given, their length. */
type Taker = <A extends TypedArray>(name: string, kind: Kind<A>, length?: number) => A

function taker(arrays: ArrayFile['arrays']): Taker {
  return (name, kind, length) => {
    const values = arrays[name]
    if (!(values instanceof kind)) throw refusal(`it lacks the table ${name}`)
    if (length !== undefined && values.length !== length)
      throw refusal(`its table ${name} has ${values.length} numbers instead of ${length}`)
    return values
  }
}

function refusal(reason: string): MeritorderError {
  return new MeritorderError(
    'server',
    `The predictor was refused: ${reason}. Fit it again (\`meritorder train\` or \`meritorder fit\`), or go back (\`meritorder predictors rollback\`).`,
    { limit: 'predictor' },
  )
}
