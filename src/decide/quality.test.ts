import assert from 'node:assert/strict'
import { test } from 'node:test'
import { catalogOf, endpoint, priorOf, promptOf } from '../../test/sample-market.ts'
import { samplePredictor } from '../../test/sample-predictor.ts'
import type { Modality } from '../market/offer.ts'
import { mixOfPrompt } from './category-mix.ts'
import { modelOffers } from './model-offers.ts'
import type { Prediction } from './predictor/predictor.ts'
import {
  averageQuality,
  evidenceFor,
  predictedQuality,
  predictStandings,
  qualitySd,
  ratingsFor,
} from './quality.ts'
import { compileQuality } from './quality-table.ts'

const { models } = catalogOf([
  endpoint('h/a', 'open/small-8b', [1, 1]),
  endpoint('h/b', 'acme/large', [1, 1]),
  endpoint('h/c', 'acme/large:thinking', [1, 1]),
  endpoint('h/d', 'new/unrated', [1, 1]),
])
const table = compileQuality(models, priorOf({ 'open/small-8b': 1320, 'acme/large': 1520 }), modelOffers([]))
const predictions = (mix: Float64Array) => {
  const ratings = ratingsFor(table, mix)
  const quality = Float64Array.from(models, (_, m) => predictedQuality(ratings, m))
  const standing = new Float64Array(models.length)
  predictStandings(ratings, Int32Array.from(models.keys()), standing)
  return { quality, standing }
}
const predict = (mix: Float64Array) => predictions(mix).quality

test('the reference is even with itself, and 200 points ahead wins 76 of 100', () => {
  const [reference, large] = predict(mixOfPrompt(promptOf()))
  assert.ok(Math.abs(reference! - 0.5) < 1e-6)
  assert.ok(Math.abs(large! - 1 / (1 + 10 ** (-200 / 400))) < 1e-6)
})

test('a variant without a rating has its base model’s; a model without any has the prior and is less certain', () => {
  const mix = mixOfPrompt(promptOf())
  const [, large, thinking, unrated] = predict(mix)
  assert.equal(thinking, large)
  assert.ok(unrated! < 0.5)
  assert.deepEqual(
    models.map((_, m) => evidenceFor(table, m)),
    ['arena', 'arena', 'arena', 'prior'],
  )
  const ratings = ratingsFor(table, mix)
  assert.ok(qualitySd(ratings, 3, unrated!) > 3 * qualitySd(ratings, 1, large!))
})

test('rated models rank by their predicted quality, a model that nobody rated half a standard deviation lower', () => {
  const { quality, standing } = predictions(mixOfPrompt(promptOf()))
  assert.deepEqual(standing.subarray(0, 3), quality.subarray(0, 3))
  assert.ok(Math.abs(standing[3]! - 1 / (1 + 10 ** ((1320 - (1280 - 40)) / 400))) < 1e-6)
})

test('the more one’s own ratings say of a model that nobody rated, the less its standing is below its quality', () => {
  const standing = (doubt: number) => {
    const into = new Float64Array(models.length)
    const none = new Float64Array(models.length)
    const shifts = { quality: none, evidence: none, doubt: none.map(() => doubt), sd: () => 0 }
    const ratings = ratingsFor(table, mixOfPrompt(promptOf()), undefined, shifts)
    predictStandings(ratings, Int32Array.of(3), into)
    return into[3]! / predictedQuality(ratings, 3)
  }
  assert.ok(standing(1) < standing(0.5) && standing(0.5) < standing(0))
  assert.equal(standing(0), 1)
})

test('a model that nobody rated is expected to be what its maker, date and size say, unless it makes media', () => {
  const dated = models.map((model) => ({ ...model, releaseDate: '2025-01-01' }))
  const prior = priorOf({ 'open/small-8b': 1320 })
  const lead = (output: readonly Modality[]) => {
    const offers = modelOffers([endpoint('h/d', 'new/unrated', [1, 1], { output })])
    const quality = averageQuality(compileQuality(dated, prior, offers))(3)
    return Math.log(quality / (1 - quality)) / (Math.LN10 / 400)
  }
  assert.ok(Math.abs(lead(['text']) - (1350 + 60 * Math.log10(0.9) - 1320)) < 0.2)
  assert.ok(Math.abs(lead(['text', 'image']) - (1280 - 1320)) < 0.1)
})

/** A predictor that knows `open/small-8b` and `acme/large` from so many outcomes each. */
function learnedFrom(small: number, large: number): Parameters<typeof compileQuality>[3] {
  const predictor = samplePredictor({
    models: ['open/small-8b', 'acme/large'],
    mean: Float64Array.of(0.5, 0.8),
    known: Float64Array.of(small, large),
  })
  const columns = new Map(predictor.models.map((slug, column) => [slug, column]))
  return { learned: { version: 'sample', predictor, anchors: [] }, columns }
}

function learnedQuality(
  outcomes: Parameters<typeof compileQuality>[3],
  said: readonly number[],
  nearby = 50,
): { quality: Float64Array; sd: readonly number[]; evidence: readonly string[] } {
  const prior = priorOf({ 'open/small-8b': 1320, 'acme/large': 1520 })
  const learnedTable = compileQuality(models, prior, modelOffers([]), outcomes)
  const prediction: Prediction = {
    quality: Float64Array.from(said),
    nearby: Float64Array.of(nearby, nearby),
    trust: 1,
    byNeighbours: Float64Array.from(said),
    neighbours: { anchors: [], similarity: [] },
    tokens: Float64Array.of(Number.NaN, Number.NaN),
  }
  const ratings = ratingsFor(learnedTable, mixOfPrompt(promptOf()), prediction)
  const quality = Float64Array.from(models, (_, m) => predictedQuality(ratings, m))
  return {
    quality,
    sd: [...quality].map((q, m) => qualitySd(ratings, m, q)),
    evidence: models.map((_, m) => evidenceFor(learnedTable, m)),
  }
}

test('with many outcomes the predicted quality is what was learned from them', () => {
  const { quality, evidence } = learnedQuality(learnedFrom(100_000, 100_000), [0.3, 0.2])
  assert.ok(Math.abs(quality[0]! - 0.3) < 1e-3 && Math.abs(quality[1]! - 0.2) < 1e-3, `${quality}`)
  assert.deepEqual(evidence, ['outcomes', 'outcomes', 'arena', 'prior'])
})

test('a model without outcomes stands where its rating puts it among those that have some', () => {
  const { quality } = learnedQuality(learnedFrom(100_000, 100_000), [0.3, 0.3])
  // Its base model leads the small one by 200 points; both did equally well, so it is half of that ahead of either.
  const expected = 1 / (1 + (0.7 / 0.3) * 10 ** (-100 / 400))
  assert.ok(Math.abs(quality[2]! - expected) < 0.01, `${quality[2]} ${expected}`)
  assert.ok(quality[3]! < quality[0]!, 'and one that nobody rated stays behind')
})

test('with few outcomes the ratings decide, and without any the outcomes of others only set the scale', () => {
  const none = learnedQuality(learnedFrom(0, 0), [0.9, 0.1]).quality
  assert.ok(none[1]! > none[0]!, 'as rated')
  const few = learnedQuality(learnedFrom(5, 5), [0.9, 0.1]).quality
  const many = learnedQuality(learnedFrom(500, 500), [0.9, 0.1]).quality
  assert.ok(few[1]! - few[0]! < none[1]! - none[0]! && many[1]! < many[0]!)
})

test('the less is known nearby, the wider the prediction', () => {
  const { sd: near } = learnedQuality(learnedFrom(500, 500), [0.3, 0.6], 80)
  const { sd: far } = learnedQuality(learnedFrom(500, 500), [0.3, 0.6], 0)
  assert.ok(far[0]! > 2 * near[0]! && near[0]! > 0.03, `${near} ${far}`)
})
