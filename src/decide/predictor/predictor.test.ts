import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { samplePredictor } from '../../../test/sample-predictor.ts'
import { pointRows } from '../../simd/rows.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { type Predictor, predictOutcomes, trusted } from './predictor.ts'
import { inSteps } from './steps.ts'

const MODELS = 2
const MEAN = Float64Array.of(0.3, 0.7)
const SHAPE = new Float32Array(22)
const uniform = new Float32Array(INTENTS.length).fill(1 / INTENTS.length)

/** Eight numbers, each a multiple of ⅛ from −4 to 4. */
const vector = fc
  .array(fc.integer({ min: -32, max: 32 }), { minLength: 8, maxLength: 8 })
  .map((steps) => Float32Array.from(steps, (step) => step / 8))

function unit(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values)
  return norm === 0 ? values : values.map((value) => value / norm)
}

/** Two anchors along the first two directions; the first model did well on the first, the second on the second. */
function withAnchors(given: Partial<Predictor> = {}): Predictor {
  const points = new Float32Array(16)
  points[0] = 1
  points[9] = 1
  return samplePredictor({
    models: ['a', 'b'],
    mean: MEAN,
    known: Float64Array.of(9, 9),
    neighbours: {
      points: pointRows(inSteps(points), 8),
      starts: Int32Array.of(0, 2),
      centres: pointRows(inSteps(new Float32Array(8).fill(0.35)), 8),
      residuals: Float32Array.of(0.5, -0.5, -0.3, Number.NaN),
      closeness: Float32Array.of(0.1, 0.1),
    },
    weights: Float64Array.of(0, 1, 0, 0),
    ...given,
  })
}

test('whatever the text, predictions are probabilities and neighbours come closest first', () => {
  const ridge = fc.array(fc.double({ min: -9, max: 9, noNaN: true }), {
    minLength: 8 * MODELS,
    maxLength: 8 * MODELS,
  })
  fc.assert(
    fc.property(vector, ridge, (at, weights) => {
      const predictor = withAnchors({
        ridge: Float32Array.from(weights),
        weights: Float64Array.of(0.2, 0.3, 0.5, 0),
      })
      const { quality, neighbours } = predictOutcomes(predictor, uniform, {
        coordinates: unit(at),
        votes: new Float32Array(0),
        shape: SHAPE,
      })
      for (const value of quality) assert.ok(value >= 0 && value <= 1, `${value}`)
      const { similarity } = neighbours
      for (let i = 1; i < similarity.length; i++) assert.ok(similarity[i]! <= similarity[i - 1]!)
    }),
  )
})

test('what the neighbours saw is said of prompts like them, as far as it is known', () => {
  const at = (...place: number[]) =>
    predictOutcomes(withAnchors(), uniform, {
      coordinates: Float32Array.from({ length: 8 }, (_, d) => place[d] ?? 0),
      votes: new Float32Array(0),
      shape: SHAPE,
    })
  const onFirst = at(1)
  assert.ok(onFirst.quality[0]! > 0.3 && onFirst.quality[1]! < 0.7)
  const onSecond = at(0, 1)
  assert.ok(onSecond.quality[0]! < 0.3)
  assert.equal(onSecond.quality[1], 0.7, 'nothing is known of it there')
  assert.deepEqual([...onSecond.nearby], [1, 0])
  assert.deepEqual([...at(0, 0, 1).quality], [...MEAN], 'far from both')
})

test('a prompt farther from its neighbours than they are from theirs gets the means', () => {
  const strict = withAnchors({ strange: 0.5, familiar: 0.9 })
  const at = (...place: number[]) =>
    predictOutcomes(strict, uniform, {
      coordinates: unit(Float32Array.from({ length: 8 }, (_, d) => place[d] ?? 0)),
      votes: new Float32Array(0),
      shape: SHAPE,
    }).quality
  assert.deepEqual([...at(1, 0, 3)], [...MEAN], 'a third as close')
  assert.ok(at(1)[0]! > MEAN[0]!, 'as close')
  assert.deepEqual(
    [0.4, 0.5, 0.7, 0.9, 1].map((known) => Math.round(100 * trusted(strict, known))),
    [0, 0, 50, 100, 100],
  )
})
