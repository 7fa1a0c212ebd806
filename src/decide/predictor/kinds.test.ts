import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { kindFeatures, kindProbabilities } from './kinds.ts'

/** A weight, however large a file may say it is. */
const weight = fc.integer({ min: -1_000_000, max: 1_000_000 })

test('whatever the weights, probabilities of kinds are 0 to 1 and 1 together', () => {
  const weights = fc.array(weight, { minLength: 12, maxLength: 12 }).map((all) => Float32Array.from(all))
  fc.assert(
    fc.property(weights, weight, (given, value) => {
      const features = kindFeatures(Float32Array.of(value), Float32Array.of(1), Float32Array.of(0.5))
      const told = kindProbabilities({ names: ['a', 'b', 'c'], weights: given }, features)
      assert.ok(told.every((p) => p >= 0 && p <= 1))
      assert.ok(Math.abs(told.reduce((a, b) => a + b, 0) - 1) < 1e-6)
    }),
  )
})

test('a kind is as probable as the exponential of its constant and weighted features', () => {
  const weights = Float32Array.of(0, 1, 2, 0)
  const told = kindProbabilities({ names: ['a', 'b'], weights }, Float32Array.of(0.5))
  assert.deepEqual([...told], [0.5, 0.5])
})
