import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { OpenRouter } from '@openrouter/sdk'
import OpenAI from 'openai'
import { validatorOf, validatorOfReply, withoutSpecs } from './openapi-schema.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway()
})
beforeEach(() => t.simulator.clearFaults())
after(() => t.close())

const model = 'openai/text-embedding-3-small'

const post = (body: object | string, path = '/v1/embeddings', headers: Record<string, string> = {}) =>
  fetch(`${t.gateway.url}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

interface Reply {
  readonly data: { readonly embedding: number[] | string; readonly index: number }[]
  readonly usage: Record<string, number>
  readonly error: {
    readonly message: string
    readonly code: number
    readonly param: string | null
    readonly metadata: Record<string, unknown>
    readonly availability?: { readonly code: string }
  }
  readonly id: string
  readonly model: string
}

async function answered(reply: Response): Promise<Reply> {
  return (await reply.json()) as Reply
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0)

test('OpenAI’s client gets vectors of a batch in order, as base64 behind its back and as numbers when asked', async () => {
  const input = ['The cat sat on the mat.', 'A cat on a mat.', 'Stocks fell sharply today.']
  const silent = await t.openai.embeddings.create({ model, input })
  const floats = await t.openai.embeddings.create({ model, input, encoding_format: 'float' })
  assert.deepEqual(
    floats.data.map(({ index }) => index),
    [0, 1, 2],
  )
  for (const [at, { embedding }] of floats.data.entries()) {
    assert.ok(Math.abs(dot(embedding, embedding) - 1) < 1e-9)
    const same = silent.data[at]!.embedding
    assert.equal(same.length, embedding.length)
    assert.ok(embedding.every((value, i) => Math.abs(value - same[i]!) < 1e-6))
  }
  const [cat, mat, stocks] = floats.data.map(({ embedding }) => embedding)
  assert.ok(dot(cat!, mat!) > dot(cat!, stocks!) + 0.2)
  assert.ok(floats.usage.prompt_tokens > 0)
})

test('dimensions, one text, tokens and lists of tokens are passed on as they are', async () => {
  const short = await t.openai.embeddings.create({ model, input: 'hello', dimensions: 64 })
  assert.equal(short.data[0]!.embedding.length, 64)
  const tokens = await t.openai.embeddings.create({ model, input: [1, 2, 3] })
  assert.equal(tokens.data.length, 1)
  assert.equal(tokens.usage.prompt_tokens, 3)
  const lists = await t.openai.embeddings.create({ model, input: [[1, 2], [3]] })
  assert.equal(lists.data.length, 2)
  const body = JSON.stringify({
    input: 'hello',
    model,
    provider: { allow_fallbacks: true },
    extra: { kept: 1 },
  })
  const seen = t.simulator.nextRequest()
  await post(body)
  assert.equal(
    (await seen).bytes.toString(),
    '{"input":"hello","extra":{"kept":1},"model":"text-embedding-3-small"}',
  )
})

test('the reply says who answered and what it cost, and the record tells the story', async () => {
  const { data, response } = await t.openai.embeddings
    .create({ model, input: 'hello there', user: 'u1' })
    .withResponse()
  const id = response.headers.get('x-generation-id')
  const story = (await (await fetch(`${t.gateway.url}/v1/generation?id=${id}`)).json()) as {
    data: Record<string, unknown>
  }
  const { cost_usd, native_tokens_prompt, strategy, outcome, carbon_g, candidates, tags, answer } = story.data
  assert.equal(response.headers.get('x-meritorder-cost'), cost_usd)
  assert.equal(Number(cost_usd), (data.usage.prompt_tokens * 0.02) / 1e6)
  assert.deepEqual(
    [native_tokens_prompt, strategy, outcome],
    [data.usage.prompt_tokens, 'direct', 'complete'],
  )
  assert.deepEqual([carbon_g, tags, answer], [null, { user: 'u1' }, ''])
  assert.equal((candidates as { quality: null }[])[0]!.quality, null)
})

test('OpenRouter’s client gets its own shape, with the cost', { skip: withoutSpecs }, async () => {
  const client = new OpenRouter({ apiKey: 'none', serverURL: `${t.gateway.url}/api/v1` })
  const generated = await client.embeddings.generate({ requestBody: { model, input: 'hello' } })
  assert.ok(typeof generated === 'object' && generated.model === model && generated.usage?.cost)
  const listed = (await client.embeddings.listModels()).result.data.map(({ id }) => id)
  assert.deepEqual(listed, ['google/gemini-embedding-001', 'openai/text-embedding-3-large', model])
  const reply = await answered(await post({ model, input: ['a', 'b'] }, '/api/v1/embeddings'))
  validatorOfReply('openrouter', 'post', '/embeddings')(reply)
  assert.match(reply.id, /^gen-/)
  assert.equal(reply.usage.cost, (reply.usage.prompt_tokens! * 0.02) / 1e6)
  validatorOf('openai', 'CreateEmbeddingResponse')(await answered(await post({ model, input: ['a', 'b'] })))
})

const BAD: readonly (readonly [name: string, body: object, limit: string, words: RegExp])[] = [
  ['no model', { input: 'x' }, 'model', /name one model.*cannot be compared/],
  ['auto', { model: 'auto', input: 'x' }, 'model', /cannot be compared/],
  ['a glob', { model: 'openai/*', input: 'x' }, 'model', /cannot be compared/],
  [
    'two models',
    { models: [model, 'google/gemini-embedding-001'], input: 'x' },
    'models',
    /never moved to another model/,
  ],
  [
    'a chat model',
    { model: 'openai/gpt-5', input: 'x' },
    'model',
    /makes text: POST \/v1\/chat\/completions/,
  ],
  ['a reranker', { model: 'cohere/rerank-v3.5', input: 'x' }, 'model', /makes rerank: POST \/v1\/rerank/],
  ['an unknown model', { model: 'openai/text-embedding-9', input: 'x' }, 'model', /Did you mean/],
  ['no input', { model }, 'input', /must be/],
  ['an empty text', { model, input: '' }, 'input', /not empty/],
  ['an empty text among others', { model, input: ['a', ''] }, 'input[1]', /not empty/],
  ['an empty list', { model, input: [] }, 'input', /empty/],
  ['2,049 texts', { model, input: Array(2049).fill('a') }, 'input', /at most 2048/],
  ['half a token', { model, input: [1.5] }, 'input', /whole numbers/],
  ['texts and numbers', { model, input: ['a', 1] }, 'input[1]', /must be/],
  ['an object', { model, input: {} }, 'input', /must be/],
  ['parts without a type', { model, input: [{ content: [{}] }] }, 'input[0].content[0]', /a type/],
  ['another encoding', { model, input: 'a', encoding_format: 'hex' }, 'encoding_format', /float, base64/],
  ['no dimensions', { model, input: 'a', dimensions: 0 }, 'dimensions', /at least 1/],
  ['a stream', { model, input: 'a', stream: true }, 'stream', /do not stream/],
  ['a quality', { model, input: 'a', provider: { min_quality: 0.5 } }, 'min_quality', /not predicted/],
]
for (const [name, body, limit, words] of BAD)
  test(`${name} is a clear 400, and nobody is asked`, async () => {
    const before = t.simulator.counters().requests
    const reply = await post(body)
    const { error } = await answered(reply)
    assert.deepEqual([reply.status, error.param], [400, limit], error.message)
    assert.match(error.message, words)
    assert.equal(t.simulator.counters().requests, before)
  })

test('a text that is longer than the window is refused, a batch that is longer together is not', async () => {
  const reply = await post({ model, input: 'word '.repeat(20_000) })
  const { error } = await answered(reply)
  assert.deepEqual([reply.status, error.metadata.error_type], [400, 'context_length_exceeded'])
  const batch = await t.openai.embeddings.create({ model, input: Array(20).fill('word '.repeat(1000)) })
  assert.equal(batch.data.length, 20)
})

test('a limit that leaves nothing is named', async () => {
  const reply = await post({ model, input: 'hello '.repeat(1000), provider: { max_cost: 0.0000001 } })
  assert.equal(reply.status, 404)
  assert.match((await answered(reply)).error.message, /max_cost/)
})

test('what makes vectors or ranks is refused as a chat model, with its path', async () => {
  for (const [named, path] of [
    [model, '/v1/embeddings'],
    ['cohere/rerank-v3.5', '/v1/rerank'],
  ] as const)
    for (const at of ['/v1/chat/completions', '/v1/completions', '/v1/route']) {
      const reply = await post(
        { model: named, messages: [{ role: 'user', content: 'hi' }], prompt: 'hi' },
        at,
      )
      const { error } = await answered(reply)
      assert.equal(reply.status, 400)
      assert.ok(error.message.includes(path), error.message)
      assert.equal(error.availability?.code, 'wrong_endpoint')
    }
  const { data } = await t.openai.chat.completions
    .create({ model: 'auto:cheap', messages: [{ role: 'user', content: 'hi' }] })
    .withResponse()
  assert.ok(data.choices[0])
})

test('a host’s failure is one clear error, with its own words for a faulty request', async () => {
  t.simulator.setFault({ fault: 'status:503' })
  await assert.rejects(t.openai.embeddings.create({ model, input: 'a' }), OpenAI.InternalServerError)
  t.simulator.clearFaults()
  t.simulator.setFault({ fault: 'html' })
  const reply = await post({ model, input: 'a' })
  assert.deepEqual(
    [reply.status, (await answered(reply)).error.metadata.error_type],
    [502, 'provider_unavailable'],
  )
})
