import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byteRows, LANES, pointRows } from './rows.ts'

/** No multiple of the columns that are summed at once. */
const WIDTH = 3 * LANES
const whole = (most: number, length: number) =>
  fc.array(fc.integer({ min: -most, max: most }), { minLength: length, maxLength: length })

test('dot products are exact, of any run of the points', () => {
  const points = fc.integer({ min: 1, max: 9 }).chain((count) => whole(2_047, count * WIDTH))
  fc.assert(
    fc.property(points, whole(2_047, WIDTH), fc.nat(), fc.nat(), (values, at, a, b) => {
      const count = values.length / WIDTH
      const from = a % count
      const to = from + 1 + (b % (count - from))
      const dots = pointRows(Int16Array.from(values), WIDTH).dots(from, to, Int16Array.from(at))
      for (let p = from; p < to; p++) {
        const exact = at.reduce((sum, value, d) => sum + value * values[p * WIDTH + d]!, 0)
        assert.equal(dots[p - from], exact)
      }
    }),
  )
})

test('sums of weighted rows have the bits of a plain loop, whichever rows are added and however often', () => {
  const weight = fc.double({ noNaN: true, noDefaultInfinity: true })
  const chosen = fc.array(fc.tuple(fc.nat(6), weight), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(whole(127, 7 * WIDTH), chosen, (values, picks) => {
      const table = byteRows(Int8Array.from(values), WIDTH, 20)
      table.rows.set(picks.map(([row]) => row))
      table.weights.set(picks.map(([, its]) => its))
      const sum = table.sum(picks.length)
      for (let d = 0; d < WIDTH; d++)
        assert.equal(
          sum[d],
          picks.reduce((total, [row, its]) => total + its * values[row * WIDTH + d]!, 0),
        )
    }),
  )
})

test('rows are copied: what becomes of the given ones later changes nothing', () => {
  const points = Int16Array.from({ length: LANES }, (_, d) => d)
  const rows = pointRows(points, LANES)
  points.fill(0)
  assert.equal(rows.dots(0, 1, new Int16Array(LANES).fill(1))[0], 28)
})
