import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../random.ts'
import { stackWeights } from './stack.ts'

const random = seededRandom(5)
const truth = Float64Array.from({ length: 500 }, () => random() - 0.5)
const noisy = (amount: number) => truth.map((value) => value + amount * (random() - 0.5))

test('the member that is right gets the weight, the one that knows nothing gets next to none', () => {
  const weights = stackWeights([noisy(5).map((value, i) => value - truth[i]!), truth], truth)
  assert.ok(weights[1]! > 0.99, `${weights}`)
  assert.ok(weights[0]! < 0.01, `${weights}`)
})

test('of two equally good members each gets its half', () => {
  const weights = stackWeights([noisy(0.3), noisy(0.3)], truth)
  assert.ok(Math.abs(weights[0]! - weights[1]!) < 0.1, `${weights}`)
})

test('no weight is negative and all together are at most 1, whatever the members say', () => {
  const column = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 })
  fc.assert(
    fc.property(column, column, column, (a, b, outcomes) => {
      const weights = stackWeights([Float64Array.from(a), Float64Array.from(b)], Float64Array.from(outcomes))
      assert.ok(weights.every((weight) => weight >= 0))
      assert.ok(weights[0]! + weights[1]! <= 1 + 1e-6, `${weights}`)
    }),
  )
})

test('unknown outcomes do not count', () => {
  const some = truth.map((value, i) => (i % 3 === 0 ? Number.NaN : value))
  const kept = truth.filter((_, i) => i % 3 !== 0)
  const member = noisy(0.4)
  const without = stackWeights([member.filter((_, i) => i % 3 !== 0)], kept)
  assert.deepEqual(stackWeights([member], some), without)
})
