import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { json, type ScriptedUpstream, startScriptedUpstream } from '../scripted-upstream.ts'
import { answer, answerStream, type FailingHosts, refusal, startFailingHosts } from './hosts.ts'

const MODELS = ['c1', 'c2', 'c2b', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8', 'c8b', 'c21', 'c55', 'money', 'hurry']

let a: ScriptedUpstream
let b: ScriptedUpstream
let t: FailingHosts
/** A host whose certificate is none. */
const untrusted = createServer((socket) => socket.end('this is no TLS'))
/** A host that closes a connection under the second request on it. */
const racing = createServer(closeUnderSecond)
/** A host that closes every connection when it has read the request. */
const closing = createServer((socket) => socket.once('data', () => socket.end()))
before(async () => {
  for (const server of [untrusted, racing, closing]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  ;[a, b] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()])
  t = await startFailingHosts({
    hosts: {
      a,
      b,
      keyed: { url: a.url, keys: ['first-key-of-a', 'second-key-of-a'] },
      refused: { url: 'http://127.0.0.1:1' },
      unknown: { url: 'http://nobody.invalid' },
      untrusted: { url: `https://127.0.0.1:${portOf(untrusted)}` },
      racing: { url: `http://127.0.0.1:${portOf(racing)}` },
      closing: { url: `http://127.0.0.1:${portOf(closing)}` },
    },
    models: MODELS,
    yaml: 'timeouts: { ordinary: { first_byte_ms: 2000, whole_ms: 2000 } }',
  })
})
beforeEach(() => {
  a.seen.length = b.seen.length = 0
  b.answer(answer())
})
after(async () => {
  await t.close()
  for (const server of [a, b, untrusted, racing, closing]) server.close()
})

const ONLY_A = { body: { provider: { only: ['a'] } } }

test('case 1: a host that asks for 2 seconds is not asked again before, and another is asked at once', async () => {
  a.answer(refusal(429, { 'retry-after': '2' }))
  const first = await t.ask('c1')
  assert.deepEqual([first.status, first.servedBy], [200, 'b'])
  assert.equal(a.seen.length, 1)
  const second = await t.ask('c1')
  assert.deepEqual([second.status, second.servedBy, a.seen.length], [200, 'b', 1])
  assert.equal((await t.story(second.id)).attempts.length, 1)
})

test('case 2: nobody sleeps on a Retry-After of an hour: the caller has it at once, and so has the next', async () => {
  a.answer(refusal(429, { 'retry-after': '3600' }))
  const first = await t.ask('c2', ONLY_A)
  assert.deepEqual([first.status, first.headers.get('retry-after')], [429, '3600'])
  const second = await t.ask('c2', ONLY_A)
  assert.equal(second.status, 429)
  assert.match(second.headers.get('retry-after') ?? '', /^3(600|59\d)$/)
  assert.match(second.text, /a asked \(429\) to be left alone/)
  assert.equal(a.seen.length, 1)
  assert.deepEqual((await t.story(second.id)).attempts, [])
  assert.ok(first.tookMs < 1000 && second.tookMs < 1000)
  assert.equal((await t.ask('c2')).servedBy, 'b')
})

test('case 2: a 503 with Retry-After is honoured alike', async () => {
  a.answer(refusal(503, { 'retry-after': '30' }))
  for (const ask of [1, 2]) {
    const { status, headers } = await t.ask('c2b', ONLY_A)
    assert.deepEqual([status, headers.get('retry-after'), a.seen.length], [503, '30', 1], `${ask}`)
  }
})

test('case 3: 500 twice, then 200: the caller has the 200, the record three attempts with status and latency', async () => {
  a.answer(() => (a.seen.length < 3 ? refusal(500) : answer()))
  const { status, id } = await t.ask('c3', ONLY_A)
  assert.equal(status, 200)
  const { attempts, outcome } = await t.story(id)
  assert.equal(outcome, 'complete')
  assert.deepEqual(
    attempts.map((attempt) => attempt.status),
    [500, 500, 200],
  )
  for (const attempt of attempts) assert.ok(attempt.totalMs > 0)
  assert.ok(attempts[1]!.startedMs >= attempts[0]!.startedMs + attempts[0]!.totalMs)
})

test('case 4: a 400 goes back word for word: no retry, no fallback, no breaker', async () => {
  a.answer(refusal(400))
  for (let call = 0; call < 5; call++) {
    const { status, text } = await t.ask('c4')
    assert.deepEqual([status, JSON.parse(text).error.message], [400, 'status 400'])
  }
  assert.deepEqual([a.seen.length, b.seen.length], [5, 0])
  a.answer(answer())
  assert.equal((await t.ask('c4')).servedBy, 'a')
})

test('case 5: a revoked key gives way to the other and rests; nobody is told what it was', async () => {
  const only = { body: { provider: { only: ['keyed'] } } }
  a.answer(({ headers }) => (headers.authorization === 'Bearer first-key-of-a' ? refusal(401) : answer()))
  for (let call = 0; call < 2; call++) assert.equal((await t.ask('c5', only)).servedBy, 'keyed')
  const keys = a.seen.map(({ headers }) => headers.authorization?.slice('Bearer '.length))
  assert.deepEqual(keys, ['first-key-of-a', 'second-key-of-a', 'second-key-of-a'])
  a.answer(({ headers }) =>
    json({ error: { message: `wrong key: ${headers.authorization}` } }, { status: 401 }),
  )
  const refused = await t.ask('c5', only)
  assert.equal(refused.status, 502)
  assert.match(refused.text, /wrong key: Bearer \[key\]/)
  assert.doesNotMatch(refused.text + JSON.stringify(await t.story(refused.id)), /key-of-a/)
})

test('case 6: a prompt that is too long for one window is not sent to another of the same size', async () => {
  const page = {
    error: { message: "This model's maximum context length is 8000 tokens", code: 'context_length_exceeded' },
  }
  a.answer({ status: 400, pieces: [JSON.stringify(page)] })
  const { status, text } = await t.ask('c6')
  assert.deepEqual([status, JSON.parse(text).error.code], [400, 'context_length_exceeded'])
  assert.equal(b.seen.length, 0)
})

for (const [what, host] of [
  ['a refused connection', 'refused'],
  ['an unknown name', 'unknown'],
  ['broken TLS', 'untrusted'],
] as const)
  test(`case 7: after ${what} another host answers, and the record tells it apart from a status`, async () => {
    const { status, servedBy, id } = await t.ask('c7', { body: { provider: { order: [host, 'b'] } } })
    assert.deepEqual([status, servedBy], [200, 'b'])
    const [attempt, ...others] = (await t.story(id)).attempts
    assert.deepEqual([attempt?.provider, attempt?.status, others.length], [host, 0, 1])
    assert.match(attempt?.error?.message ?? '', /The connection to \w+ failed \(\w+\)/)
  })

for (const stream of [false, true])
  test(`case 8: a host that never answers is given up after its first-byte time, and sees it (${stream ? 'stream' : 'whole'})`, async () => {
    a.answer({ pieces: [], ending: 'hang' })
    if (stream) b.answer(answerStream())
    const { status, servedBy, id } = await t.ask(stream ? 'c8' : 'c8b', { stream })
    assert.deepEqual([status, servedBy], [200, 'b'])
    await a.last().closed
    const [late] = (await t.story(id)).attempts
    assert.equal(late?.error?.code, 'timeout')
    assert.ok(late.totalMs >= 1990)
  })

for (const [what, script] of [
  ['HTML', { contentType: 'text/html', pieces: ['<html>hello</html>'] }],
  ['an empty body', { pieces: [] }],
  ['truncated JSON', { pieces: ['{"choices":[{"index":0,"mess'] }],
] as const)
  test(`case 21: 200 with ${what} is a failure of the host, and the next is asked`, async () => {
    a.answer(script)
    const { status, servedBy, id } = await t.ask('c21')
    assert.deepEqual([status, servedBy], [200, 'b'])
    assert.equal((await t.story(id)).attempts[0]?.error?.code, 'provider_unavailable')
    a.answer(answer())
    // Its name recovers, or the third failure in a row would have it left alone.
    assert.equal((await t.ask('c21')).servedBy, 'a')
  })

test('a whole call stops where max_cost leaves nothing for another that may be billed', async () => {
  const { id } = await t.ask('money', { body: { provider: { only: ['b'] } } })
  b.seen.length = 0
  a.answer({ pieces: ['{"choices":[{"index":0,"mess'] })
  const costUsd = (await t.story(id)).candidates[0]!.cost_usd
  const limited = (max_cost: number) =>
    t.ask('money', { body: { provider: { order: ['a', 'b'], max_cost } } })
  const { status, text } = await limited(costUsd * 1.9)
  assert.deepEqual([status, b.seen.length], [502, 0])
  assert.match(text, /max_cost leaves nothing for another/)
  assert.equal((await limited(costUsd * 2.1)).servedBy, 'b')
})

test('a caller’s own time tightens: half of it for the first host, and the host is not blamed; it never loosens', async () => {
  a.answer({ pieces: [], ending: 'hang' })
  for (let call = 0; call < 4; call++) {
    const { status, servedBy } = await t.ask('hurry', { headers: { 'x-meritorder-timeout': '2' } })
    assert.deepEqual([status, servedBy], [200, 'b'])
  }
  assert.equal(a.seen.length, 4, 'four failures would have opened the breaker')
  const late = await t.ask('hurry', { ...ONLY_A, headers: { 'x-meritorder-timeout': '9' } })
  assert.equal(late.status, 504)
  assert.match(late.text, /no answer within 2000 ms/)
  const wrong = await t.ask('hurry', { headers: { 'x-meritorder-timeout': '-1' } })
  assert.equal(wrong.status, 400)
  assert.match(wrong.text, /x-meritorder-timeout/)
})

test('case 55: a kept connection that closes under the request is replaced by a new one, once, and the host is not blamed', async () => {
  const only = { body: { provider: { order: ['racing', 'b'] } } }
  for (const attempts of [[200], [0, 200], [200], [0, 200]]) {
    const { status, servedBy, id } = await t.ask('c55', only)
    assert.deepEqual([status, servedBy], [200, 'racing'])
    const story = await t.story(id)
    assert.deepEqual(
      story.attempts.map((attempt) => attempt.status),
      attempts,
    )
  }
})

test('case 55: a new connection that closes without an answer may have been billed: the host is not asked twice', async () => {
  const { servedBy, id } = await t.ask('c55', { body: { provider: { order: ['closing', 'b'] } } })
  assert.equal(servedBy, 'b')
  assert.deepEqual(
    (await t.story(id)).attempts.map(({ provider }) => provider),
    ['closing', 'b'],
  )
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function closeUnderSecond(socket: Socket): void {
  let answered = false
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (bytes) => {
    text += bytes
    if (answered) socket.end()
    if (answered || !text.includes('"messages"')) return
    answered = true
    const body = String(answer().pieces[0])
    socket.write(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  })
}
