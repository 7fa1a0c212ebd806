import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { OpenRouter } from '@openrouter/sdk'
import OpenAI from 'openai'
import { validatorOf, validatorOfReply, withoutSpecs } from './openapi-schema.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
let openRouter: OpenRouter
before(async () => {
  t = await startTestGateway()
  openRouter = new OpenRouter({ apiKey: 'none', serverURL: `${t.gateway.url}/api/v1` })
})
after(() => t.close())

interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    data: never
    total_count: number
    links: { next: string | null }
    error: { message: string; code: number; param: string }
  }
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Reply> {
  const reply = await fetch(`${t.gateway.url}${path}`, { headers })
  const text = await reply.text()
  return { status: reply.status, headers: reply.headers, body: text === '' ? undefined : JSON.parse(text) }
}

const idsOf = async (query: string): Promise<string[]> => {
  const { body } = await get(`/api/v1/models?${query}`)
  return (body.data as { id: string }[]).map(({ id }) => id)
}

/** OpenRouter's schema lists the names of its own providers; its clients take any. */
const asListed = (endpoint: object) => ({ ...endpoint, provider_name: 'OpenAI' })

test('what the catalog routes answer is what OpenRouter’s and OpenAI’s schemas say', {
  skip: withoutSpecs,
}, async () => {
  const models = (await get('/api/v1/models?output_modalities=all')).body
  validatorOf('openrouter', 'ModelsListResponse')(models)
  validatorOf('openai', 'ListModelsResponse')(models)
  validatorOfReply('openrouter', 'get', '/models/count')((await get('/api/v1/models/count')).body)
  validatorOfReply(
    'openrouter',
    'get',
    '/model/{author}/{slug}',
  )((await get('/api/v1/model/openai/gpt-5')).body)
  validatorOf('openai', 'Model')((await get('/v1/models/openai/gpt-5')).body)
  validatorOfReply('openrouter', 'get', '/providers')((await get('/v1/providers')).body)
  const kept = (await get('/v1/endpoints/zdr')).body.data as object[]
  validatorOfReply('openrouter', 'get', '/endpoints/zdr')({ data: kept.map(asListed) })
  validatorOfReply('openrouter', 'get', '/key')((await get('/v1/key')).body)
  const { data } = (await get('/v1/models/deepseek/deepseek-v3.2/endpoints')).body as {
    data: { endpoints: object[] }
  }
  const listed = { data: { ...data, endpoints: data.endpoints.map(asListed) } }
  validatorOfReply('openrouter', 'get', '/models/{author}/{slug}/endpoints')(listed)
})

test('OpenRouter’s own client lists, finds and counts models, and lists providers and endpoints', async () => {
  const { data } = (await openRouter.models.list()).result
  assert.ok(data.length > 5)
  assert.equal((await openRouter.models.count()).data.count, data.length)
  const found = await openRouter.models.get({ author: 'openai', slug: 'gpt-5' })
  assert.equal(found.data.name, 'GPT-5')
  const listed = await openRouter.endpoints.list({ author: 'openai', slug: 'gpt-oss-120b' })
  assert.deepEqual(listed.data.endpoints.map(({ tag }) => tag).sort(), [
    'simulated-borealis',
    'simulated-cirrus',
    'simulated-dynamo',
    'simulated-estuary',
  ])
  assert.equal((await openRouter.providers.list()).data.length, 5)
  // The simulator runs on this machine, and its prompts stay there.
  const kept = (await openRouter.endpoints.listZdrEndpoints()).data
  assert.ok(kept.length > 20 && kept.every(({ tag }) => tag.startsWith('simulated-')))
})

test('OpenAI’s own client lists and retrieves models by any name', async () => {
  const { data } = await t.openai.models.list()
  assert.equal(data[0]?.id, 'auto')
  assert.equal((await t.openai.models.retrieve('auto')).owned_by, 'meritorder')
  const model = await t.openai.models.retrieve('openai/gpt-5')
  assert.equal(model.created, Date.parse('2025-08-07') / 1000)
  assert.equal((await t.openai.models.retrieve('gpt-5')).id, 'openai/gpt-5')
})

test('an unknown model is a 404 with the closest names', async () => {
  await assert.rejects(t.openai.models.retrieve('openai/gpt-55'), (error: unknown) => {
    assert.ok(error instanceof OpenAI.NotFoundError)
    return /openai\/gpt-5\b/.test(error.message)
  })
  assert.equal((await get('/v1/models/openai/gpt-55/endpoints')).status, 404)
  assert.equal((await get('/v1/model/nobody/nothing')).status, 404)
})

test('the list is sent once: whoever has it is told that nothing has changed', async () => {
  const first = await get('/v1/models')
  const etag = first.headers.get('etag') ?? ''
  assert.match(etag, /^"[\w-]+"$/)
  const again = await get('/v1/models', { 'if-none-match': `"other", W/${etag}` })
  assert.equal(again.status, 304)
  assert.equal(again.headers.get('etag'), etag)
  assert.equal((await get('/v1/models', { 'if-none-match': '"other"' })).status, 200)
})

test('the list is filtered, sorted and paged in OpenRouter’s words', async () => {
  assert.deepEqual(await idsOf('q=haiku'), ['anthropic/claude-haiku-4.5'])
  assert.deepEqual(await idsOf('input_modalities=text,audio&model_authors=google'), [
    'google/gemini-2.5-flash',
  ])
  assert.deepEqual(await idsOf('providers=simulated-dynamo&context=131072&model_authors=qwen,openai'), [
    'openai/gpt-oss-120b',
    'qwen/qwen3-32b',
  ])
  assert.deepEqual(await idsOf('distillable=true'), [])
  assert.equal((await idsOf('zdr=true')).length, (await idsOf('')).length - 1)
  assert.deepEqual(await idsOf('min_price=1&max_price=1.2'), ['anthropic/claude-haiku-4.5'])
  assert.equal((await idsOf('sort=pricing-high-to-low'))[0], 'anthropic/claude-sonnet-4.5')
  assert.equal((await idsOf('sort=newest'))[0], 'mistralai/mistral-large-2512')
  const { body } = await get('/api/v1/models?limit=3&sort=newest')
  assert.equal((body.data as object[]).length, 3)
  const next = await get(body.links.next ?? '')
  assert.equal(next.body.total_count, body.total_count)
  assert.notDeepEqual(next.body.data, body.data)
  assert.equal((await get(`/api/v1/models?offset=${body.total_count}`)).body.links.next, null)
})

const BAD_QUERIES: readonly (readonly [query: string, param: string, words: RegExp])[] = [
  ['category=programming', 'category', /cannot be answered/],
  ['zdr=perhaps', 'zdr', /true or false/],
  ['use_rss=true', 'use_rss', /cannot be answered/],
  ['min_coding_index=3', 'min_coding_index', /cannot be answered/],
  ['colour=red', 'colour', /is not known; known are/],
  ['sort=best', 'sort', /one of newest/],
  ['limit=0', 'limit', /at least 1/],
  ['limit=1001', 'limit', /at most 1000/],
  ['offset=-1', 'offset', /at least 0/],
  ['context=many', 'context', /a number/],
  ['max_price=', 'max_price', /a number/],
]
for (const [query, param, words] of BAD_QUERIES)
  test(`?${query} is refused, not ignored`, async () => {
    const { status, body } = await get(`/v1/models?${query}`)
    assert.equal(status, 400)
    assert.equal(body.error.param, param)
    assert.match(body.error.message, words)
  })

test('an endpoint’s statistics are those of the calls sent to it', async () => {
  const statisticsOf = async () => {
    const { body } = await get('/v1/models/google/gemini-2.5-flash/endpoints')
    return (body.data as { endpoints: Record<string, unknown>[] }).endpoints[0]!
  }
  const untried = await statisticsOf()
  assert.deepEqual([untried.uptime_last_30m, untried.latency_last_30m, untried.status], [null, null, 0])
  const ask = () =>
    t.openai.chat.completions.create({
      model: 'google/gemini-2.5-flash',
      messages: [{ role: 'user', content: 'Hello' }],
      stream: true,
    })
  for (let i = 0; i < 3; i++) for await (const _ of await ask());
  t.simulator.setFault({ model: 'gemini-2.5-flash', fault: 'status:503:1', count: 1 })
  await assert.rejects(ask())
  const tried = await statisticsOf()
  assert.deepEqual([tried.uptime_last_5m, tried.uptime_last_30m, tried.uptime_last_1d], [75, 75, 75])
  assert.equal(tried.status, -2)
  const latency = tried.latency_last_30m as Record<string, number>
  assert.ok(latency.p50! > 0 && latency.p50! <= latency.p99!)
})

test('there are no credits, and that is said', async () => {
  const { status, body } = await get('/api/v1/credits')
  assert.equal(status, 404)
  assert.match(body.error.message, /your own keys/)
})

test('with keys, strangers learn nothing, and callers nothing of one another', async () => {
  const hashed = (key: string) => createHash('sha256').update(key).digest('hex')
  const keys = [
    { name: 'alice', sha256: hashed('secret') },
    { name: 'bob', sha256: hashed('other') },
  ]
  const locked = await startTestGateway(`server:\n  keys: ${JSON.stringify(keys)}\n`)
  try {
    const paths = [
      'models',
      'models/count',
      'models/openai/gpt-5/endpoints',
      'providers',
      'endpoints/zdr',
      'key',
      'credits',
    ]
    for (const path of paths) {
      const reply = await fetch(`${locked.gateway.url}/v1/${path}`)
      assert.equal(reply.status, 401, path)
    }
    for (const path of ['embeddings', 'rerank']) {
      const reply = await fetch(`${locked.gateway.url}/v1/${path}`, { method: 'POST', body: '{}' })
      assert.equal(reply.status, 401, path)
    }
    const client = new OpenRouter({ apiKey: 'secret', serverURL: `${locked.gateway.url}/api/v1` })
    assert.equal((await client.apiKeys.getCurrentKeyMetadata()).data.label, 'alice')
    const model = 'openai/text-embedding-3-small'
    const made = await client.embeddings.generate({ requestBody: { model, input: 'hello' } })
    assert.ok(typeof made === 'object')
    const storyFor = (key: string) =>
      fetch(`${locked.gateway.url}/v1/generation?id=${made.id}`, {
        headers: { authorization: `Bearer ${key}` },
      })
    assert.deepEqual([(await storyFor('secret')).status, (await storyFor('other')).status], [200, 404])
  } finally {
    await locked.close()
  }
})
