import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { opponentOf } from './opponent.ts'

const first = { model: 'a', quality: 0.7, qualitySd: 0.1 }

test('of equals the one that less is known of tells more; what is decided tells nothing', () => {
  const known = { model: 'b', quality: 0.7, qualitySd: 0.02 }
  const unknown = { model: 'c', quality: 0.7, qualitySd: 0.2 }
  const hopeless = { model: 'd', quality: 0.1, qualitySd: 0.05 }
  assert.equal(opponentOf(first, [first, known, unknown, hopeless])?.model, 'c')
  assert.equal(opponentOf(first, [first, hopeless]), undefined)
  assert.equal(opponentOf(first, [first]), undefined)
})

test('nobody meets himself, and the order of the others does not matter', () => {
  const share = fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100)
  const contender = fc.record({ model: fc.constantFrom(...'abcdefg'), quality: share, qualitySd: share })
  const contenders = fc.uniqueArray(contender, { selector: ({ model }) => model })
  /** What the worth of a comparison depends on. */
  const told = (other: ReturnType<typeof opponentOf>) =>
    other && [Math.abs(other.quality - first.quality).toFixed(9), other.qualitySd]
  fc.assert(
    fc.property(contenders, (others) => {
      const found = opponentOf(first, others)
      assert.notEqual(found?.model, 'a')
      assert.deepEqual(told(opponentOf(first, others.toReversed())), told(found))
    }),
    { numRuns: 1000 },
  )
})
