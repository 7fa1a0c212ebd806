import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seededRandom } from '../random.ts'
import { type Compared, inOwnOrder } from './compared.ts'
import { comparedMeans, type Means } from './comparison-means.ts'

const MODELS = 5
const TRUTH = [0.35, 0.5, 0.55, 0.7, 0.8]

/** Right or wrong answers of models whose chances are known; the answer that is right beats the one that is wrong. */
function draw(seed: number, outcomes: readonly number[], comparisons: number) {
  const random = seededRandom(seed)
  const isRight = (m: number) => (random() < TRUTH[m]! ? 1 : 0)
  const mean = Float64Array.from(outcomes, (count, m) => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += isRight(m)
    return count === 0 ? 0.5 : sum / count
  })
  const compared = Array.from({ length: comparisons }, (): Compared => {
    const a = Math.floor(random() * MODELS)
    const b = (a + 1 + Math.floor(random() * (MODELS - 1))) % MODELS
    return { a, b, result: isRight(a) - isRight(b), intents: [] }
  })
  return { means: { mean, known: Float64Array.from(outcomes) }, compared }
}

function error({ mean }: Means): number {
  return Math.hypot(...TRUTH.map((truth, m) => mean[m]! - truth)) / Math.sqrt(MODELS)
}

test('with comparisons the means are nearer to the truth, and in no world of 40 much farther from it', () => {
  const worlds = Array.from({ length: 40 }, (_, seed) => {
    const { means, compared } = draw(seed, [40, 40, 40, 40, 40], 600)
    return error(comparedMeans(means, compared)) - error(means)
  })
  assert.ok(worlds.reduce((sum, one) => sum + one / worlds.length, 0) < -0.01, `${worlds}`)
  assert.ok(Math.max(...worlds) < 0.02, `${worlds}`)
})

test('a model without outcomes stands where those that it met put it, and counts as known by so much', () => {
  const off = Array.from({ length: 40 }, (_, seed) => {
    const { means, compared } = draw(seed, [500, 500, 500, 500, 0], 800)
    const { mean, known } = comparedMeans(means, compared)
    assert.ok(known[4]! > 20 && known[4]! < 320, `${known}`)
    return mean[4]! - TRUTH[4]!
  })
  const bias = off.reduce((sum, one) => sum + one / off.length, 0)
  assert.ok(Math.abs(bias) < 0.04, `${bias}`)
  assert.ok(Math.max(...off.map(Math.abs)) < 0.13, `${off}`)
})

test('without comparisons nothing moves, and many outcomes are hardly moved by a few', () => {
  const { means, compared } = draw(1, [2_000, 2_000, 2_000, 2_000, 2_000], 40)
  const same = comparedMeans(means, [])
  assert.deepEqual([same.mean, same.known], [means.mean, means.known])
  const { mean } = comparedMeans(means, compared)
  for (let m = 0; m < MODELS; m++) assert.ok(Math.abs(mean[m]! - means.mean[m]!) < 0.003)
})

test('comparisons that outcomes contradict teach nothing', () => {
  const { means, compared } = draw(1, [500, 500, 500, 500, 500], 900)
  const turned = compared.map((one) => ({ ...one, result: -one.result }))
  const { scale, mean } = comparedMeans(means, turned)
  assert.equal(scale, 0)
  assert.deepEqual(mean, means.mean)
})

test('judges who see differences larger than outcomes do not spread models farther apart than these', () => {
  const { means, compared } = draw(3, [500, 500, 500, 500, 0], 2_000)
  const random = seededRandom(5)
  const loud = compared.map(({ a, b, ...one }) => {
    const p = 1 / (1 + Math.exp(-8 * (TRUTH[a]! - TRUTH[b]!)))
    return { ...one, a, b, result: random() < p ? 1 : -1 }
  })
  const { scale, mean } = comparedMeans(means, loud)
  assert.ok(scale > 1.8, `${scale}`)
  assert.ok(Math.abs(mean[4]! - TRUTH[4]!) < 0.08, `${mean}`)
})

const pair = fc
  .record({
    a: fc.nat(MODELS - 1),
    step: fc.integer({ min: 1, max: MODELS - 1 }),
    result: fc.constantFrom(1, 0, -1),
  })
  .map(({ a, step, result }): Compared => ({ a, b: (a + step) % MODELS, result, intents: [] }))
const pairs = fc.array(pair, { maxLength: 60 })
/** Too few outcomes to tell the scale, which is then 1: what one more win changes is the win's doing alone. */
const means = fc
  .tuple(
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: MODELS, maxLength: MODELS }),
    fc.array(fc.nat(29), { minLength: MODELS, maxLength: MODELS }),
  )
  .map(([mean, known]): Means => ({ mean: Float64Array.from(mean), known: Float64Array.from(known) }))

test('neither who stands first nor the order of the rows changes a bit', () => {
  fc.assert(
    fc.property(means, pairs, fc.infiniteStream(fc.boolean()), fc.nat(), (own, all, turns, seed) => {
      const random = seededRandom(seed)
      const other = all
        .map((one) => (turns.next().value ? one : { ...one, a: one.b, b: one.a, result: -one.result }))
        .map((one) => ({ one, at: random() }))
        .sort((x, y) => x.at - y.at)
        .map(({ one }) => one)
      assert.deepEqual(comparedMeans(own, inOwnOrder(other)), comparedMeans(own, inOwnOrder(all)))
    }),
  )
})

test('one more win never lowers the winner, nor raises the beaten; a win instead of a tie neither', () => {
  fc.assert(
    fc.property(means, pairs, pair, (own, all, { a, b }) => {
      const with_ = (result: number) => comparedMeans(own, [...all, { a, b, result, intents: [] }])
      const tied = with_(0)
      const won = with_(1)
      assert.ok(won.standing[a]! >= tied.standing[a]! - 1e-12)
      assert.ok(won.mean[a]! >= tied.mean[a]! - 1e-12)
      assert.ok(won.mean[b]! <= tied.mean[b]! + 1e-12)
      const before = comparedMeans(own, [...all, { a, b, result: 0, intents: [] }].slice(0, -1))
      // A lead of more than 1 would be more than a win can show.
      if (before.standing[a]! - before.standing[b]! > 1) return
      assert.ok(won.standing[a]! >= before.standing[a]! - 1e-12)
      assert.ok(won.standing[b]! <= before.standing[b]! + 1e-12)
    }),
  )
})

test('means are qualities and finite, whatever is compared: a model that never lost, a circle, one pair a thousand times', () => {
  const own = { mean: Float64Array.of(0, 1, 0.5, 0.5, 0.5), known: Float64Array.of(1, 1, 0, 0, 0) }
  const one = (a: number, b: number): Compared => ({ a, b, result: 1, intents: [] })
  for (const all of [
    [one(0, 1), one(0, 2), one(0, 3)],
    [one(0, 1), one(1, 2), one(2, 0)],
    Array.from({ length: 1_000 }, () => one(3, 4)),
  ])
    for (const value of comparedMeans(own, all).mean) assert.ok(value >= 0 && value <= 1, `${value}`)
})
