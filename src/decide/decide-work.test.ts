import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endpoint,
  marketOf,
  SAMPLE_CONTEXT,
  SAMPLE_ENDPOINTS,
  SAMPLE_PRIOR,
  wishFor,
} from '../../test/sample-market.ts'
import { MeritorderError } from '../errors.ts'
import { measureRerank } from '../understand/measure.ts'
import type { Work } from '../understand/work.ts'
import { compileCandidates } from './candidates.ts'
import { decideWork } from './decide-work.ts'
import type { PolicyRequest } from './policy.ts'

const facts = { contextTokens: 8_192, maxCompletionTokens: 1024 }
const table = compileCandidates(
  marketOf([
    ...SAMPLE_ENDPOINTS,
    endpoint('dear/embed-one', 'lab/embed-one', [0.2, 0], facts),
    endpoint('cheap/embed-one', 'lab/embed-one', [0.1, 0], facts),
    endpoint('mall/embed-two', 'lab/embed-two', [0.1, 0], facts),
    endpoint('search/rerank-one', 'lab/rerank-one', [0, 0], {
      price: { prompt: '0', completion: '0', request: '0.002' },
    }),
    endpoint('token/rerank-one', 'lab/rerank-one', [0.1, 0.1]),
  ]),
  SAMPLE_PRIOR,
)

const needs = {
  tools: false,
  images: false,
  files: false,
  audio: false,
  video: false,
  jsonSchema: false,
  outputModalities: ['embeddings'],
}
const vectors: Work = { needs, tokens: 1000, longestTokens: 1000, searchUnits: 0 }
const decideFor = (models: readonly string[], work: Work = vectors, more: Partial<PolicyRequest> = {}) =>
  decideWork(work, wishFor(models, more), table, SAMPLE_CONTEXT)

const refusalOf = (decide: () => unknown): MeritorderError => {
  try {
    decide()
  } catch (error) {
    if (error instanceof MeritorderError) return error
  }
  throw new assert.AssertionError({ message: 'nothing was refused' })
}

test('vectors go to the cheapest host of the named model and fall back on its others, on no other model', () => {
  const { ranked, strategy, reason } = decideFor(['lab/embed-one'])
  assert.deepEqual(
    ranked.map(({ endpoint: { id } }) => id),
    ['cheap/embed-one', 'dear/embed-one'],
  )
  assert.equal(strategy, 'direct')
  assert.match(reason, /lab\/embed-one was asked for/)
  assert.ok(Math.abs(ranked[0]!.costUsd! - 0.0001) < 1e-12)
})

test('no quality is predicted, and a policy that demands some does not stand in the way', () => {
  const demanding = {
    ...SAMPLE_CONTEXT.policies.balanced!,
    limits: { minQuality: 0.9 },
    atLeast: { model: 'acme/large', probability: 0.9 },
  }
  const { ranked } = decideFor(['lab/embed-one'], vectors, { policy: demanding })
  assert.equal(ranked[0]!.evidence, 'none')
  assert.ok(Number.isNaN(ranked[0]!.quality))
})

test('the longest text must fit the window, and all of them are paid for', () => {
  const batch = { ...vectors, tokens: 100_000, longestTokens: 8_000 }
  assert.ok(Math.abs(decideFor(['lab/embed-one'], batch).ranked[0]!.costUsd! - 0.01) < 1e-12)
  const long = { ...vectors, tokens: 100_000, longestTokens: 50_000 }
  assert.equal(refusalOf(() => decideFor(['lab/embed-one'], long)).code, 'context_length_exceeded')
})

test('a ranking is charged by the search where the host does so, and may fall back on another model', () => {
  const documents = Array.from({ length: 250 }, () => ({ text: 'some words to be ranked' }))
  const ranking = measureRerank({ query: 'which', documents, returnsDocuments: true })
  assert.equal(ranking.searchUnits, 3)
  const { ranked } = decideFor(['lab/rerank-one'], ranking)
  const costs = Object.fromEntries(ranked.map(({ endpoint: { id }, costUsd }) => [id, costUsd]))
  assert.equal(costs['search/rerank-one'], 0.006)
  assert.deepEqual(
    ranked.map(({ endpoint: { id } }) => id),
    ['token/rerank-one', 'search/rerank-one'],
  )
  const limited = { limits: { maxCostUsd: costs['token/rerank-one']! } }
  assert.equal(decideFor(['lab/rerank-one'], ranking, limited).ranked.length, 1)
})

test('what leaves the choice of the model to us is refused, saying why', () => {
  assert.match(refusalOf(() => decideFor([])).message, /cannot be compared/)
  assert.equal(refusalOf(() => decideFor(['lab/embed-one', 'lab/embed-two'])).detail.limit, 'models')
  assert.match(refusalOf(() => decideFor(['acme/large'])).message, /makes text: POST \/v1\/chat\/completions/)
  assert.match(refusalOf(() => decideFor(['lab/rerank-one'])).message, /POST \/v1\/rerank/)
})
