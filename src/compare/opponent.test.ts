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
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const contenders = fc.uniqueArray(
    fc.record({ model: fc.constantFrom(...'abcdefg'), quality: share, qualitySd: share }),
    {
      selector: ({ model }) => model,
    },
  )
  fc.assert(
    fc.property(contenders, (others) => {
      const found = opponentOf(first, others)
      assert.notEqual(found?.model, 'a')
      const turned = opponentOf(first, others.toReversed())
      // Of exact equals the first stands.
      if (found !== undefined && turned !== undefined && found.model !== turned.model)
        assert.deepEqual([found.quality, found.qualitySd], [turned.quality, turned.qualitySd])
    }),
  )
})
