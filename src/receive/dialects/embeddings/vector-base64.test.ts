import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromBase64, toBase64 } from './vector-base64.ts'

test('a vector of 32-bit floats survives base64 exactly', () => {
  const vectors = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
    minLength: 1,
    maxLength: 64,
  })
  fc.assert(
    fc.property(vectors, (vector) => {
      assert.deepEqual(Array.from(fromBase64(toBase64(vector))!), vector)
    }),
  )
})

test('what is no vector is none', () => {
  for (const text of ['', 'AAA', '####', 'AAAA', 'AADAfw==', toBase64([Number.POSITIVE_INFINITY])])
    assert.equal(fromBase64(text), undefined, text)
})
