import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplePredictor } from '../../../test/sample-predictor.ts'
import { difficulty } from './difficulty.ts'

const predictor = samplePredictor({
  models: ['weak', 'middling', 'strong'],
  mean: Float64Array.of(0.4, 0.6, 0.8),
  known: Float64Array.of(9, 9, 9),
})
const of = (...quality: number[]) => Math.round(1e9 * difficulty(predictor, Float64Array.from(quality))) / 1e9

test('where all models do as they do on average, the strongest gains what it gains on average', () => {
  assert.equal(of(0.4, 0.6, 0.8), 0.4)
  assert.equal(of(0.2, 0.4, 0.6), 0.4, 'whatever the level')
})

test('where all do equally well there is nothing to gain, and where the weak do better it is below 0', () => {
  assert.equal(of(0.9, 0.9, 0.9), 0)
  assert.equal(of(0.8, 0.6, 0.4), -0.4)
})

test('models that are equally good on average tell nothing', () => {
  const equal = samplePredictor({ ...predictor, mean: Float64Array.of(0.5, 0.5, 0.5) })
  assert.equal(difficulty(equal, Float64Array.of(0, 0.5, 1)), 0)
})
