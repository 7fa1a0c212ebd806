import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cosinesOfGroup, GROUP, inSteps, packPoints } from './packed-points.ts'

/** So many points of unit length, some along one axis, where rounding is least and sums are largest. */
const points = (dimensions: number) =>
  fc.array(
    fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: dimensions, maxLength: dimensions })
      .filter((values) => Math.hypot(...values) > 0.1)
      .map((values) => values.map((value) => value / Math.hypot(...values))),
    { minLength: 1, maxLength: 7 },
  )

for (const dimensions of [8, 256])
  test(`with ${dimensions} dimensions the cosines of packed points are exactly those of the points one by one`, () => {
    fc.assert(
      fc.property(points(dimensions), fc.boolean(), (list, isOpposite) => {
        const asked = list[0]!.map((value) => (isOpposite ? -value : value))
        const at = inSteps(Float32Array.from(asked))
        const packed = packPoints(Float32Array.from(list.flat()), dimensions)
        const cosines = new Float64Array(GROUP)
        for (const [i, point] of list.entries()) {
          if (i % GROUP === 0) cosinesOfGroup(packed, i / GROUP, at, cosines)
          const sum = inSteps(Float32Array.from(point)).reduce((total, value, d) => total + value * at[d]!, 0)
          assert.equal(cosines[i % GROUP]! + 0, sum / 223 ** 2 + 0)
          const exact = point.reduce((total, value, d) => total + value * asked[d]!, 0)
          assert.ok(Math.abs(cosines[i % GROUP]! - exact) < 0.04)
        }
      }),
      { numRuns: dimensions === 8 ? 100 : 30 },
    )
  })
