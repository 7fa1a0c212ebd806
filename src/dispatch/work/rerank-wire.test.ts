import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endpoint } from '../../../test/sample-market.ts'
import type { Candidate } from '../../decide/decision.ts'
import { readRanking, rerankWire } from './rerank-wire.ts'

const request = {
  query: 'q',
  documents: [{ text: 'a' }, { text: 'b', image: 'data:image/png;base64,AA' }],
  topN: 1,
  returnsDocuments: true,
}

function bodyAt(baseUrl: string, family: 'openai-compatible' | 'cohere') {
  const candidate = {
    endpoint: endpoint('host/rerank', 'lab/rerank'),
    provider: { slug: 'host', name: 'Host', family, baseUrl, keyVariables: [] },
  } as unknown as Candidate
  return rerankWire(candidate).body(request, 'rerank')
}

test('each host is asked in its own shape', () => {
  assert.deepEqual(bodyAt('https://api.jina.ai/v1', 'openai-compatible'), {
    model: 'rerank',
    query: 'q',
    documents: ['a', { text: 'b', image: 'data:image/png;base64,AA' }],
    top_n: 1,
    return_documents: false,
  })
  assert.deepEqual(bodyAt('https://api.voyageai.com/v1', 'openai-compatible'), {
    model: 'rerank',
    query: 'q',
    documents: ['a', 'b'],
    top_k: 1,
    return_documents: false,
  })
  assert.deepEqual(bodyAt('https://api.cohere.com/v2', 'cohere'), {
    model: 'rerank',
    query: 'q',
    documents: ['a', 'b'],
    top_n: 1,
  })
})

test('Voyage’s reply is read as the others are', () => {
  const data = [
    { index: 1, relevance_score: 0.4 },
    { index: 0, relevance_score: 0.9 },
  ]
  const ranking = readRanking({ object: 'list', data, usage: { total_tokens: 26 } }, { ...request, topN: 2 })
  assert.deepEqual(ranking, {
    ranked: [
      { index: 0, score: 0.9 },
      { index: 1, score: 0.4 },
    ],
    tokens: 26,
  })
})

test('whatever a host says, a ranking has each document at most once, best first, and never one that was not sent', () => {
  const row = fc.record({
    index: fc.integer({ min: -1, max: 5 }),
    relevance_score: fc.double({ noDefaultInfinity: true }),
  })
  fc.assert(
    fc.property(fc.array(row), fc.integer({ min: 1, max: 4 }), (results, count) => {
      const documents = Array.from({ length: count }, () => ({ text: 'a' }))
      const ranking = readRanking({ results }, { query: 'q', documents, returnsDocuments: true })
      if (ranking === undefined) return
      const { ranked } = ranking
      assert.equal(ranked.length, count)
      assert.deepEqual(
        ranked.map(({ index }) => index).sort(),
        documents.map((_, at) => at),
      )
      for (let at = 1; at < count; at++) assert.ok(ranked[at - 1]!.score >= ranked[at]!.score)
    }),
  )
})

test('anything else is no ranking', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      assert.equal(readRanking({ results: value === null ? {} : { value } }, request), undefined)
      if (typeof value !== 'object' || value === null) assert.equal(readRanking(value, request), undefined)
    }),
  )
})
