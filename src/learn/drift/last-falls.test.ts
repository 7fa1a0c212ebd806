import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../random.ts'
import { type ChartedRating, lastFalls } from './last-falls.ts'

/** Thumbs of a model that is right so often; the n-th comes at n seconds. */
function thumbs(
  model: string,
  rightAt: (n: number) => number,
  predictorAt: (n: number) => string = () => 'one',
  predictedAt: (n: number) => number = () => 0.75,
): ChartedRating[] {
  const random = seededRandom(7)
  return Array.from({ length: 1_600 }, (_, n) => ({
    model,
    at: 1_000 * n,
    predicted: predictedAt(n),
    quality: random() < rightAt(n) ? 1 : 0,
    predictor: predictorAt(n),
  }))
}

test('a model that falls is found to have begun about then, and one that does not is not', () => {
  const falls = lastFalls([
    ...thumbs('acme/fell', (n) => (n < 800 ? 0.8 : 0.5)),
    ...thumbs('acme/same', () => 0.8),
  ])
  assert.deepEqual([...falls.keys()], ['acme/fell'])
  const began = falls.get('acme/fell')! / 1_000
  assert.ok(began > 760 && began < 900, `${began}`)
})

test('of two falls the last one counts', () => {
  const falls = lastFalls(thumbs('acme/fell', (n) => (n < 500 ? 0.9 : n < 1_100 ? 0.65 : 0.35)))
  const began = falls.get('acme/fell')! / 1_000
  assert.ok(began > 1_060 && began < 1_200, `${began}`)
})

test('another predictor that thinks more of a model is no fall of the model', () => {
  const more = (n: number) => (n < 800 ? 0.6 : 0.8)
  const told = (predictorAt: (n: number) => string) =>
    lastFalls(thumbs('acme/same', () => 0.75, predictorAt, more)).size
  assert.equal(
    told(() => 'one'),
    1,
  )
  assert.equal(
    told((n) => (n < 800 ? 'one' : 'two')),
    0,
  )
})
