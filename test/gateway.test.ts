import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { writeOwnIntents } from '../src/learned/own-intents-store.ts'
import { practiceCatalog } from '../src/simulate/practice-market.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { validatingFetch } from './valid-replies.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway()
})
beforeEach(() => t.simulator.clearFaults())
after(() => t.close())

const hello = [
  { role: 'user' as const, content: 'Correct the grammar of this sentence: he go to school yesterday.' },
]

type Story = Record<string, unknown> & {
  candidates: { model: string; quality: number; cost_usd: number }[]
  attempts: { error?: { code: string } }[]
  intents: { intent: string; p: number }[]
  removed: { limit: string; endpoints: number }[]
}

async function story(id: string | null): Promise<Story> {
  const reply = await fetch(`${t.gateway.url}/v1/generation?id=${id}`)
  return ((await reply.json()) as { data: Story }).data
}

const post = (body: string | object, path = '/v1/chat/completions') =>
  fetch(`${t.gateway.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

async function refusal(reply: Response) {
  const { error } = (await reply.json()) as {
    error: { message: string; param: string | null; metadata: Record<string, unknown> }
  }
  return {
    status: reply.status,
    message: error.message,
    limit: error.param,
    type: error.metadata.error_type,
    metadata: error.metadata,
  }
}

test('an unchanged OpenAI client sends "auto" and gets an answer, with who answered, what it cost, and the whole story', async () => {
  const { data, response } = await t.openai.chat.completions
    .create({ model: 'auto', messages: hello })
    .withResponse()
  assert.ok(data.choices[0]?.message.content)
  assert.match(response.headers.get('x-meritorder-provider') ?? '', /^simulated-/)
  const told = await story(response.headers.get('x-meritorder-generation-id'))
  assert.equal(told.outcome, 'complete')
  assert.equal(told.model, response.headers.get('x-meritorder-model'))
  assert.equal(told.cost_usd, response.headers.get('x-meritorder-cost'))
  assert.equal(told.simulated, true)
  assert.equal(told.intents[0]?.intent, 'text_correction')
  assert.ok(told.candidates.length > 3)
  assert.equal(told.answer, data.choices[0]?.message.content)
  assert.deepEqual((told.request as { messages: unknown }).messages, hello)
  assert.ok((told.baseline as { cost_usd: number }).cost_usd > 0)
})

test('a stream arrives through the official client, with usage when asked, and its record tells first byte and total', async () => {
  const { data: stream, response } = await t.openai.chat.completions
    .create({ model: 'auto', messages: hello, stream: true, stream_options: { include_usage: true } })
    .withResponse()
  let text = ''
  let usage: unknown
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? ''
    usage = chunk.usage ?? usage
  }
  assert.ok(usage)
  const told = await story(response.headers.get('x-generation-id'))
  assert.equal(told.answer, text)
  assert.equal(told.streamed, true)
  assert.ok(Number(told.first_byte_ms) <= Number(told.total_ms))
})

test('OpenRouter clients find the same API under /api/v1, always get usage, and metadata when they ask', async () => {
  const client = new OpenAI({
    baseURL: `${t.gateway.url}/api/v1`,
    apiKey: 'none',
    fetch: validatingFetch,
    defaultHeaders: { 'X-OpenRouter-Metadata': 'enabled' },
  })
  const stream = await client.chat.completions.create({
    model: 'openrouter/auto',
    messages: hello,
    stream: true,
  })
  const chunks: OpenAI.ChatCompletionChunk[] = []
  for await (const chunk of stream) chunks.push(chunk)
  assert.ok(chunks.some((chunk) => chunk.usage))
  const last = chunks.at(-1) as unknown as { openrouter_metadata: { strategy: string; attempts: object[] } }
  assert.equal(last.openrouter_metadata.strategy, 'auto')
  assert.equal(last.openrouter_metadata.attempts.length, 1)
})

test('a fixed model is served as named, and a fallback order falls back', async () => {
  const { data } = await t.openai.models.list()
  const slugs = data.map((model) => model.id).filter((id) => id !== 'auto')
  const { response } = await t.openai.chat.completions
    .create({ model: slugs[0] ?? '', messages: hello })
    .withResponse()
  assert.equal(response.headers.get('x-meritorder-model'), slugs[0])
  for (const { model, upstreamModel } of practiceCatalog(t.simulator.url).endpoints)
    if (model === slugs[0]) t.simulator.setFault({ model: upstreamModel, fault: 'status:503' })
  const reply = await post({ models: [slugs[0], slugs[1]], messages: hello })
  assert.equal(reply.headers.get('x-meritorder-model'), slugs[1])
})

test('/v1/route decides without calling anybody', async () => {
  const before = t.simulator.counters().requests
  const decision = (await (
    await post({ model: 'auto:quality', messages: hello }, '/v1/route')
  ).json()) as Record<string, never>
  assert.equal(decision.policy, 'quality')
  for (const field of ['model', 'provider', 'endpoint', 'intents', 'candidates', 'removed', 'artifact'])
    assert.ok(field in decision, field)
  assert.equal(t.simulator.counters().requests, before)
})

test('an empty candidate set is a 404 that names the limit that emptied it and counts what each removed', async () => {
  const told = await refusal(await post({ model: 'auto', messages: hello, provider: { max_cost: 0 } }))
  assert.equal(told.status, 404)
  assert.equal(told.type, 'not_found')
  assert.match(told.message, /max_cost/)
})

test('an unknown model is refused with the closest names', async () => {
  const { data } = await t.openai.models.list()
  const known = data.at(-1)?.id ?? ''
  const told = await refusal(await post({ model: `${known}x`, messages: hello }))
  assert.equal(told.status, 400)
  assert.ok(told.message.includes(known), told.message)
})

test('an unknown policy is refused with the known ones', async () => {
  const told = await refusal(await post({ model: 'auto:best', messages: hello }))
  assert.equal(told.status, 400)
  assert.match(told.message, /balanced/)
})

test('malformed JSON, deep nesting and unknown paths are clear 4xx in OpenAI’s shape', async () => {
  assert.equal((await refusal(await post('{"messages":['))).status, 400)
  const deep = await refusal(await post(`{"messages":${'['.repeat(10_000)}${']'.repeat(10_000)}}`))
  assert.deepEqual([deep.status, deep.limit], [400, 'max_depth'])
  assert.equal((await refusal(await post({}, '/v1/nothing'))).status, 404)
  assert.equal((await refusal(await fetch(`${t.gateway.url}/v1/chat/completions`))).status, 405)
})

test('a 60 MB body is refused by its size, announced or not, and the gateway goes on', async () => {
  const big = Buffer.alloc(60_000_000, ' ')
  const announced = await refusal(
    await fetch(`${t.gateway.url}/v1/chat/completions`, { method: 'POST', body: big }),
  )
  assert.deepEqual([announced.status, announced.limit], [413, 'max_body_bytes'])
  const chunked = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 60; i++) controller.enqueue(big.subarray(0, 1_000_000))
      controller.close()
    },
  })
  const init = { method: 'POST', body: chunked, duplex: 'half' } as RequestInit
  assert.equal((await refusal(await fetch(`${t.gateway.url}/v1/chat/completions`, init))).status, 413)
  assert.equal((await fetch(`${t.gateway.url}/health`)).status, 200)
})

test('an upstream that dies in the middle is an error for the official client, and the record says incomplete', async () => {
  t.simulator.setFault({ fault: 'cut:3' })
  const { data: stream, response } = await t.openai.chat.completions
    .create({ model: 'auto', messages: hello, stream: true })
    .withResponse()
  await assert.rejects(async () => {
    for await (const _ of stream);
  }, OpenAI.APIError)
  const told = await story(response.headers.get('x-generation-id'))
  assert.equal(told.outcome, 'incomplete')
})

test('when every upstream fails the caller gets one clear error, and the record has every attempt', async () => {
  t.simulator.setFault({ fault: 'html' })
  const reply = await post({ model: 'auto', messages: hello })
  const told = await refusal(reply)
  assert.equal(told.status, 502)
  assert.equal(told.type, 'provider_unavailable')
  const kept = await story(reply.headers.get('x-meritorder-generation-id'))
  assert.equal(kept.outcome, 'failed')
  assert.ok(kept.attempts.length > 1 && kept.attempts.every((attempt) => attempt.error))
})

test('a caller that reads one byte and no more does not slow the others down', async () => {
  t.simulator.setFault({ fault: 'huge-event:16', count: 1 })
  const body = JSON.stringify({ model: 'auto', stream: true, messages: hello })
  const socket = connect(Number(new URL(t.gateway.url).port), '127.0.0.1')
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  await new Promise((resolve) => socket.once('readable', resolve))
  socket.read(1)
  for (let i = 0; i < 50; i++) {
    const { choices } = await t.openai.chat.completions.create({ model: 'auto', messages: hello })
    assert.ok(choices[0])
  }
  socket.destroy()
})

test('tags, caller and app travel into the record', async () => {
  const { response } = await t.openai.chat.completions
    .create(
      { model: 'auto', messages: hello, user: 'u1', metadata: { team: 'a' } },
      { headers: { 'X-Title': 'My app' } },
    )
    .withResponse()
  const told = await story(response.headers.get('x-generation-id'))
  assert.deepEqual(told.tags, { user: 'u1', app: 'My app', 'metadata.team': 'a' })
  assert.equal(told.caller, 'local')
})

test('an intent of one’s own is recorded with the calls that come after it was added, without a restart', async () => {
  const certain = { bias: 9, features: [], weights: [] }
  writeOwnIntents(join(t.folder, 'data'), [
    { name: 'house_style', examples: [], recognised: 0, mistaken: 0, detector: certain },
  ])
  const first = async () => {
    const reply = await post({ model: 'auto', messages: hello }, '/v1/route')
    return ((await reply.json()) as Story).intents[0]?.intent
  }
  for (const end = Date.now() + 10_000; (await first()) !== 'house_style' && Date.now() < end; )
    await sleep(20)
  const { response } = await t.openai.chat.completions
    .create({ model: 'auto', messages: hello })
    .withResponse()
  const told = await story(response.headers.get('x-generation-id'))
  assert.deepEqual(
    told.intents.slice(0, 2).map(({ intent }) => intent),
    ['house_style', 'text_correction'],
  )
  assert.match(String(told.artifact), / own-intents:[0-9a-f]{12}/)
})
