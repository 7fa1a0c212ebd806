import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { keepLargest } from './keep-largest.ts'

test('the largest above 0 are kept, largest first and of equals the first offered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5, max: 12 })),
      fc.integer({ min: 1, max: 9 }),
      (values, most) => {
        const kept = keepLargest(most)
        for (const [owner, value] of values.entries()) kept.offer(value, owner)
        const expected = values
          .map((value, owner) => ({ value, owner }))
          .filter(({ value }) => value > 0)
          .sort((a, b) => b.value - a.value || a.owner - b.owner)
          .slice(0, most)
        assert.deepEqual(kept.sorted(), expected)
      },
    ),
  )
})
