import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { events, frame } from '../scripted-upstream.ts'
import {
  answering,
  CALL,
  callsAt,
  selling,
  startWithUpstream,
  until,
  type WithUpstream,
} from './start-with-upstream.ts'

const NAMES = ['flood', 'quiet', 'slow'] as const
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')
const as = (name: (typeof NAMES)[number]) => ({ authorization: `Bearer key-of-${name}` })

let t: WithUpstream
before(async () => {
  const keys = NAMES.map(
    (name) =>
      `{ name: ${name}, sha256: ${sha256(`key-of-${name}`)}${name === 'slow' ? ', calls_per_minute: 2' : ''} }`,
  )
  t = await startWithUpstream((url) =>
    selling(
      url,
      `server: { keys: [${keys.join(', ')}], upload_timeout_ms: 8000, max_body_bytes: 20000000 }
admission: { max_calls: 4, max_waiting: 4, max_wait_ms: 60000 }
record: { storage: off }
`,
    ),
  )
})
beforeEach(() => t.upstream.answer(answering('hello')))
after(() => t.close())

/** One key's calls fill what it may have, and the queue; they run until `end` is called. */
async function flooded() {
  const chunk = { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: 'x' } }] }
  t.upstream.answer(({ body }) =>
    body.user === 'flood' ? events([frame(chunk)], { ending: 'hang' }) : answering('hello'),
  )
  const leaving = new AbortController()
  const init = {
    method: 'POST',
    body: JSON.stringify({ ...CALL, stream: true, user: 'flood' }),
    headers: as('flood'),
    signal: leaving.signal,
  }
  const calls = Array.from({ length: 7 }, () => fetch(`${t.gateway.url}/v1/chat/completions`, init))
  for (const call of calls) call.catch(() => {})
  await until(async () => {
    const { running, waiting } = await callsAt(t.gateway)
    return running === 3 && waiting === 4
  })
  return {
    async end() {
      leaving.abort()
      // Named here, so that they are held until now: a reply that nobody holds is cancelled when it is collected as garbage.
      await Promise.allSettled(calls)
      await until(async () => {
        const { running, waiting } = await callsAt(t.gateway)
        return running === 0 && waiting === 0
      })
    },
  }
}

test('what a flooding key sends beyond its share is refused in each API’s own words, with when to come again', async () => {
  const flood = await flooded()
  const bodies = {
    '/v1/chat/completions': CALL,
    '/api/v1/chat/completions': CALL,
    '/v1/responses': { model: CALL.model, input: 'hello' },
    '/v1/messages': { ...CALL, max_tokens: 10 },
    '/v1/embeddings': { model: CALL.model, input: 'hello' },
  }
  for (const [path, body] of Object.entries(bodies)) {
    const reply = await t.post(body, path, as('flood'))
    const told = (await reply.json()) as {
      error: Record<string, unknown> & { metadata?: Record<string, unknown> }
    }
    const { error } = told
    const isMessages = path === '/v1/messages'
    assert.equal(reply.status, isMessages ? 529 : 503, path)
    assert.equal(reply.headers.get('retry-after'), '1', path)
    assert.equal(isMessages ? error.error_type : error.metadata?.error_type, 'provider_overloaded', path)
    if (isMessages) assert.equal(error.type, 'overloaded_error')
    if (path.startsWith('/api/')) assert.equal(error.code, 503)
  }
  await flood.end()
})

test('another key is served at once all the while, and one that is refused is counted', async () => {
  const flood = await flooded()
  for (let calls = 0; calls < 20; calls++) {
    const reply = await t.post(CALL, undefined, as('quiet'))
    assert.equal(reply.status, 200, await reply.text())
  }
  const before = await callsAt(t.gateway)
  const refused = await t.post(CALL, undefined, as('flood'))
  assert.equal(refused.status, 503, await refused.text())
  const { overloaded, admitted } = await callsAt(t.gateway)
  assert.deepEqual([overloaded, admitted], [before.overloaded! + 1, before.admitted])
  await flood.end()
})

test('a key’s calls a minute are a 429 with OpenRouter’s headers, and nobody is asked', async () => {
  for (let calls = 0; calls < 2; calls++)
    assert.equal((await t.post(CALL, undefined, as('slow'))).status, 200)
  const asked = t.upstream.seen.length
  const reply = await t.post(CALL, undefined, as('slow'))
  const { error } = (await reply.json()) as { error: { code: string; metadata: { error_type: string } } }
  assert.equal(reply.status, 429)
  assert.deepEqual([error.code, error.metadata.error_type], ['rate_limit_exceeded', 'rate_limit_exceeded'])
  const wait = Number(reply.headers.get('retry-after'))
  assert.ok(wait > 0 && wait <= 60, `${wait}`)
  assert.equal(reply.headers.get('x-ratelimit-limit'), '2')
  assert.equal(reply.headers.get('x-ratelimit-remaining'), '0')
  assert.ok(Number(reply.headers.get('x-ratelimit-reset')) > 1e12)
  assert.equal(t.upstream.seen.length, asked)
})

/** A connection, with what has come over it and its end. */
function raw(): { socket: Socket; said: () => string; closed: Promise<unknown> } {
  const socket = connect(Number(new URL(t.gateway.url).port), '127.0.0.1')
  let said = ''
  socket.on('data', (bytes) => {
    said += bytes
  })
  socket.on('error', () => {})
  return { socket, said: () => said, closed: once(socket, 'close') }
}

const HEAD = 'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer key-of-quiet\r\n'

test('case 25: a body of 200 MB is a 413, announced or not, and takes no memory', async () => {
  const announced = raw()
  announced.socket.write(`${HEAD}content-length: 200000000\r\n\r\n`)
  await until(() => announced.said().includes('HTTP/1.1 413'))
  announced.socket.destroy()

  const before = process.memoryUsage.rss()
  const { socket, said } = raw()
  socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`)
  const piece = Buffer.from(`100000\r\n${' '.repeat(0x100000)}\r\n`)
  let most = before
  for (let sent = 0; sent < 200 && !said().includes('\r\n\r\n'); sent++) {
    if (!socket.write(piece)) await until(() => !socket.writableNeedDrain || said() !== '')
    most = Math.max(most, process.memoryUsage.rss())
  }
  await until(() => said().includes('HTTP/1.1 413'))
  socket.destroy()
  assert.ok(most - before < 150e6, `${Math.round((most - before) / 1e6)} MB more for a body of 20 MB`)
})

test('case 25: a body in pieces of one byte each is read like any other', async () => {
  const { socket, said } = raw()
  socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`)
  const body = JSON.stringify({ ...CALL, padding: ' '.repeat(20_000) })
  socket.write([...body].map((byte) => `1\r\n${byte}\r\n`).join(''))
  socket.write('0\r\n\r\n')
  await until(() => said().includes('\r\n\r\n'))
  socket.destroy()
  assert.match(said(), /^HTTP\/1\.1 200/)
})

test('case 25: JSON that is nested 10,000 deep, or has millions of values, is refused before it is parsed', async (context) => {
  const parse = context.mock.method(JSON, 'parse')
  for (const [limit, value] of [
    ['max_depth', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['max_values', `[${'{},'.repeat(2_000_000)}{}]`],
  ]) {
    parse.mock.resetCalls()
    const body = `{"model":"acme/large","messages":${value}}`
    const reply = await fetch(`${t.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body,
      headers: as('quiet'),
    })
    assert.equal(reply.status, 400)
    assert.ok(!parse.mock.calls.some(({ arguments: [text] }) => String(text).length > 10_000))
    const { error } = (await reply.json()) as { error: { param: string } }
    assert.equal(error.param, limit)
  }
})

test('case 25: 100,000 messages are read in bounded memory, and are too long for a window that they do not fit', async () => {
  const messages = Array.from({ length: 100_000 }, (_, i) => ({
    role: i % 2 ? 'assistant' : 'user',
    content: 'hello',
  }))
  const before = process.memoryUsage.rss()
  const reply = await t.post({ model: 'acme/small', messages }, undefined, as('quiet'))
  const { error } = (await reply.json()) as { error: { metadata: { error_type: string } } }
  assert.deepEqual([reply.status, error.metadata.error_type], [400, 'context_length_exceeded'])
  assert.ok(process.memoryUsage.rss() - before < 200e6)
})

test('a body that comes a byte at a time is given up with a 408, and its place is free again', async () => {
  const { socket, said, closed } = raw()
  socket.write(`${HEAD}content-length: 1000\r\n\r\n{`)
  const drip = setInterval(() => socket.write(' '), 50)
  await closed
  clearInterval(drip)
  assert.match(said(), /^HTTP\/1\.1 408 .*upload_timeout_ms/s)
  assert.equal((await callsAt(t.gateway)).running, 0)
})

test('a head that comes a byte at a time, and a connection over which nothing comes, are closed', {
  timeout: 300_000,
}, async () => {
  const [slow, silent] = [raw(), raw()]
  slow.socket.write('POST /v1/chat/completions HTTP/1.1\r\nx-slow: ')
  const drip = setInterval(() => slow.socket.write('x'), 200)
  await Promise.all([slow.closed, silent.closed])
  clearInterval(drip)
  assert.match(slow.said(), /^HTTP\/1\.1 408 /)
})

test('who asks first whether his body is welcome is told so only when it is', async () => {
  const { socket, said } = raw()
  const body = JSON.stringify(CALL)
  socket.write(`${HEAD}content-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`)
  await until(() => said().includes('HTTP/1.1 100 Continue'))
  socket.write(body)
  await until(() => said().includes('HTTP/1.1 200'))
  socket.destroy()
  const refused = raw()
  refused.socket.write(`${HEAD}content-length: 200000000\r\nexpect: 100-continue\r\n\r\n`)
  await until(() => refused.said().includes('HTTP/1.1 413'))
  assert.doesNotMatch(refused.said(), /100 Continue/)
  refused.socket.destroy()
})
