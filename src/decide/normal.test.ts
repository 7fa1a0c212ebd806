import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normalCdf, normalQuantile } from './normal.ts'

test('the normal distribution has its well-known values', () => {
  const known = [
    [0, 0.5],
    [1, 0.841344746],
    [-1.959963985, 0.025],
    [3, 0.998650102],
  ] as const
  for (const [z, p] of known) assert.ok(Math.abs(normalCdf(z) - p) < 2e-7, `${z}`)
})

test('a quantile and its probability belong together', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-4, max: 1 - 1e-4, noNaN: true }), (p) => {
      assert.ok(Math.abs(normalCdf(normalQuantile(p)) - p) < 1e-6)
    }),
  )
})
