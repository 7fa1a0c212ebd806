import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calibration } from './calibration.ts'

test('predictions that come true as often as they say have no calibration error', () => {
  const { ece, bins } = calibration([0.25, 0.25, 0.25, 0.25, 1], [1, 0, 0, 0, 1])
  assert.equal(ece, 0)
  assert.deepEqual(bins, [
    { predicted: 0.25, observed: 0.25, n: 4 },
    { predicted: 1, observed: 1, n: 1 },
  ])
})

test('the error is the distance of the bins, weighted by their predictions', () => {
  const { ece } = calibration([0.9, 0.9, 0.9, 0.1], [0, 0, 0, 0.1])
  assert.ok(Math.abs(ece - 0.9 * 0.75) < 1e-12)
})
