import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint, marketOf, promptOf, SAMPLE_PRIOR } from '../../test/sample-market.ts'
import { samplePredictor } from '../../test/sample-predictor.ts'
import { compileCandidates } from './candidates.ts'
import { expectedCompletionTokens, expectedTokensByModel } from './expected-tokens.ts'

test('a label is short, code is long, a translation is as long as its text', () => {
  assert.equal(expectedCompletionTokens(promptOf({ intent: 'classification_identification' })), 30)
  assert.equal(expectedCompletionTokens(promptOf({ intent: 'code_generation' })), 500)
  assert.equal(expectedCompletionTokens(promptOf({ intent: 'text_to_text_translation', tokens: 700 })), 710)
})

test('the caller’s maximum bounds it, and it is at least one token', () => {
  const within = (maxCompletionTokens: number) =>
    expectedCompletionTokens(promptOf({ needs: { maxCompletionTokens } }))
  assert.equal(within(10), 10)
  assert.equal(within(0), 1)
  assert.equal(within(100_000), 300)
})

test('without any intent it is a chat answer', () => {
  assert.equal(expectedCompletionTokens(promptOf({ intentProbabilities: new Float32Array(0) })), 300)
})

test('a model whose answers were measured is expected to answer as it did, the others as anybody would', () => {
  const predictor = samplePredictor({
    models: ['acme/large', 'open/small-8b'],
    mean: Float64Array.of(0.5, 0.5),
    known: Float64Array.of(100, 100),
  })
  const learned = { version: 'sample', predictor, anchors: [] }
  const endpoints = ['acme/large', 'open/small-8b', 'new/other'].map((slug) =>
    endpoint(`h/${slug}`, slug, [1, 1]),
  )
  const table = compileCandidates(marketOf(endpoints), SAMPLE_PRIOR, undefined, learned)
  const prediction = {
    quality: Float64Array.of(0.5, 0.5),
    nearby: Float64Array.of(0, 0),
    trust: 1,
    byNeighbours: Float64Array.of(0.5, 0.5),
    neighbours: { anchors: [], similarity: [] },
    tokens: Float64Array.of(2_400, Number.NaN),
  }
  const tokensOf = (maxCompletionTokens?: number) => {
    const prompt = promptOf(maxCompletionTokens === undefined ? {} : { needs: { maxCompletionTokens } })
    const { completionTokens } = expectedTokensByModel(prompt, table, prediction)
    return Object.fromEntries(table.models.map(({ slug }, m) => [slug, completionTokens[m]]))
  }
  assert.deepEqual(tokensOf(), { 'acme/large': 2_400, 'new/other': 300, 'open/small-8b': 300 })
  assert.deepEqual(tokensOf(200), { 'acme/large': 200, 'new/other': 200, 'open/small-8b': 200 })
})
