import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../random.ts'
import { bootstrapMean, drawResamples, percentile } from './bootstrap.ts'

test('an interval covers the mean of the values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 30, maxLength: 60 }),
      fc.nat(),
      (values, seed) => {
        const resamples = drawResamples(values.length, 400, seededRandom(seed))
        const { mean, low, high } = bootstrapMean(values, resamples)
        assert.ok(low <= mean + 1e-9 && mean <= high + 1e-9)
      },
    ),
    { numRuns: 50 },
  )
})

test('an interval is about as wide as the normal distribution says', () => {
  const values = Array.from({ length: 400 }, (_, i) => i % 2)
  const { low, high } = bootstrapMean(values, drawResamples(400, 1000, seededRandom(1)))
  assert.ok(Math.abs(high - low - 2 * 1.96 * (0.5 / 20)) < 0.01)
})

test('the same seed draws the same resamples', () => {
  assert.deepEqual(drawResamples(9, 5, seededRandom(3)), drawResamples(9, 5, seededRandom(3)))
})

test('percentiles are nearest ranks', () => {
  assert.equal(percentile([3, 1, 2, 4], 0.5), 2)
  assert.equal(percentile([7], 0.99), 7)
  assert.ok(Number.isNaN(percentile([], 0.5)))
})
