import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { OpenRouter } from '@openrouter/sdk'
import { validatorOfReply, withoutSpecs } from './openapi-schema.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway()
})
beforeEach(() => t.simulator.clearFaults())
after(() => t.close())

const model = 'cohere/rerank-v3.5'
const query = 'Where does the cat sleep?'
const documents = ['Stocks fell sharply.', 'The cat does sleep on the mat.', 'A dog barks.']

interface Reply {
  readonly results: {
    readonly index: number
    readonly relevance_score: number
    readonly document?: unknown
  }[]
  readonly usage: Record<string, number>
  readonly provider: string
  readonly error: {
    readonly message: string
    readonly param: string | null
    readonly metadata: Record<string, unknown>
  }
}

async function rerank(body: object, path = '/v1/rerank') {
  const reply = await fetch(`${t.gateway.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  return { reply, body: (await reply.json()) as Reply }
}

test('documents come back best first, each with its place and itself', async () => {
  const { reply, body } = await rerank({ model, query, documents })
  assert.equal(reply.status, 200)
  assert.equal(body.results[0]!.index, 1)
  assert.deepEqual(body.results[0]!.document, { text: documents[1] })
  const scores = body.results.map(({ relevance_score }) => relevance_score)
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  )
  assert.deepEqual(body.results.map(({ index }) => index).sort(), [0, 1, 2])
  validatorOfReply('openrouter', 'post', '/rerank')(body)
})

test('top_n and return_documents are kept, and top_k means top_n', async () => {
  const { body } = await rerank({ model, query, documents, top_n: 2, return_documents: false })
  assert.equal(body.results.length, 2)
  assert.equal('document' in body.results[0]!, false)
  assert.equal((await rerank({ model, query, documents, top_k: 1 })).body.results.length, 1)
})

test('a search is billed as such: 101 documents are two', async () => {
  const { reply, body } = await rerank({ model, query, documents: Array(101).fill('a cat') })
  assert.equal(body.usage.search_units, 2)
  assert.equal(body.usage.cost, 0.004)
  assert.equal(reply.headers.get('x-meritorder-cost'), '0.004')
  const { reply: refused, body: told } = await rerank({
    model,
    query,
    documents: Array(101).fill('a cat'),
    provider: { max_cost: 0.003 },
  })
  assert.equal(refused.status, 404)
  assert.match(told.error.message, /max_cost/)
})

test('OpenRouter’s client ranks, and the record tells it', { skip: withoutSpecs }, async () => {
  const client = new OpenRouter({ apiKey: 'none', serverURL: `${t.gateway.url}/api/v1` })
  const ranked = await client.rerank.rerank({ requestBody: { model, query, documents, topN: 1 } })
  assert.ok(typeof ranked === 'object')
  assert.deepEqual(
    ranked.results.map(({ index }) => index),
    [1],
  )
  const story = await fetch(`${t.gateway.url}/v1/generation?id=${ranked.id}`)
  const { data } = (await story.json()) as { data: Record<string, unknown> }
  assert.deepEqual([data.model, data.cost_usd, data.outcome], [model, '0.002', 'complete'])
})

const BAD: readonly (readonly [name: string, body: object, limit: string, words: RegExp])[] = [
  ['no model', { query, documents }, 'model', /name one model/],
  ['auto', { model: 'auto', query, documents }, 'model', /name one model/],
  [
    'an embedding model',
    { model: 'openai/text-embedding-3-small', query, documents },
    'model',
    /POST \/v1\/embeddings/,
  ],
  ['no query', { model, documents }, 'query', /a string/],
  ['an empty query', { model, query: '', documents }, 'query', /not empty/],
  ['no documents', { model, query }, 'documents', /an array/],
  ['an empty list', { model, query, documents: [] }, 'documents', /1 to 10000/],
  ['10,001 documents', { model, query, documents: Array(10_001).fill('a') }, 'documents', /1 to 10000/],
  ['a number among them', { model, query, documents: ['a', 1] }, 'documents[1]', /a text/],
  ['an object without text', { model, query, documents: [{ title: 'a' }] }, 'documents[0]', /a text/],
  ['top_n 0', { model, query, documents, top_n: 0 }, 'top_n', /at least 1/],
  ['a stream', { model, query, documents, stream: true }, 'stream', /do not stream/],
]
for (const [name, body, limit, words] of BAD)
  test(`${name} is a clear 400, and nobody is asked`, async () => {
    const before = t.simulator.counters().requests
    const { reply, body: told } = await rerank(body)
    assert.deepEqual([reply.status, told.error.param], [400, limit], told.error.message)
    assert.match(told.error.message, words)
    assert.equal(t.simulator.counters().requests, before)
  })

test('a document that is an image goes only to who reads images', async () => {
  const { reply, body } = await rerank({ model, query, documents: [{ image: 'https://example.com/a.png' }] })
  assert.equal(reply.status, 404)
  assert.match(body.error.message, /image_input/)
})

test('a host that fails is a clear error', async () => {
  t.simulator.setFault({ fault: 'status:503' })
  const { reply, body } = await rerank({ model, query, documents })
  assert.deepEqual([reply.status, body.error.metadata.error_type], [503, 'provider_overloaded'])
})
