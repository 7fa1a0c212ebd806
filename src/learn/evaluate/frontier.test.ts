import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { averageQuality, costOf, qualityAt, upperHull } from './frontier.ts'

const points = fc.array(
  fc.record({ costUsd: fc.integer({ min: 0, max: 50 }), quality: fc.integer({ min: 0, max: 50 }) }),
  { minLength: 1, maxLength: 20 },
)

test('a hull rises, bends only downwards, and no point lies above it', () => {
  fc.assert(
    fc.property(points, (all) => {
      const hull = upperHull(all)
      const slopes = hull.slice(1).map((to, i) => {
        const from = hull[i]!
        return (to.quality - from.quality) / (to.costUsd - from.costUsd)
      })
      assert.ok(slopes.every((slope, i) => slope > 0 && (i === 0 || slope < slopes[i - 1]!)))
      for (const { costUsd, quality } of all) assert.ok(quality <= qualityAt(hull, costUsd) + 1e-9)
    }),
  )
})

test('the cost of a quality buys it, and less does not', () => {
  fc.assert(
    fc.property(points, fc.double({ min: 0, max: 50, noNaN: true }), (all, quality) => {
      const hull = upperHull(all)
      const cost = costOf(hull, quality)
      if (cost === undefined) return assert.ok(all.every((point) => point.quality < quality))
      assert.ok(qualityAt(hull, cost) >= quality - 1e-9)
      if (cost > hull[0]!.costUsd) assert.ok(qualityAt(hull, cost * 0.99) < quality)
    }),
  )
})

test('between two points a quality costs its share of the way', () => {
  const hull = upperHull([
    { costUsd: 1, quality: 0.2 },
    { costUsd: 3, quality: 0.6 },
    { costUsd: 2, quality: 0.1 },
  ])
  assert.equal(costOf(hull, 0.4), 2)
  assert.equal(costOf(hull, 0.1), 1)
  assert.equal(costOf(hull, 0.7), undefined)
})

test('average quality is the area below the hull, level beyond its ends', () => {
  const hull = upperHull([
    { costUsd: 1, quality: 0.2 },
    { costUsd: 3, quality: 0.6 },
  ])
  assert.ok(Math.abs(averageQuality(hull, 1, 3) - 0.4) < 1e-12)
  assert.ok(Math.abs(averageQuality(hull, 1, 5) - 0.5) < 1e-12)
  assert.ok(Number.isNaN(averageQuality(hull, 3, 3)))
})

test('points of unknown cost have no place on a hull', () => {
  assert.deepEqual(upperHull([{ costUsd: Number.NaN, quality: 1 }]), [])
})
