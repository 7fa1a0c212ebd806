import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asNumbers, samplePredictor } from '../../test/sample-predictor.ts'
import { MeritorderError } from '../errors.ts'
import { readArrayFile, writeArrayFile } from '../files/typed-array-file.ts'
import { pointRows } from '../simd/rows.ts'
import type { HashedTable } from '../understand/embedder.ts'
import { FEATURE_BLOCKS } from '../understand/features.ts'
import { INTENTS } from '../understand/intent-names.ts'
import { SHAPE_WIDTH } from '../understand/text-shape.ts'
import type { VectorTable } from '../understand/vector-space.ts'
import { formatPredictor, type PredictorCard, parsePredictor } from './predictor-file.ts'

const PREDICTOR = samplePredictor({
  models: ['acme/large', 'open/small-8b'],
  mean: Float64Array.of(0.8, 0.5),
  known: Float64Array.of(40, 30),
})
const SPACE: HashedTable = {
  dimensions: 8,
  keys: Uint32Array.of(11, 22, 33),
  rowOf: Uint32Array.of(0, 1, 1),
  rarity: Uint8Array.of(5, 6, 7),
  scales: Float32Array.of(0.5, 0.25),
  projection: Int8Array.from({ length: 16 }, (_, i) => i - 8),
  blockWeights: new Float32Array(FEATURE_BLOCKS.length).fill(1),
}
const ANCHORS = [{ id: 'a1', text: 'How many …' }]
const MARKS = Float64Array.of(17, 2 ** 52 - 1)
const CARD: PredictorCard = {
  sources: [{ name: 'outcomes.jsonl', sha256: 'ab', prompts: 40 }],
  prompts: 40,
  outcomes: 70,
  seed: 1,
  intents: 'i1',
  bestSingle: 'acme/large',
  gain: { mean: 0.02, error: 0.01 },
}

/** What kinds are told apart by beside words. */
const FEATURES = SHAPE_WIDTH + INTENTS.length
const FIFTHS = new Float64Array(5).fill(0.2)

function file(given: Partial<typeof PREDICTOR> = {}, space: Partial<HashedTable> = {}) {
  return formatPredictor({ ...PREDICTOR, ...given }, { ...SPACE, ...space }, ANCHORS, MARKS, CARD)
}

const VECTORS: VectorTable = {
  outside: { embedder: 'e5', probe: Float32Array.of(0, 1) },
  dimensions: 8,
  mean: Float32Array.of(0.5, 0.5),
  directions: Float32Array.from({ length: 16 }, (_, i) => i),
}

function refusal(bytes: Uint8Array, intents = 'i1', embedder?: string): string {
  try {
    parsePredictor(bytes, intents, embedder)
  } catch (error) {
    assert.ok(error instanceof MeritorderError, String(error))
    assert.match(error.message, /meritorder fit/)
    return error.message
  }
  return 'accepted'
}

test('a predictor is read as it was written, and the same one always has the same version', () => {
  const loaded = parsePredictor(file(), 'i1')
  assert.deepEqual(asNumbers(loaded.predictor), asNumbers(PREDICTOR))
  assert.deepEqual([loaded.card, loaded.anchors], [CARD, ANCHORS])
  assert.equal(loaded.space.dimensions, 8)
  assert.equal(parsePredictor(file(), 'i1').version, loaded.version)
  assert.notEqual(parsePredictor(file({ guard: 0.03 }), 'i1').version, loaded.version)
})

test('the kinds of prompts that are told apart are kept', () => {
  const kinds = {
    names: ['sums', 'poems'],
    mean: new Float32Array(FEATURES),
    scale: new Float32Array(FEATURES),
    weights: new Float32Array(2 * (1 + FEATURES)),
    table: new Float32Array(4),
  }
  const votes = { kinds: 2, scales: Float32Array.of(0.1, 0.2), rows: new Int8Array(2 * 8).fill(3) }
  const told = { kinds: { ...kinds, table: Float32Array.of(0.1, -0.1, -0.2, 0.2) }, weights: FIFTHS }
  const { predictor, space } = parsePredictor(file(told, { votes }), 'i1')
  assert.deepEqual(asNumbers(predictor), asNumbers({ ...PREDICTOR, ...told }))
  assert.equal(space.kinds, 2)
  assert.match(refusal(file(told)), /lacks the table voteScales/)
  assert.match(refusal(file({ ...told, kinds: { ...kinds, names: ['a', 'b', 'c'] } })), /instead of/)
  assert.match(refusal(file({ kinds })), /weights has 4 numbers instead of 5/)
})

test('a guard that lets nothing pass is kept', () => {
  assert.equal(parsePredictor(file({ guard: Infinity }), 'i1').predictor.guard, Infinity)
})

test('what was fitted with other intents is refused', () => {
  assert.match(refusal(file(), 'i2'), /fitted with the intents i1, and this Meritorder has i2/)
})

test('one that was fitted in the space of an outside embedder is read with that embedder only', () => {
  const bytes = formatPredictor(PREDICTOR, VECTORS, ANCHORS, MARKS, CARD)
  const { space } = parsePredictor(bytes, 'i1', 'e5')
  assert.deepEqual(space.outside, VECTORS.outside)
  const vector = Float32Array.of(1, 0.5)
  const length = Math.hypot(0, 1, 2, 3, 4, 5, 6, 7)
  const at = space.embed({ text: '', turnStart: 0, vector })
  assert.deepEqual(
    at,
    Float32Array.from({ length: 8 }, (_, d) => d / length),
  )
  assert.match(refusal(bytes, 'i1', 'bge'), /fitted with the embedder e5, and in use is the embedder bge/)
  assert.match(refusal(bytes), /fitted with the embedder e5, and in use is our own text space/)
  assert.match(refusal(file(), 'i1', 'e5'), /fitted with our own text space, and in use is the embedder e5/)
  const short = formatPredictor(PREDICTOR, { ...VECTORS, mean: Float32Array.of(1) }, ANCHORS, MARKS, CARD)
  assert.match(refusal(short, 'i1', 'e5'), /vectorMean has 1 numbers instead of 2/)
})

test('cut short anywhere it is refused, and so is every flipped byte', () => {
  const whole = file()
  for (let length = 0; length < whole.length; length += 7)
    assert.notEqual(refusal(whole.subarray(0, length)), 'accepted', `${length}`)
  for (let at = 0; at < whole.length; at += 13) {
    const damaged = whole.slice()
    damaged[at]! ^= 0x10
    assert.notEqual(refusal(damaged), 'accepted', `${at}`)
  }
})

test('a file of an older or a newer format is refused by its number', () => {
  const { header, arrays } = readArrayFile('MERITPRD', file())
  const written = (format: number) =>
    writeArrayFile('MERITPRD', { header: { ...(header as object), format }, arrays })
  assert.match(refusal(written(3)), /its format 3 is older than this Meritorder reads/)
  assert.match(refusal(written(99)), /its format 99 is newer/)
})

/** Neighbours without a single cell to search. */
const NOBODY = {
  points: pointRows(new Int16Array(0), 8),
  starts: Int32Array.of(0),
  centres: pointRows(new Int16Array(0), 8),
  residuals: new Float32Array(0),
  closeness: new Float32Array(0),
}

test('tables that contradict each other are refused, whoever made their checksum right', () => {
  const { forest, neighbours } = PREDICTOR
  const broken: readonly Uint8Array[] = [
    file({ mean: Float64Array.of(0.5) }),
    file({ forest: { ...forest, nodes: Float32Array.of(-1, 0, 9) } }),
    file({ forest: { ...forest, roots: Int32Array.of(1) } }),
    // A node that leads to itself would never end.
    file({ forest: { ...forest, nodes: Float32Array.of(0, 0, 0) } }),
    file({ forest: { ...forest, nodes: Float32Array.of(Number.NaN, 0, 0) } }),
    file({ forest: { ...forest, nodes: new Float32Array(2) } }),
    file({ neighbours: { ...neighbours, starts: Int32Array.of(0, 2) } }),
    file({}, { rowOf: Uint32Array.of(0, 1, 2) }),
    formatPredictor({ ...PREDICTOR, neighbours: NOBODY }, SPACE, [], MARKS, CARD),
  ]
  for (const [i, bytes] of broken.entries())
    assert.match(refusal(bytes), /contradict|instead of/, `number ${i}`)
})
