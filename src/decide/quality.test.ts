import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { catalogOf, endpoint, priorOf, promptOf } from '../../test/sample-market.ts'
import type { Modality } from '../market/offer.ts'
import { INTENTS } from '../understand/intent-names.ts'
import { ARENA_CATEGORIES, categoryMix } from './arena-categories.ts'
import { modelOffers } from './model-offers.ts'
import {
  averageLead,
  compileQuality,
  isRated,
  mixOfPrompt,
  predictQuality,
  qualitySd,
  ratingsFor,
} from './quality.ts'

const { models } = catalogOf([
  endpoint('h/a', 'open/small-8b', [1, 1]),
  endpoint('h/b', 'acme/large', [1, 1]),
  endpoint('h/c', 'acme/large:thinking', [1, 1]),
  endpoint('h/d', 'new/unrated', [1, 1]),
])
const table = compileQuality(models, priorOf({ 'open/small-8b': 1320, 'acme/large': 1520 }), modelOffers([]))
const predictions = (mix: Float64Array) => {
  const quality = new Float64Array(models.length)
  const standing = new Float64Array(models.length)
  const ratings = ratingsFor(table, mix)
  for (let m = 0; m < quality.length; m++) predictQuality(ratings, m, { quality, standing })
  return { quality, standing }
}
const predict = (mix: Float64Array) => predictions(mix).quality

test('every intent has shares that sum to 1', () => {
  for (const intent of INTENTS) {
    const sum = Object.values(categoryMix(intent)).reduce((total, share) => total + share, 0)
    assert.ok(Math.abs(sum - 1) < 1e-9, intent)
  }
})

test('the shares of any prompt sum to 1', () => {
  const probabilities = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), {
    minLength: INTENTS.length,
    maxLength: INTENTS.length,
  })
  fc.assert(
    fc.property(
      probabilities,
      fc.constantFrom('en', 'de', 'zh', 'und'),
      fc.nat(10_000),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (p, language, tokens, codeShare) => {
        const prompt = promptOf({ intentProbabilities: Float32Array.from(p), language, tokens, codeShare })
        const sum = mixOfPrompt(prompt).reduce((total, share) => total + share, 0)
        assert.ok(Math.abs(sum - 1) < 1e-6)
      },
    ),
  )
})

test('code leans on coding, German on German, a long prompt on long prompts', () => {
  const share = (facts: Parameters<typeof promptOf>[0], category: (typeof ARENA_CATEGORIES)[number]) =>
    mixOfPrompt(promptOf({ tokens: 100, ...facts }))[ARENA_CATEGORIES.indexOf(category)]!
  assert.ok(share({ intent: 'code_generation' }, 'coding') > 0.5)
  assert.ok(share({ codeShare: 1 }, 'coding') === 0.5)
  assert.ok(share({ language: 'de' }, 'german') === 0.4)
  assert.ok(share({ tokens: 5_000 }, 'long_user') === 0.3)
})

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
    models.map((_, m) => isRated(table, m)),
    [true, true, true, false],
  )
  assert.ok(qualitySd(table, mix, 3, unrated!) > 3 * qualitySd(table, mix, 1, large!))
})

test('rated models rank by their predicted quality, a model that nobody rated half a standard deviation lower', () => {
  const { quality, standing } = predictions(mixOfPrompt(promptOf()))
  assert.deepEqual(standing.subarray(0, 3), quality.subarray(0, 3))
  assert.ok(Math.abs(standing[3]! - 1 / (1 + 10 ** ((1320 - (1280 - 40)) / 400))) < 1e-6)
})

test('a model that nobody rated is expected to be what its maker, date and size say, unless it makes media', () => {
  const dated = models.map((model) => ({ ...model, releaseDate: '2025-01-01' }))
  const prior = priorOf({ 'open/small-8b': 1320 })
  const lead = (output: readonly Modality[]) => {
    const offers = modelOffers([endpoint('h/d', 'new/unrated', [1, 1], { output })])
    return averageLead(compileQuality(dated, prior, offers), 3) / (Math.LN10 / 400)
  }
  assert.ok(Math.abs(lead(['text']) - (1350 + 60 * Math.log10(0.9) - 1320)) < 0.2)
  assert.ok(Math.abs(lead(['text', 'image']) - (1280 - 1320)) < 0.1)
})
