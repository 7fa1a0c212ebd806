import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { largest } from './largest.ts'

test('the largest above 0 come first, of equals the first, however many there are and however large they are', () => {
  const numbers = fc
    .integer({ min: 0, max: 31 })
    .chain((bits) => fc.array(fc.integer({ min: -9, max: 2 ** bits - 1 })))
  fc.assert(
    fc.property(numbers, fc.nat(20), (some, most) => {
      const expected = [...some.keys()]
        .filter((i) => some[i]! > 0)
        .sort((a, b) => some[b]! - some[a]! || a - b)
        .slice(0, most)
      assert.deepEqual(largest(Int32Array.from(some), most), expected)
    }),
  )
})
