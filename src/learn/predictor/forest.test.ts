import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayOfForest } from '../../decide/predictor/forest.ts'
import { seededRandom } from '../random.ts'
import { fitForest } from './forest.ts'

/** Model 0 is good where feature 1 is large, model 1 where it is small; feature 0 says nothing. */
function sample(rows: number, seed: number) {
  const random = seededRandom(seed)
  const values = Float32Array.from({ length: 2 * rows }, () => random())
  const residuals = new Float64Array(2 * rows)
  for (let i = 0; i < rows; i++) {
    const high = values[2 * i + 1]! > 0.6 ? 0.4 : -0.4
    residuals[2 * i] = high + 0.2 * (random() - 0.5)
    residuals[2 * i + 1] = -high + 0.2 * (random() - 0.5)
  }
  return { table: { width: 2, values }, residuals: { models: 2, values: residuals } }
}

test('trees find the feature on which the models differ', () => {
  const { table, residuals } = sample(600, 1)
  const { fitted } = fitForest(table, residuals, seededRandom(2))
  const high = sayOfForest(fitted, Float32Array.of(0.5, 0.9), 2)
  assert.ok(high[0]! > 0.3 && high[1]! < -0.3, `${high}`)
  const low = sayOfForest(fitted, Float32Array.of(0.5, 0.1), 2)
  assert.ok(low[0]! < -0.3 && low[1]! > 0.3, `${low}`)
})

test('so they do among a hundred models', () => {
  const { table, residuals } = sample(600, 1)
  const values = Float64Array.from({ length: 600 * 100 }, (_, cell) => {
    const row = Math.floor(cell / 100)
    return residuals.values[2 * row + (cell % 2)]!
  })
  const { fitted } = fitForest(table, { models: 100, values }, seededRandom(2))
  const high = sayOfForest(fitted, Float32Array.of(0.5, 0.9), 100)
  assert.ok(
    high.every((say, m) => (m % 2 === 0 ? say > 0.3 : say < -0.3)),
    `${high}`,
  )
})

test('held-out predictions of pure noise are worth nothing', () => {
  const { table } = sample(600, 3)
  const random = seededRandom(4)
  const noise = Float64Array.from({ length: 1200 }, () => random() - 0.5)
  const { heldOut } = fitForest(table, { models: 2, values: noise }, seededRandom(5))
  const agreement = heldOut.reduce((sum, value, cell) => sum + value * noise[cell]!, 0)
  const size = Math.sqrt(
    heldOut.reduce((sum, v) => sum + v * v, 0) * noise.reduce((sum, v) => sum + v * v, 0),
  )
  assert.ok(Math.abs(agreement / size) < 0.1, `${agreement / size}`)
})

test('with a handful of rows it says nothing beyond the mean', () => {
  const { table, residuals } = sample(8, 6)
  const { fitted } = fitForest(table, residuals, seededRandom(7))
  const [high, low] = [0.9, 0.1].map((value) => sayOfForest(fitted, Float32Array.of(0.5, value), 2))
  assert.deepEqual(high, low)
})

test('the same seed gives the same forest', () => {
  const { table, residuals } = sample(200, 8)
  const one = fitForest(table, residuals, seededRandom(9))
  assert.deepEqual(fitForest(table, residuals, seededRandom(9)), one)
})
