import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect, createServer as createTcpServer, type Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { request } from 'undici'
import { quietHealth, sameTimeouts } from '../../test/dispatch-facts.ts'
import { oneKey } from '../../test/one-key.ts'
import { events, frame, startScriptedUpstream } from '../../test/scripted-upstream.ts'
import type { Candidate, Decision } from '../decide/decision.ts'
import { POLICIES } from '../decide/policies.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { readCall } from '../receive/read-call.ts'
import { STEERING_FIELDS } from '../receive/wishes.ts'
import { type Simulator, startSimulator } from '../simulate/simulator.ts'
import type { Answer } from './answer.ts'
import { dispatch } from './dispatch.ts'
import { createHedgeShares } from './hedge.ts'
import { createPools } from './pools.ts'
import { mistral } from './providers/mistral.ts'
import { openAiCompatible } from './providers/openai-compatible.ts'
import { createStop } from './stop.ts'

const FIRST_BYTE_MS = 1000
const IDLE_MS = 1000

let simulator: Simulator
let url: string
const pools = createPools({ connectTimeoutMs: 300, mayBePrivate: () => true })
const health: string[] = []
const untold: string[] = []
let sealed: Promise<Answer>
let resolveSealed: (answer: Answer) => void
/** Set by a test that wants the record to take its time. */
let recording = Promise.resolve()
/** Longer in a test whose upstream needs longer to say something. */
let timeouts = sameTimeouts(FIRST_BYTE_MS, IDLE_MS)
/** Shorter in a test of comments. */
let keepAliveMs = 60_000
/** The endpoints of the next calls, best first. */
let ranked: readonly Candidate[] = []

const server = createServer(async (incoming, reply) => {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const startedAt = performance.now()
  const facts = {
    dialect: incoming.url === '/pinged' ? { ...chatCompletions, signOfLife: ': ping\n\n' } : chatCompletions,
    caller: { name: 't' },
    openRouterClient: incoming.url === '/api/v1',
    maxDepth: 99,
    defaultPolicy: 'balanced',
    storage: 'full' as const,
    receivedAt: 0,
    startedAt,
  }
  const call = readCall(Buffer.concat(chunks), incoming.headers, facts)
  await dispatch(
    call,
    decisionFor(ranked),
    {
      reply,
      keys: oneKey('sk-upstream'),
      promptTokens: 7,
      headers: (served) => ({ 'x-served': served.endpoint.id }),
      seal: async (answer) => {
        await recording
        resolveSealed(answer)
      },
      ...(call.wantsMetadata ? { metadata: () => '{"reason":"r"}' } : {}),
    },
    {
      senders: {
        'openai-compatible': openAiCompatible(pools, STEERING_FIELDS),
        mistral: mistral(pools),
      },
      timeouts,
      keepAliveMs,
      stop: createStop(),
      health: quietHealth(health, untold),
      hedges: createHedgeShares(),
      random: () => 0,
    },
  )
})

before(async () => {
  simulator = await startSimulator({ latency: 'none' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})

beforeEach(() => {
  health.length = untold.length = 0
  recording = Promise.resolve()
  timeouts = sameTimeouts(FIRST_BYTE_MS, IDLE_MS)
  keepAliveMs = 60_000
  ranked = [candidate('good')]
  ;({ promise: sealed, resolve: resolveSealed } = Promise.withResolvers<Answer>())
})

after(async () => {
  server.closeAllConnections()
  server.close()
  await pools.close()
  await simulator.close()
})

function candidate(model: string, baseUrl?: string, provider = 'sim'): Candidate {
  return {
    endpoint: {
      id: `${provider}/${model}`,
      provider,
      model: `author/${model}`,
      upstreamModel: model,
      input: ['text'],
      output: ['text'],
      supports: { tools: true, structuredOutput: true, reasoning: false, temperature: true },
    },
    model: { slug: `author/${model}`, name: model, openWeights: false, reasoning: false },
    provider: {
      slug: provider,
      name: 'Sim',
      family: 'openai-compatible',
      baseUrl: baseUrl ?? `${simulator.url}/sim/v1`,
      keyVariables: [],
    },
    quality: 0.5,
    qualitySd: 0.1,
    evidence: 'prior',
    latencyMs: 1,
    carbonGrams: 0,
    carbonBounds: { low: 0, high: 0 },
    merit: 0,
  }
}

function decisionFor(ranked: readonly Candidate[]): Decision {
  const policy = POLICIES.balanced
  return {
    strategy: 'auto',
    requested: 'auto',
    policy,
    ranked,
    removed: [],
    expectedCompletionTokens: 1,
    propensity: 1,
    reason: '',
    artifact: '',
  }
}

const post = (body: object = {}, headers: Record<string, string> = {}) =>
  request(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hello' }], ...body }),
  })

/** The text of a streamed body, and its parsed events. */
async function streamed(body: { text(): Promise<string> }) {
  const text = await body.text()
  const events = text
    .split('\n\n')
    .flatMap((event) => (event.startsWith('data: {') ? [JSON.parse(event.slice(6))] : []))
  const content = events.map((event) => event.choices?.[0]?.delta?.content ?? '').join('')
  return { text, events, content }
}

test('a whole answer comes back as the bytes the provider sent, and is sealed before the caller has them', async () => {
  let release = () => {}
  recording = new Promise((resolve) => {
    release = resolve
  })
  let answered = false
  const pending = post().then((reply) => {
    answered = true
    return reply
  })
  await simulator.nextRequest()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(answered, false)
  release()
  const reply = await pending
  const body = (await reply.body.json()) as { choices: { message: { content: string } }[] }
  const answer = await sealed
  assert.equal(reply.statusCode, 200)
  assert.equal(reply.headers['x-served'], 'sim/good')
  assert.equal(answer.outcome, 'complete')
  assert.equal(answer.text, body.choices[0]?.message.content)
  assert.equal(answer.usage.estimated, false)
  assert.deepEqual(health, ['+sim/good'])
})

test('the upstream gets the endpoint’s model and key, and none of the fields that steer the gateway', async () => {
  const reply = await post({
    seed: 5,
    provider: { only: ['sim'] },
    models: ['x'],
    policy: 'cheap',
    unknown: { a: [1] },
  })
  await reply.body.text()
  const seen = simulator.seen.at(-1)
  assert.deepEqual(seen?.body, {
    messages: [{ role: 'user', content: 'hello' }],
    seed: 5,
    unknown: { a: [1] },
    model: 'good',
  })
  assert.equal(seen?.headers.authorization, 'Bearer sk-upstream')
})

test('a stream is relayed to its [DONE], which waits for the record; usage is asked for and kept from who did not ask', async () => {
  let release = () => {}
  recording = new Promise((resolve) => {
    release = resolve
  })
  const reply = await post({ stream: true })
  let text = ''
  let released = false
  for await (const chunk of reply.body) {
    text += chunk
    if (released || !text.includes('"finish_reason":"stop"')) continue
    assert.equal(text.includes('[DONE]'), false)
    released = true
    release()
  }
  const answer = await sealed
  assert.ok(text.endsWith('data: [DONE]\n\n'))
  assert.equal(text.includes('prompt_tokens'), false)
  assert.equal(answer.usage.estimated, false)
  assert.equal(answer.finishReason, 'stop')
  const asking = await streamed((await post({ stream: true, stream_options: { include_usage: true } })).body)
  assert.ok(asking.events.some((event) => event.usage?.prompt_tokens > 0))
})

for (const fault of [
  'refuse',
  'hang',
  'status:401',
  'status:402',
  'status:403',
  'status:404',
  'status:408',
  'status:409',
  'status:429',
  'status:500',
  'status:502',
  'status:503',
  'status:529',
  'html',
  'empty',
  'half-json',
  'error-in-json',
])
  for (const stream of [false, true])
    test(`${fault} before the first byte fails over silently (${stream ? 'stream' : 'whole'})`, async () => {
      if (stream && fault === 'half-json') return
      ranked = [candidate(`bad!${fault}`), candidate('good', undefined, 'other')]
      const reply = await post({ stream })
      const text = await reply.body.text()
      assert.equal(reply.statusCode, 200)
      assert.equal(reply.headers['x-served'], 'other/good')
      assert.equal(stream ? text.endsWith('[DONE]\n\n') : JSON.parse(text).choices.length, stream ? true : 1)
      const answer = await sealed
      assert.equal(answer.attempts.length, 2)
      assert.ok(answer.attempts[0]?.error)
      assert.deepEqual(health, [`-sim/bad!${fault}`, '+other/good'])
    })

for (const fault of ['cut:0', 'early-end:0', 'error-event:0', 'stall:0'])
  test(`${fault}: an upstream that only announced an answer is replaced in silence`, async () => {
    ranked = [candidate(`bad!${fault}`), candidate('good', undefined, 'other')]
    const reply = await post({ stream: true })
    const { text, events } = await streamed(reply.body)
    assert.equal(reply.headers['x-served'], 'other/good')
    assert.equal(events.filter((event) => event.choices[0]?.delta?.role !== undefined).length, 1)
    assert.ok(text.endsWith('[DONE]\n\n'))
    assert.deepEqual(health, [`-sim/bad!${fault}`, '+other/good'])
  })

test('a provider whose key is refused is not asked six times: its other endpoints are passed over', async () => {
  const dead = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => candidate(`${name}!status:402`))
  ranked = [...dead, candidate('good', undefined, 'other')]
  const reply = await post()
  await reply.body.text()
  assert.equal(reply.headers['x-served'], 'other/good')
  assert.equal((await sealed).attempts.length, 2)
})

/** An upstream of a few lines that answers every request with these bytes, and may leave the connection open. */
async function rawUpstream(head: string, chunks: readonly string[], end: boolean) {
  const upstream = createTcpServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write(`HTTP/1.1 ${head}\r\ntransfer-encoding: chunked\r\n\r\n`)
      for (const chunk of chunks) socket.write(`${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`)
      if (end) socket.write('0\r\n\r\n')
    })
  }).listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const { port } = upstream.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}/v1`, upstream }
}

const EVENTS = '200 OK\r\ncontent-type: text/event-stream'
const chunkOf = (content: string) => `data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`

test('what cannot be said to one endpoint is said to the next, and blamed on nobody', async () => {
  const deaf = candidate('deaf')
  ranked = [{ ...deaf, endpoint: { ...deaf.endpoint, family: 'mistral' } }, candidate('good')]
  const audio = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
  const reply = await post({ messages: [{ role: 'user', content: [audio] }] })
  assert.equal(reply.statusCode, 200)
  await reply.body.dump()
  const { attempts } = await sealed
  assert.match(attempts[0]?.error?.message ?? '', /cannot do what was asked for/)
  assert.deepEqual(health, ['+sim/good'])
})

test('a comment is no beginning of an answer: what fails after it still fails over', async () => {
  const { baseUrl, upstream } = await rawUpstream(
    EVENTS,
    [': PROCESSING\n\n', 'data: {"error":{"code":503,"message":"busy"}}\n\n'],
    true,
  )
  ranked = [candidate('bad', baseUrl), candidate('good')]
  const reply = await post({ stream: true })
  assert.ok((await reply.body.text()).endsWith('[DONE]\n\n'))
  assert.equal(reply.headers['x-served'], 'sim/good')
  upstream.close()
})

test('content that came together with an error event still reaches the caller', async () => {
  const { baseUrl, upstream } = await rawUpstream(
    EVENTS,
    [chunkOf('one '), `${chunkOf('two ')}data: {"error":{"message":"gone"}}\n\n`],
    true,
  )
  ranked = [candidate('bad', baseUrl)]
  const { content } = await streamed((await post({ stream: true })).body)
  assert.equal(content, 'one two ')
  assert.equal((await sealed).text, 'one two ')
  upstream.close()
})

test('a stream nobody asked for is no answer', async () => {
  const { baseUrl, upstream } = await rawUpstream(EVENTS, [chunkOf('x'), 'data: [DONE]\n\n'], true)
  ranked = [candidate('bad', baseUrl), candidate('good')]
  const reply = await post()
  assert.ok(((await reply.body.json()) as { choices: object[] }).choices.length > 0)
  assert.equal(reply.headers['x-served'], 'sim/good')
  upstream.close()
})

test('an upstream that says [DONE] and keeps the connection open is let go', async () => {
  const { baseUrl, upstream } = await rawUpstream(EVENTS, [chunkOf('x'), 'data: [DONE]\n\n'], false)
  const closed = new Promise((resolve) =>
    upstream.once('connection', (socket: Socket) => socket.once('close', resolve)),
  )
  ranked = [candidate('lingering', baseUrl)]
  assert.ok((await (await post({ stream: true })).body.text()).endsWith('[DONE]\n\n'))
  await closed
  upstream.close()
})

test('an error page without end fails over', async () => {
  const { baseUrl, upstream } = await rawUpstream(
    '500 No\r\ncontent-type: text/html',
    Array(20).fill('x'.repeat(8000)),
    false,
  )
  ranked = [candidate('bad', baseUrl), candidate('good')]
  const reply = await post()
  await reply.body.text()
  assert.equal(reply.headers['x-served'], 'sim/good')
  upstream.close()
})

test('a provider that repeats the key does not repeat it to the caller or the record', async () => {
  for (const status of ['401 No', '400 Bad']) {
    const page = '{"error":{"message":"wrong: Bearer sk-upstream"}}'
    const { baseUrl, upstream } = await rawUpstream(
      `${status}\r\ncontent-type: application/json`,
      [page],
      true,
    )
    ranked = [candidate('echo', baseUrl)]
    const text = await (await post()).body.text()
    assert.match(text, /Bearer \[key\]/)
    assert.equal(JSON.stringify(await sealed).includes('sk-upstream'), false)
    upstream.close()
  }
})

test('a fault of the caller inside a 200 is not tried elsewhere', async () => {
  const { baseUrl, upstream } = await rawUpstream(
    '200 OK\r\ncontent-type: application/json',
    ['{"error":{"code":400,"message":"no"}}'],
    true,
  )
  ranked = [candidate('bad', baseUrl), candidate('good')]
  assert.equal((await post()).statusCode, 400)
  assert.deepEqual(health, [])
  upstream.close()
})

test('a caller that stops reading is let go, its upstream too; one that reads slowly is served to the end', async () => {
  // 30 MB are one event: how fast they come is the machine's business, not what is tested.
  timeouts = sameTimeouts(60_000, 4_000)
  ranked = [candidate('big!huge-event:30')]
  const body = JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'hello' }] })
  const ask = () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.write(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    return socket
  }
  const stalled = ask()
  await once(stalled, 'readable')
  assert.equal((await sealed).outcome, 'client_closed')
  stalled.destroy()
  ;({ promise: sealed, resolve: resolveSealed } = Promise.withResolvers<Answer>())
  const slow = ask()
  let bytes = 0
  for await (const chunk of slow) {
    bytes += chunk.length
    await new Promise((resolve) => setImmediate(resolve))
    if (bytes > 30_000_000 && chunk.includes('[DONE]')) break
  }
  assert.equal((await sealed).outcome, 'complete')
  slow.destroy()
})

test('of every try it is told how the endpoint did, or that it told nothing: who was let in as a probe makes room for the next', async () => {
  ranked = [candidate('a!status:400')]
  await (await post()).body.text()
  await sealed
  ranked = [candidate('b!hang')]
  await (await post({}, { 'x-meritorder-timeout': '0.1' })).body.text()
  ;({ promise: sealed, resolve: resolveSealed } = Promise.withResolvers<Answer>())
  ranked = [candidate('c!hang')]
  const before = simulator.seen.length
  const leaving = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const body = JSON.stringify({ model: 'auto', messages: hello })
  leaving.write(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
  while (simulator.seen.length === before) await new Promise((resolve) => setImmediate(resolve))
  leaving.destroy()
  assert.equal((await sealed).outcome, 'client_closed')
  assert.deepEqual(untold, ['sim/a!status:400', 'sim/b!hang', 'sim/c!hang'])
  assert.deepEqual(health, [])
  ranked = [candidate('d!status:500'), candidate('good')]
  await (await post()).body.text()
  assert.equal(untold.length, 3)
})

test('a caller that allows no fallbacks gets the first failure', async () => {
  ranked = [candidate('bad!status:503'), candidate('good')]
  const reply = await post({ provider: { allow_fallbacks: false } })
  await reply.body.text()
  assert.equal(reply.statusCode, 503)
  assert.equal((await sealed).attempts.length, 1)
})

test('an endpoint that cannot be connected to fails over', async () => {
  const gone = 'http://127.0.0.1:1/v1'
  ranked = [candidate('bad', gone), candidate('as-bad', gone), candidate('good')]
  const reply = await post()
  await reply.body.text()
  assert.equal(reply.headers['x-served'], 'sim/good')
})

test('a 400 is the caller’s own: passed on word for word, no second endpoint asked, the endpoint not blamed', async () => {
  ranked = [candidate('bad!status:400'), candidate('good')]
  const reply = await post({ stream: true })
  const body = (await reply.body.json()) as { error: { message: string } }
  assert.equal(reply.statusCode, 400)
  assert.equal(typeof body.error.message, 'string')
  assert.equal((await sealed).attempts.length, 1)
  assert.deepEqual(health, [])
})

test('when every endpoint is limiting, the caller gets 429 with the shortest wait', async () => {
  ranked = [candidate('a!status:429:60'), candidate('b!status:429:7')]
  const reply = await post()
  const body = (await reply.body.json()) as {
    error: { metadata: { error_type: string; previous_errors: object[] } }
  }
  assert.equal(reply.statusCode, 429)
  assert.equal(reply.headers['retry-after'], '7')
  assert.equal(body.error.metadata.error_type, 'rate_limit_exceeded')
  assert.equal(body.error.metadata.previous_errors.length, 2)
  assert.equal((await sealed).outcome, 'failed')
})

test('a key without credit is a 402 that names the provider and no key', async () => {
  ranked = [candidate('a!status:402')]
  const reply = await post()
  const text = await reply.body.text()
  assert.equal(reply.statusCode, 402)
  assert.match(text, /sim says that the configured key has no credit left/)
  assert.equal(text.includes('sk-upstream'), false)
})

test('a provider that refuses our key is a 502, not a 401 that the caller would take for his own', async () => {
  ranked = [candidate('a!status:401')]
  const reply = await post()
  await reply.body.text()
  assert.equal(reply.statusCode, 502)
})

for (const fault of ['cut:3', 'early-end:3', 'error-event:3', 'stall:3'])
  test(`${fault} in the middle of a stream ends it with an error event, never cleanly, and the record says incomplete`, async () => {
    ranked = [candidate(`bad!${fault}`), candidate('good')]
    const reply = await post({ stream: true })
    const { text, events, content } = await streamed(reply.body)
    assert.equal(text.includes('[DONE]'), false)
    assert.notEqual(content, '')
    assert.deepEqual(Object.keys(events.at(-1)), ['error'])
    assert.equal(typeof events.at(-1).error.message, 'string')
    const answer = await sealed
    assert.equal(answer.outcome, 'incomplete')
    assert.equal(answer.attempts.length, 1)
    assert.equal(answer.text, content)
  })

test('a stream that lacks only its [DONE] is complete', async () => {
  ranked = [candidate('bad!no-done')]
  const { text } = await streamed((await post({ stream: true })).body)
  assert.ok(text.endsWith('data: [DONE]\n\n'))
  assert.equal((await sealed).outcome, 'complete')
})

test('a stream that is cut for a fault of the request does not speak against its host', async () => {
  const upstream = await startScriptedUpstream()
  const chunk = { choices: [{ index: 0, delta: { content: 'so far' } }] }
  upstream.answer(events([frame(chunk), frame({ error: { code: 400, message: 'flagged' } })]))
  ranked = [candidate('flagged', upstream.url)]
  await (await post({ stream: true })).body.text()
  assert.equal((await sealed).outcome, 'incomplete')
  assert.deepEqual(health, [])
  upstream.close()
})

test('of a stream with an event of broken JSON every other event reaches the caller', async () => {
  ranked = [candidate('odd!malformed-line')]
  const text = await (await post({ stream: true })).body.text()
  const events = text.split('\n\n').filter((event) => event.startsWith('data: {'))
  for (const event of events) JSON.parse(event.slice('data: '.length))
  assert.ok(events.length > 1 && text.trimEnd().endsWith('data: [DONE]'))
  const { outcome, losses } = await sealed
  assert.deepEqual([outcome, losses.map(({ field }) => field)], ['complete', ['stream']])
})

for (const fault of ['crlf', 'split-bytes', 'huge-event', 'slow-drip:1'])
  test(`${fault} in a stream reaches the caller unharmed`, async () => {
    ranked = [candidate(`odd!${fault}`)]
    const reply = await post({ stream: true })
    const text = await reply.body.text()
    assert.ok(text.trimEnd().endsWith('data: [DONE]'))
    assert.equal((await sealed).outcome, 'complete')
  })

for (const stream of [false, true])
  test(`a caller that leaves takes the upstream down at once (${stream ? 'stream' : 'whole'})`, async () => {
    ranked = [candidate(stream ? 'slow!stall:2' : 'slow!hang')]
    const incoming = simulator.nextRequest()
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const body = JSON.stringify({ model: 'auto', stream, messages: [{ role: 'user', content: 'hello' }] })
    socket.write(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    const seen = await incoming
    if (stream) await once(socket, 'data')
    const left = performance.now()
    socket.destroy()
    const ending = await seen.ended
    assert.equal(ending, 'aborted')
    assert.ok(performance.now() - left < 100, `the upstream was closed after ${performance.now() - left} ms`)
    assert.equal((await sealed).outcome, 'client_closed')
  })

test('metadata is the last chunk before [DONE], and a last member of a whole answer, only for who asks', async () => {
  const headers = { 'x-openrouter-metadata': 'enabled' }
  const { text } = await streamed((await post({ stream: true }, headers)).body)
  assert.match(text.split('\n\n').at(-3) ?? '', /"choices":\[\],"openrouter_metadata":\{"reason":"r"\}\}$/)
  const whole = (await (await post({}, headers)).body.json()) as { openrouter_metadata: object }
  assert.deepEqual(whole.openrouter_metadata, { reason: 'r' })
})

const OF_OPENROUTER = '/api/v1'
const COMMENT = ': OPENROUTER PROCESSING\n\n'
const hello = [{ role: 'user', content: 'hello' }]
const ask = (path: string) =>
  request(new URL(path, url), {
    method: 'POST',
    body: JSON.stringify({ model: 'auto', stream: true, messages: hello }),
  })

test('a stream that is long in coming is kept alive by comments for OpenRouter’s clients, and only for them', async () => {
  keepAliveMs = 20
  ranked = [candidate('late!slow-first-byte:100'), candidate('good')]
  const reply = await ask(OF_OPENROUTER)
  const text = await reply.body.text()
  assert.equal(reply.headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.match(String(reply.headers['x-generation-id']), /^gen-/)
  assert.ok(text.startsWith(COMMENT))
  assert.ok(text.endsWith('data: [DONE]\n\n'))
  const other = await ask('/v1')
  assert.equal((await other.body.text()).includes(COMMENT), false)
  assert.equal(other.headers['x-served'], 'sim/late!slow-first-byte:100')
})

test('a dialect that has a sign of life sends it to all its clients', async () => {
  keepAliveMs = 20
  ranked = [candidate('late!slow-first-byte:100'), candidate('good')]
  assert.ok((await (await ask('/pinged')).body.text()).startsWith(': ping\n\n'))
})

test('who has had comments gets an error as an event, who has had nothing as an HTTP error', async () => {
  keepAliveMs = 20
  ranked = [candidate('bad!hang')]
  const reply = await ask(OF_OPENROUTER)
  const { events } = await streamed(reply.body)
  assert.equal(reply.statusCode, 200)
  assert.equal(events[0].error.metadata.error_type, 'timeout')
  assert.equal(events[0].choices[0].finish_reason, 'error')
  const answer = await sealed
  assert.deepEqual([answer.outcome, answer.status], ['failed', 200])
  keepAliveMs = 60_000
  ranked = [candidate('bad!status:503')]
  assert.equal((await ask(OF_OPENROUTER)).statusCode, 503)
})

test('an OpenRouter client reads a refusal in OpenRouter’s shape, with the provider’s own words, status and name', async () => {
  const said =
    '{"error":{"message":"This model\'s maximum context length is 8192 tokens","code":"context_length_exceeded","key":"sk-upstream"}}'
  for (const [status, type] of [
    ['400 Bad', 'context_length_exceeded'],
    ['418 Teapot', 'context_length_exceeded'],
  ] as const) {
    const { baseUrl, upstream } = await rawUpstream(
      `${status}\r\ncontent-type: application/json`,
      [said],
      true,
    )
    ranked = [candidate('strict', baseUrl)]
    const reply = await request(new URL(OF_OPENROUTER, url), {
      method: 'POST',
      body: JSON.stringify({ model: 'auto', messages: hello }),
    })
    const { error } = (await reply.body.json()) as {
      error: { code: number; message: string; metadata: Record<string, string> }
    }
    const expected = Number(status.slice(0, 3))
    assert.deepEqual([reply.statusCode, error.code], [expected, expected])
    assert.match(error.message, /^sim .*maximum context length is 8192 tokens/)
    const { raw, error_type, provider_name } = error.metadata
    assert.deepEqual([error_type, provider_name], [type, 'sim'])
    assert.equal(raw, said.replace('sk-upstream', '[key]'))
    upstream.close()
  }
})

test('where a provider reports no tokens they are counted, marked as estimated, and told to OpenRouter’s clients', async () => {
  const { baseUrl, upstream } = await rawUpstream(
    EVENTS,
    [chunkOf('Hello, world! '), chunkOf('Bye.'), 'data: [DONE]\n\n'],
    true,
  )
  ranked = [candidate('silent', baseUrl)]
  const { events } = await streamed((await ask(OF_OPENROUTER)).body)
  const { usage } = await sealed
  assert.equal(usage.estimated, true)
  assert.equal(usage.promptTokens, 7)
  assert.ok(usage.completionTokens >= 4 && usage.completionTokens <= 8)
  const told = events.filter((event) => event.usage)
  assert.equal(told.length, 1)
  assert.deepEqual(
    [told[0].choices, told[0].usage.completion_tokens, told[0].usage.estimated, told[0].usage.cost],
    [[], usage.completionTokens, true, null],
  )
  upstream.close()
})
