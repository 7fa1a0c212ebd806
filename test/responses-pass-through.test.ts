import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { after, before, beforeEach, test } from 'node:test'
import OpenAI from 'openai'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import type { Catalog } from '../src/market/offer.ts'
import { createLog } from '../src/telemetry/log.ts'
import { startGateway } from './start-gateway.ts'
import { framed } from './translated-provider.ts'
import { REPLIES } from './translated-replies.ts'

const { events, whole } = REPLIES['openai-responses']

/** What the host was sent, and what it sends next. */
const seen: { path: string; body: Record<string, unknown> }[] = []
let answer: { type: string; bytes: Buffer; rest?: Buffer | 'cut' }
/** Resolved when the caller has some of the answer: its rest comes then. */
let heard = Promise.withResolvers<void>()
let answers = 0

const host = createServer(async (request, reply) => {
  seen.push({ path: request.url ?? '', body: (await json(request)) as Record<string, unknown> })
  reply.writeHead(200, { 'content-type': answer.type })
  const { bytes, rest } = answer
  if (rest === undefined) return reply.end(bytes)
  reply.write(bytes)
  await heard.promise
  if (rest === 'cut') reply.destroy()
  else reply.end(rest)
})

let gateway: Gateway
let client: OpenAI
let folder: string
before(async () => {
  host.listen(0, '127.0.0.1')
  await once(host, 'listening')
  folder = mkdtempSync(join(tmpdir(), 'meritorder-test-'))
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, 'record: { storage: full, durability: write }\n')
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/v1`
  gateway = await startGateway({ config, environment, log: createLog('silent'), catalog: catalogAt(url) })
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 })
})
beforeEach(() => {
  seen.length = 0
  answer = wholeAnswer()
})
after(async () => {
  await gateway.close()
  host.close()
  rmSync(folder, { recursive: true, force: true })
})

const MODEL = 'openai/gpt-5-codex'

function catalogAt(baseUrl: string): Catalog {
  const supports = { tools: true, structuredOutput: true, reasoning: true, temperature: false }
  return {
    version: 'test',
    providers: [{ slug: 'acme', name: 'Acme', family: 'openai-responses', baseUrl, keyVariables: [] }],
    models: [{ slug: MODEL, name: MODEL, openWeights: false, reasoning: true }],
    endpoints: [
      {
        id: 'acme/codex',
        provider: 'acme',
        model: MODEL,
        upstreamModel: 'codex',
        input: ['text', 'image'],
        output: ['text'],
        supports,
        price: { prompt: '0.000001', completion: '0.00001' },
      },
    ],
  }
}

/** An answer of its own id, as a real host gives. */
function wholeAnswer() {
  const bytes = Buffer.from(JSON.stringify({ ...whole, id: `resp_host${++answers}` }))
  return { type: 'application/json', bytes }
}

test('the bytes of a call leave unchanged but for the model, what is stored and what steers the gateway, and those of the answer come back', async () => {
  const body = {
    model: MODEL,
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi', odd: [1.0, '\u00fc'] }] }],
    tools: [{ type: 'web_search', search_context_size: 'low' }],
    unheard_of: { of: true },
    provider: { only: ['acme'] },
    store: false,
  }
  const reply = await fetch(`${gateway.url}/v1/responses`, { method: 'POST', body: JSON.stringify(body) })
  assert.deepEqual(Buffer.from(await reply.arrayBuffer()), answer.bytes)
  const { provider: _, ...sent } = body
  assert.deepEqual(seen, [{ path: '/v1/responses', body: { ...sent, model: 'codex' } }])
})

test('a stream comes back event for event, and the answer can be asked for again under the host’s id', async () => {
  answer = { type: 'text/event-stream', bytes: framed(events) }
  const reply = await fetch(`${gateway.url}/v1/responses`, {
    method: 'POST',
    body: JSON.stringify({ model: MODEL, input: 'hi', stream: true }),
  })
  assert.deepEqual(Buffer.from(await reply.arrayBuffer()), answer.bytes)
  const kept = await client.responses.retrieve('resp_1')
  assert.equal((kept as { store?: boolean }).store, true)
  const { include, store } = seen[0]!.body
  assert.deepEqual([include, store], [['reasoning.encrypted_content'], false])
})

test('the conversation that a call goes on from is sent along, for the host has kept nothing of it', async () => {
  const first = await client.responses.create({ model: MODEL, input: 'one' })
  const results = ['t1', 't2'].map((call_id) => ({
    type: 'function_call_output' as const,
    call_id,
    output: 'ok',
  }))
  answer = wholeAnswer()
  const second = await client.responses.create({
    model: MODEL,
    input: results,
    previous_response_id: first.id,
  })
  const { input, previous_response_id: previous, store } = seen[1]!.body as { [name: string]: unknown }
  const [, ...readable] = first.output
  assert.deepEqual(input, [{ type: 'message', role: 'user', content: 'one' }, ...readable, ...results])
  assert.deepEqual([previous, store], [undefined, false])
  const kept = await client.responses.retrieve(second.id)
  assert.equal(kept.previous_response_id, first.id)
  assert.equal((await client.responses.inputItems.list(second.id)).data.length, 7)
})

test('thoughts that only another vendor can read stay here, and the caller is told', async () => {
  const foreign = { type: 'reasoning', summary: [], encrypted_content: 'meritorder.1.e30' }
  const own = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' }
  const open = {
    type: 'reasoning',
    id: 'rs_2',
    summary: [],
    content: [{ type: 'reasoning_text', text: 'hm' }],
  }
  const user = { role: 'user', content: 'hi' }
  const reply = await fetch(`${gateway.url}/v1/responses`, {
    method: 'POST',
    headers: { 'x-openrouter-metadata': 'enabled' },
    body: JSON.stringify({ model: MODEL, input: [foreign, own, open, user] }),
  })
  const told = (await reply.json()) as { openrouter_metadata: { losses: { field: string }[] } }
  assert.deepEqual(seen[0]?.body.input, [own, open, user])
  assert.deepEqual(
    told.openrouter_metadata.losses.map(({ field }) => field),
    ['input'],
  )
})

test('openrouter_metadata is in the response, whole and at the end of a stream', async () => {
  const headers = { 'x-openrouter-metadata': 'enabled' }
  answer = { type: 'text/event-stream', bytes: framed(events) }
  let last: unknown
  for await (const event of await client.responses.create(
    { model: MODEL, input: 'hi', stream: true },
    { headers },
  ))
    last = event
  const { response } = last as { response: { output: unknown[]; openrouter_metadata?: object } }
  assert.ok(response.openrouter_metadata)
  assert.equal(response.output.length, 4)
})

test('OpenRouter’s client is told what it cost in the response, whole and at the end of a stream; all else is the host’s', async () => {
  const ask = async (stream: boolean) => {
    const body = JSON.stringify({ model: MODEL, input: 'hi', stream })
    const reply = await fetch(`${gateway.url}/api/v1/responses`, { method: 'POST', body })
    return { text: await reply.text(), cost: reply.headers.get('x-meritorder-cost') }
  }
  const told = await ask(false)
  const { usage, ...rest } = JSON.parse(told.text)
  const { cost, is_byok, cost_details, ...tokens } = usage
  assert.deepEqual({ ...rest, usage: tokens }, JSON.parse(answer.bytes.toString()))
  assert.deepEqual([String(cost), is_byok], [told.cost, false])
  const { upstream_inference_input_cost: input, upstream_inference_output_cost: output } = cost_details
  assert.ok(input > 0 && Math.abs(input + output - cost) < 1e-12)
  answer = { type: 'text/event-stream', bytes: framed(events) }
  const streamed = (await ask(true)).text.split('\n\n')
  const sent = answer.bytes.toString().split('\n\n')
  const at = sent.findIndex((event) => event.startsWith('event: response.completed\n'))
  assert.deepEqual(streamed.toSpliced(at, 1), sent.toSpliced(at, 1))
  assert.match(streamed[at] ?? '', /^event: response\.completed\ndata: \{.*"cost":/)
})

test('an answer that fails before its first words is an HTTP error, one that fails later an error event', async () => {
  const failed = {
    type: 'response.failed',
    response: { ...whole, status: 'failed', error: { code: 'rate_limit_exceeded', message: 'slow down' } },
  }
  const ask = { model: MODEL, input: 'hi', stream: true as const }
  answer = { type: 'text/event-stream', bytes: framed([...events.slice(0, 2), failed]) }
  await assert.rejects(client.responses.create(ask), { status: 429, message: /slow down/ })
  answer = { type: 'text/event-stream', bytes: framed(events.slice(0, 8)), rest: framed([failed]) }
  const types: string[] = []
  const listen = async () => {
    for await (const { type } of await client.responses.create(ask)) {
      types.push(type)
      heard.resolve()
    }
  }
  await assert.rejects(listen, { code: 'rate_limit_exceeded', message: /slow down/ })
  assert.equal(types.length, 8)
  heard = Promise.withResolvers()
  answer = { type: 'text/event-stream', bytes: framed(events.slice(0, 8)), rest: 'cut' }
  await assert.rejects(listen, { code: 'server_error' })
})

test('chat completions reach a model that only this API serves', async () => {
  const chat = await client.chat.completions.create({
    model: MODEL,
    messages: [{ role: 'user', content: 'hi' }],
  })
  assert.equal(chat.choices[0]?.finish_reason, 'tool_calls')
  assert.deepEqual(seen[0]?.body.input, [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }])
})
