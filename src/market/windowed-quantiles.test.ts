import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createWindowedQuantiles } from './windowed-quantiles.ts'

const SLICE = 5 * 60_000
const BOUND = Math.sqrt(1.1) - 1

test('a quantile of many values is within 4.9 % of the exact one', () => {
  const values = fc.array(fc.double({ min: 0.11, max: 8e6, noNaN: true }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 0.75, 0.9, 0.99), (drawn, share) => {
      const histogram = createWindowedQuantiles(SLICE, 6)
      for (const value of drawn) histogram.add(value, 0)
      const exact = drawn.toSorted((a, b) => a - b)[Math.ceil(share * drawn.length) - 1]!
      const [told] = histogram.quantiles(0, [share])!
      assert.ok(Math.abs(told! / exact - 1) <= BOUND + 1e-9, `${told} for ${exact}`)
    }),
  )
})

test('values older than the window are forgotten, newer ones are kept', () => {
  const histogram = createWindowedQuantiles(SLICE, 6)
  histogram.add(1000, 0)
  histogram.add(10, 5 * SLICE)
  assert.ok(histogram.quantiles(5 * SLICE, [0.99])![0]! > 900)
  assert.ok(histogram.quantiles(6 * SLICE, [0.99])![0]! < 11)
  assert.equal(histogram.quantiles(12 * SLICE, [0.5]), undefined)
})

test('what cannot be a duration or a speed is left out', () => {
  const histogram = createWindowedQuantiles(SLICE, 6)
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) histogram.add(value, 0)
  assert.equal(histogram.quantiles(0, [0.5]), undefined)
})

test('what is saved and restored later tells the same, as long as it is in the window', () => {
  const before = createWindowedQuantiles(SLICE, 6)
  for (let i = 1; i <= 100; i++) before.add(i, i % 2 === 0 ? 20 * SLICE : 23 * SLICE)
  const after = createWindowedQuantiles(SLICE, 6)
  after.restore(before.save(24 * SLICE), 24 * SLICE)
  const shares = [0.01, 0.5, 0.9, 1]
  assert.deepEqual(after.quantiles(24 * SLICE, shares), before.quantiles(24 * SLICE, shares))
  assert.deepEqual(after.quantiles(27 * SLICE, shares), before.quantiles(27 * SLICE, shares))
  assert.equal(after.quantiles(29 * SLICE, shares), undefined)
})

test('bins that do not exist are not restored', () => {
  const histogram = createWindowedQuantiles(SLICE, 6)
  histogram.restore([[0, 192, 5], [6, 1, 5], [1]], 10 * SLICE)
  assert.equal(histogram.quantiles(10 * SLICE, [0.5]), undefined)
})
