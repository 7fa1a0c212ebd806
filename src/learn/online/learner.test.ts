import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MOST_SHIFT, type Seen, shiftsFor } from '../../decide/experience.ts'
import { seededRandom } from '../random.ts'
import { findClusters, type PromptPoint } from './clusters.ts'
import { createLearner, type Learner, REMEMBERED, type SaidRating } from './learner.ts'

/** Two kinds of prompts, that read and look different. */
const point = (kind: number, random: () => number): PromptPoint => ({
  embedding: Float32Array.of(kind === 0 ? 1 : 0, kind === 0 ? 0 : 1),
  shape: Float32Array.of(kind + random() / 10, random()),
})

const CLUSTERS = (() => {
  const random = seededRandom(7)
  return findClusters(
    'test',
    Array.from({ length: 60 }, (_, i) => point(i % 2, random)),
  )
})()

const MODELS = ['a/one', 'b/two', 'c/three']
const ROWS = new Map(MODELS.map((slug, row) => [slug, row]))

let keys = 0
const rating = (
  model: string,
  kind: number,
  quality: number,
  facts: Partial<SaidRating> = {},
): SaidRating => ({
  key: `said ${keys++}`,
  at: keys,
  model,
  point: point(kind, seededRandom(keys)),
  quality,
  predicted: 0.5,
  ...facts,
})

const seenBy = (learner: Learner, kind: number): Seen => learner.see(point(kind, seededRandom(1)))
const shift = (learner: Learner, model: string, kind: number) =>
  shiftsFor(seenBy(learner, kind), ROWS).quality[ROWS.get(model)!]!

const said = fc.array(
  fc.record({
    model: fc.constantFrom(...MODELS),
    kind: fc.constantFrom(0, 1),
    quality: fc.double({ min: 0, max: 1, noNaN: true }),
    other: fc.constantFrom(undefined, ...MODELS),
  }),
  { minLength: 1, maxLength: 40 },
)

/** Ratings, and comparisons where there is another model. */
function teach(
  learner: Learner,
  all: readonly { model: string; kind: number; quality: number; other?: string | undefined }[],
) {
  for (const [i, { other, kind, ...one }] of all.entries()) {
    const facts = { key: `drawn ${i}`, at: i, point: point(kind, seededRandom(i)) }
    if (other === undefined) learner.rate({ ...one, ...facts, predicted: 0.5 })
    else learner.compare({ model: one.model, other, ...facts, result: one.quality, predictedLead: 0 })
  }
}

function near(a: number, b: number): void {
  assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`)
}

test('better ratings than predicted raise a model where they were given, and elsewhere by less', () => {
  const learner = createLearner(CLUSTERS)
  for (let i = 0; i < 40; i++) learner.rate(rating('a/one', 0, 1))
  for (let i = 0; i < 40; i++) learner.rate(rating('b/two', 0, 0.5))
  assert.ok(shift(learner, 'a/one', 0) > 0.1)
  assert.ok(shift(learner, 'a/one', 0) > shift(learner, 'a/one', 1))
  assert.ok(shift(learner, 'a/one', 0) > shift(learner, 'b/two', 0) + 0.1)
})

test('what all answers to a kind of prompts have in common moves no model much against the others', () => {
  const learner = createLearner(CLUSTERS)
  for (let i = 0; i < 60; i++) for (const model of MODELS) learner.rate(rating(model, 1, 0.2))
  const shifts = MODELS.map((model) => shift(learner, model, 1))
  assert.ok(Math.max(...shifts) - Math.min(...shifts) < 0.02)
})

test('whoever wins comparisons rises, whoever loses them falls', () => {
  const learner = createLearner(CLUSTERS)
  for (let i = 0; i < 30; i++)
    learner.compare({ ...rating('a/one', 0, 1), other: 'b/two', result: 1, predictedLead: 0 })
  assert.ok(shift(learner, 'a/one', 0) > 0.05)
  near(shift(learner, 'a/one', 0), -shift(learner, 'b/two', 0))
  assert.equal(shift(learner, 'c/three', 0), 0)
})

test('the order of what is said does not matter', () => {
  fc.assert(
    fc.property(said, fc.infiniteStream(fc.nat()), (all, places) => {
      const [one, two] = [createLearner(CLUSTERS), createLearner(CLUSTERS)]
      const numbered = all.map((fact, i) => ({ fact, i }))
      teach(one, all)
      const order = numbered.toSorted(() => (places.next().value % 2) - 0.5)
      for (const { fact, i } of order) {
        const facts = { key: `drawn ${i}`, at: i, point: point(fact.kind, seededRandom(i)) }
        const { other, model, quality } = fact
        if (other === undefined) two.rate({ model, quality, ...facts, predicted: 0.5 })
        else two.compare({ model, other, ...facts, result: quality, predictedLead: 0 })
      }
      for (const model of MODELS) near(shift(one, model, 0), shift(two, model, 0))
    }),
    { numRuns: 50 },
  )
})

test('a rating that is said again changes nothing, and one that is changed counts as if the first had not been', () => {
  const [learner, other] = [createLearner(CLUSTERS), createLearner(CLUSTERS)]
  const first = rating('a/one', 0, 1)
  const rest = [rating('a/one', 1, 0), rating('b/two', 0, 1)]
  for (const one of [first, ...rest, first, { ...first, quality: 0 }]) learner.rate(one)
  for (const one of [...rest, { ...first, quality: 0 }]) other.rate(one)
  for (const model of MODELS) near(shift(learner, model, 0), shift(other, model, 0))
  assert.deepEqual(learner.experience.evidence.toSorted(), other.experience.evidence.toSorted())
})

test('no stream of ratings moves a quality by more than the bound, nor makes it anything but a number', () => {
  fc.assert(
    fc.property(said, (all) => {
      const learner = createLearner(CLUSTERS)
      teach(learner, all)
      for (const model of MODELS) assert.ok(Math.abs(shift(learner, model, 0)) <= MOST_SHIFT)
    }),
  )
  const learner = createLearner(CLUSTERS)
  for (let i = 0; i < 500; i++) {
    learner.rate(rating('a/one', 0, 0, { predicted: 1 }))
    learner.rate(rating('b/two', 0, 1, { predicted: 0 }))
  }
  assert.equal(shift(learner, 'a/one', 0), -MOST_SHIFT)
  assert.equal(shift(learner, 'b/two', 0), MOST_SHIFT)
})

test('only so many ratings are remembered, and what is older is as if it had never been said', () => {
  const [learner, fresh] = [createLearner(CLUSTERS), createLearner(CLUSTERS)]
  const random = seededRandom(3)
  const all = Array.from({ length: REMEMBERED + 500 }, () =>
    rating(MODELS[Math.floor(random() * 3)]!, random() < 0.5 ? 0 : 1, random() < 0.5 ? 0 : 1),
  )
  for (const one of all) learner.rate(one)
  for (const one of all.slice(500)) fresh.rate(one)
  for (const model of MODELS) near(shift(learner, model, 1), shift(fresh, model, 1))
})

test('a model that gets worse is found, and what was known of it counts less: the ratings since then decide', () => {
  const learner = createLearner(CLUSTERS)
  const random = seededRandom(5)
  const rate = (times: number, quality: number) => {
    for (let i = 0; i < times && learner.drifts.length === 0; i++)
      learner.rate(rating('a/one', i % 2, random() < quality ? 1 : 0, { predicted: 0.8 }))
  }
  rate(600, 0.8)
  assert.equal(learner.drifts.length, 0)
  rate(600, 0.6)
  const [drift] = learner.drifts
  assert.equal(drift!.model, 'a/one')
  assert.ok(drift!.before - drift!.since > 0.1)
  const then = shift(learner, 'a/one', 0)
  assert.deepEqual(learner.experience.evidence, [1], 'all that was said of what it was counts as one rating')
  for (let i = 0; i < 30; i++) learner.rate(rating('a/one', 0, i % 2, { predicted: 0.8 }))
  assert.ok(shift(learner, 'a/one', 0) < then - 0.02)
  assert.deepEqual(learner.experience.evidence, [31])
})

test('of more models than have room those with the least evidence go, and the rest is as it was', () => {
  const learner = createLearner(CLUSTERS)
  for (let i = 0; i < 20; i++) learner.rate(rating('a/one', 0, 1))
  const before = shift(learner, 'a/one', 0)
  for (let m = 0; m < 60; m++) learner.rate(rating(`other/${m}`, 0, 0.5))
  assert.equal(learner.experience.models.length, 16)
  const after = shift(learner, 'a/one', 0)
  assert.ok(Math.abs(after - before) < 0.15, `${before} became ${after}`)
  assert.ok(learner.experience.mean.every(Number.isFinite))
})

test('ratings move a model more whose quality was less certain, and settle the doubt', () => {
  const learner = createLearner(CLUSTERS, (model) => (model === 'b/two' ? 0.15 : 0))
  for (let i = 0; i < 5; i++) for (const model of ['a/one', 'b/two']) learner.rate(rating(model, 0, 1))
  assert.ok(shift(learner, 'b/two', 0) > 1.3 * shift(learner, 'a/one', 0))
  const doubt = () => shiftsFor(seenBy(learner, 0), ROWS).doubt
  const [, after, never] = doubt()
  for (let i = 0; i < 50; i++) learner.rate(rating('b/two', i % 2, 0.5))
  assert.ok(doubt()[1]! < after! && after! < 1)
  assert.equal(never, 1)
})
