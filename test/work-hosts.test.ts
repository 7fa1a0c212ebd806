import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import OpenAI from 'openai'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import type { WireFamily } from '../src/market/families.ts'
import { createLog } from '../src/telemetry/log.ts'
import { startGateway } from './start-gateway.ts'

const FIXTURES = process.env.MERITORDER_FIXTURES ?? '../shared/fixtures'
const recorded = (name: string): unknown => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'))
const withoutFixtures = !existsSync(join(FIXTURES, 'cohere')) && `no recorded replies in ${FIXTURES}`

interface Asked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

/** A host that answers what the test says. */
let server: Server
let gateway: Gateway
let folder: string
let asked: Asked[] = []
let answer: (asked: Asked) => unknown

/** Host → the family it is spoken to in, the rest of its base URL, and its model. */
const HOSTS: Readonly<Record<string, readonly [WireFamily, path: string, upstreamModel: string]>> = {
  plain: ['openai-compatible', '/v1', 'bge-m3'],
  second: ['openai-compatible', '/second/v1', 'bge-m3'],
  gemini: ['google', '/v1beta', 'gemini-embedding-001'],
  coral: ['cohere', '/v2', 'embed-v4.0'],
  coralrank: ['cohere', '/v2', 'rerank-v3.5'],
  mistral: ['mistral', '/v1', 'mistral-embed'],
  titan: ['amazon-bedrock', '', 'amazon.titan-embed-text-v2:0'],
  deployed: ['azure', '/openai?api-version=2024-10-21', 'my-embedding'],
  ranker: ['openai-compatible', '/v1', 'jina-reranker-v2'],
}

before(async () => {
  server = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const one = {
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()) as Asked['body'],
    }
    asked.push(one)
    const said = answer(one)
    const status = said instanceof Refused ? said.status : 200
    reply.writeHead(status, { 'content-type': 'application/json' })
    reply.end(JSON.stringify(said instanceof Refused ? said.body : said))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  folder = mkdtempSync(join(tmpdir(), 'meritorder-hosts-'))
  const environment = { MERITORDER_HOME: folder }
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, configurationAt(`http://127.0.0.1:${port}`))
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  gateway = await startGateway({ config, environment, log: createLog('silent') })
})
after(async () => {
  await gateway.close()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(() => {
  asked = []
})

class Refused {
  readonly status: number
  readonly body: unknown
  constructor(status: number, body: unknown) {
    this.status = status
    this.body = body
  }
}

const slugOf = (host: string) => (host === 'second' ? 'lab/bge-m3' : `lab/${HOSTS[host]![2].toLowerCase()}`)

function configurationAt(url: string): string {
  const providers = Object.entries(HOSTS).map(([slug, [family, path, id]], i) => [
    slug,
    {
      family,
      base_url: url + path,
      key: `key-of-${slug}`,
      models: [{ id, model: slugOf(slug), price: { prompt: i + 1, completion: 0 } }],
    },
  ])
  return JSON.stringify({
    providers: Object.fromEntries(providers),
    local_servers: { discover: false },
    record: { storage: 'off' },
  })
}

async function post(path: string, body: object) {
  const reply = await fetch(`${gateway.url}/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  return {
    status: reply.status,
    headers: reply.headers,
    body: (await reply.json()) as Record<string, unknown>,
  }
}

const vectorsOf = (body: unknown) =>
  (body as { data: { index: number; embedding: number[] }[] }).data.map(({ embedding }) => embedding)

test('a host that does not know base64 is corrected, so that OpenAI’s client reads its numbers', async () => {
  answer = () => ({
    object: 'list',
    data: [{ embedding: [0.5, -0.25] }],
    model: 'x',
    usage: { prompt_tokens: 2 },
  })
  const openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const { data } = await openai.embeddings.create({ model: 'plain/bge-m3', input: 'hello' })
  assert.deepEqual(data[0]!.embedding, [0.5, -0.25])
})

test('a host that always sends base64 is corrected too', async () => {
  const embedding = Buffer.from(Float32Array.of(0.5, -0.25).buffer).toString('base64')
  answer = () => ({ object: 'list', data: [{ object: 'embedding', index: 0, embedding }] })
  const { body } = await post('/embeddings', { model: 'plain/bge-m3', input: 'hello' })
  assert.deepEqual(vectorsOf(body), [[0.5, -0.25]])
})

const NONSENSE: readonly (readonly [name: string, data: unknown, more?: object])[] = [
  ['one vector for two texts', [{ index: 0, embedding: [1] }]],
  [
    'two vectors for one place',
    [
      { index: 0, embedding: [1] },
      { index: 0, embedding: [1] },
    ],
  ],
  [
    'a place that is none',
    [
      { index: 0, embedding: [1] },
      { index: 2, embedding: [1] },
    ],
  ],
  [
    'vectors of two lengths',
    [
      { index: 0, embedding: [1] },
      { index: 1, embedding: [1, 2] },
    ],
  ],
  [
    'no numbers',
    [
      { index: 0, embedding: ['a'] },
      { index: 1, embedding: [null] },
    ],
  ],
  [
    'empty vectors',
    [
      { index: 0, embedding: [] },
      { index: 1, embedding: [] },
    ],
  ],
  [
    'broken base64',
    [
      { index: 0, embedding: '###' },
      { index: 1, embedding: 'AAA' },
    ],
  ],
  [
    'another length than asked for',
    [
      { index: 0, embedding: [1, 2] },
      { index: 1, embedding: [1, 2] },
    ],
    { dimensions: 3 },
  ],
  ['no list', 'vectors'],
  ['an error inside a 200', undefined],
]
for (const [name, data, more] of NONSENSE)
  test(`${name} is no answer: the next host of the same model gives it, or the caller gets a 502`, async () => {
    const good = [0, 1].map((index) => ({ object: 'embedding', index, embedding: [1, 2, 3] }))
    const bad = data === undefined ? { error: { message: 'out of memory' } } : { data }
    answer = ({ path }) => (path.startsWith('/second/') ? { object: 'list', data: good } : bad)
    const { status, headers, body } = await post('/embeddings', {
      model: 'lab/bge-m3',
      input: ['a', 'b'],
      ...more,
    })
    assert.equal(status, 200)
    assert.equal(headers.get('x-meritorder-provider'), 'second')
    assert.equal(vectorsOf(body).length, 2)
    const alone = await post('/embeddings', { model: 'plain/bge-m3', input: ['a', 'b'], ...more })
    assert.equal(alone.status, 502)
  })

test('a host’s own words about a faulty request reach the caller', async () => {
  answer = () => new Refused(400, { error: { message: 'dimensions are not supported' } })
  const { status, body } = await post('/embeddings', { model: 'plain/bge-m3', input: 'a', dimensions: 7 })
  assert.deepEqual([status, body], [400, { error: { message: 'dimensions are not supported' } }])
})

test('Gemini is asked in its own format, a hundred texts a request, and its tokens are estimated', async () => {
  answer = ({ path, body }) =>
    path.includes(':batchEmbedContents')
      ? { embeddings: (body.requests as object[]).map((_, i) => ({ values: [i, 1] })) }
      : { embedding: { values: [7, 8] } }
  const input = Array.from({ length: 101 }, (_, i) => `text ${i}`)
  const { body, status } = await post('/embeddings', {
    model: 'lab/gemini-embedding-001',
    input,
    dimensions: 2,
    input_type: 'search_document',
  })
  assert.equal(status, 200)
  const vectors = vectorsOf(body)
  assert.equal(vectors.length, 101)
  assert.deepEqual(
    [vectors[0], vectors[99], vectors[100]],
    [
      [0, 1],
      [99, 1],
      [7, 8],
    ],
  )
  const single = asked.find(({ path }) => path.endsWith('gemini-embedding-001:embedContent'))
  assert.deepEqual([single?.body.outputDimensionality, single?.body.taskType], [2, 'RETRIEVAL_DOCUMENT'])
  assert.equal((body.usage as { estimated: boolean }).estimated, true)
})

test('Gemini takes no tokens, and says so', async () => {
  const { status, body } = await post('/embeddings', { model: 'lab/gemini-embedding-001', input: [1, 2] })
  assert.equal(status, 400)
  assert.match((body as { error: { message: string } }).error.message, /takes texts only/)
  assert.equal(asked.length, 0)
})

test('Cohere’s recorded vectors come back as OpenAI’s', { skip: withoutFixtures }, async () => {
  answer = () => recorded('cohere/cohere-embedding.json')
  const input = ['sunny day at the beach', 'rainy day in the city']
  const { body } = await post('/embeddings', {
    model: 'lab/embed-v4.0',
    input,
    input_type: 'search_document',
  })
  assert.equal(vectorsOf(body)[1]![1], 0.00037765503)
  assert.deepEqual(body.usage, { prompt_tokens: 10, total_tokens: 10 })
  assert.equal(asked[0]!.path, '/v2/embed')
  assert.equal(asked[0]!.body.input_type, 'search_document')
  const refused = await post('/embeddings', { model: 'lab/embed-v4.0', input, dimensions: 100 })
  assert.equal(refused.status, 400)
})

test('Mistral is asked for its own name of the dimensions', async () => {
  answer = () => ({ data: [{ embedding: [1, 2] }], usage: { prompt_tokens: 3 } })
  const { body } = await post('/embeddings', {
    model: 'lab/mistral-embed',
    input: 'hello',
    dimensions: 2,
    encoding_format: 'base64',
  })
  assert.equal(asked[0]!.body.output_dimension, 2)
  assert.equal(vectorsOf(body)[0], Buffer.from(Float32Array.of(1, 2).buffer).toString('base64') as never)
})

test('a purpose that a model does not know is left out, and told with the metadata', async () => {
  answer = () => ({ data: [{ embedding: [1, 2] }], usage: { prompt_tokens: 3 } })
  const reply = await fetch(`${gateway.url}/v1/embeddings`, {
    method: 'POST',
    headers: { 'x-openrouter-metadata': 'enabled' },
    body: JSON.stringify({ model: 'lab/mistral-embed', input: 'hello', input_type: 'search_query' }),
  })
  const { openrouter_metadata: told } = (await reply.json()) as { openrouter_metadata: { losses: object[] } }
  assert.deepEqual(told.losses, [{ field: 'input_type', reason: 'mistral/mistral-embed does not take it' }])
})

test('Titan on Bedrock is asked once a text', async () => {
  answer = ({ body }) => ({ embedding: [(body.inputText as string).length], inputTextTokenCount: 2 })
  const { body } = await post('/embeddings', {
    model: 'lab/amazon.titan-embed-text-v2:0',
    input: ['a', 'bbb'],
  })
  assert.deepEqual(vectorsOf(body), [[1], [3]])
  assert.deepEqual(body.usage, { prompt_tokens: 4, total_tokens: 4 })
  assert.equal(asked[0]!.path, '/model/amazon.titan-embed-text-v2%3A0/invoke')
  assert.equal(asked[0]!.headers.authorization, 'Bearer key-of-titan')
})

test('Azure’s deployment is in its path', async () => {
  answer = () => ({ object: 'list', data: [{ index: 0, embedding: [1] }] })
  await post('/embeddings', { model: 'lab/my-embedding', input: 'hello' })
  assert.equal(asked[0]!.path, '/openai/deployments/my-embedding/embeddings?api-version=2024-10-21')
  assert.equal(asked[0]!.headers['api-key'], 'key-of-deployed')
})

const rank = (model: string, more: object = {}) =>
  post('/rerank', { model, query: 'q', documents: ['a', { text: 'b' }, 'c', 'd', 'e', 'f'], ...more })

test('Cohere’s and Together’s recorded rankings are read', { skip: withoutFixtures }, async () => {
  answer = () => recorded('cohere/cohere-reranking.1.json')
  const { body: cohere } = await rank('lab/rerank-v3.5', { top_n: 2 })
  assert.deepEqual(asked[0]!.body, {
    model: 'rerank-v3.5',
    query: 'q',
    documents: ['a', 'b', 'c', 'd', 'e', 'f'],
    top_n: 2,
  })
  assert.equal(asked[0]!.path, '/v2/rerank')
  assert.equal(asked[0]!.headers.authorization, 'Bearer key-of-coralrank')
  const indices = (body: unknown) =>
    (body as { results: { index: number }[] }).results.map(({ index }) => index)
  assert.deepEqual(indices(cohere), [1, 0])
  assert.equal((cohere.usage as { search_units: number }).search_units, 1)
  answer = () => recorded('togetherai/togetherai-reranking.1.json')
  const { body: together } = await rank('lab/jina-reranker-v2', { top_n: 2 })
  assert.deepEqual(indices(together), [0, 5])
  assert.equal((together.usage as { total_tokens: number }).total_tokens, 2966)
  assert.equal(asked[1]!.path, '/v1/rerank')
})

const BAD_RANKINGS: readonly (readonly [name: string, results: unknown])[] = [
  ['a place that is none', [{ index: 6, relevance_score: 1 }]],
  [
    'a place twice',
    [
      { index: 1, relevance_score: 1 },
      { index: 1, relevance_score: 0.5 },
    ],
  ],
  ['no number', [{ index: 0, relevance_score: 'high' }]],
  ['fewer than asked for', []],
  ['no list', 'best'],
]
for (const [name, results] of BAD_RANKINGS)
  test(`a ranking with ${name} is a 502`, async () => {
    answer = () => ({ results })
    const { status } = await rank('lab/jina-reranker-v2', { top_n: 1 })
    assert.equal(status, 502)
  })

test('a ranking in any order is sorted, and what is too much is cut', async () => {
  answer = () => ({ results: [0, 1, 2, 3, 4, 5].map((index) => ({ index, score: index / 10 })) })
  const { body } = await rank('lab/jina-reranker-v2', { top_n: 2 })
  const { results } = body as unknown as { results: { index: number; relevance_score: number }[] }
  assert.deepEqual(
    results.map(({ index, relevance_score }) => [index, relevance_score]),
    [
      [5, 0.5],
      [4, 0.4],
    ],
  )
})

test('a ranker’s refusal reaches the caller in its own words', async () => {
  answer = () => new Refused(422, { detail: 'query is too long' })
  const { status, body } = await rank('lab/jina-reranker-v2')
  assert.deepEqual([status, body], [422, { detail: 'query is too long' }])
})
