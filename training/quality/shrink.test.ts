import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ArenaRating,
  disagreement,
  fitCategory,
  quantile,
  shrinkCategory,
  shrinkOverall,
} from './shrink.ts'

const rated = (rating: number, half: number): ArenaRating => ({
  rating,
  rating_q025: rating - half,
  rating_q975: rating + half,
})

test('a wide interval is drawn further to the pool than a narrow one', () => {
  const overall = shrinkOverall(
    { a: rated(1200, 5), b: rated(1400, 5), sure: rated(1500, 5), vague: rated(1500, 200) },
    0,
  )
  assert.ok(overall.get('sure')!.mean > 1498)
  assert.ok(overall.get('vague')!.mean < overall.get('sure')!.mean)
  assert.ok(overall.get('vague')!.sd > overall.get('sure')!.sd)
})

test('a category that repeats the overall ratings has slope 1 and no deviations of its own', () => {
  const ratings = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, rated(1200 + 10 * i, 4)]))
  const overall = shrinkOverall(ratings, 0)
  const fit = fitCategory(ratings, overall)
  assert.ok(Math.abs(fit.slope - 1) < 0.01)
  assert.equal(fit.tau, 0)
})

test('a deviation counts by how sure it is, and without a rating the line speaks', () => {
  const fit = { intercept: 0, slope: 1, tau: 20, models: 10 }
  const ability = { mean: 1300, sd: 3 }
  assert.ok(Math.abs(shrinkCategory(fit, ability, rated(1340, 0.1)).mean - 1340) < 0.1)
  const half = shrinkCategory(fit, ability, rated(1340, 20 * 1.96))
  assert.ok(Math.abs(half.mean - 1320) < 1e-6)
  const none = shrinkCategory(fit, ability, undefined)
  assert.equal(none.mean, 1300)
  assert.ok(none.sd > half.sd)
})

test('two leaderboards that differ by a constant agree', () => {
  const a = { x: rated(1300, 4), y: rated(1400, 4) }
  assert.equal(disagreement(a, { x: rated(1310, 4), y: rated(1410, 4) }), 0)
  assert.equal(disagreement(a, { x: rated(1290, 4), y: rated(1410, 4) }), 5)
})

test('a quantile is one of the values', () => {
  assert.equal(quantile([5, 1, 3, 2, 4], 0.2), 1)
  assert.equal(quantile([5, 1, 3, 2, 4], 0.5), 3)
})
