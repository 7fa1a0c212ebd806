import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Agent, request } from 'undici'
import { FAULTS, parseFault } from './faults.ts'
import { type Simulator, startSimulator } from './simulator.ts'

const agent = new Agent({ bodyTimeout: 0, headersTimeout: 0 })
let simulator: Simulator
before(async () => {
  simulator = await startSimulator({ port: 0, seed: 1, latency: 'none' })
})
after(async () => {
  await simulator.close()
  await agent.close()
})

/** Asks a model for a stream (or a whole answer), its name carrying the fault. */
function ask(fault: string, stream: boolean, signal?: AbortSignal) {
  const body = {
    model: `m${fault === '' ? '' : `!${fault}`}`,
    stream,
    messages: [{ role: 'user', content: 'Grüße 🧪' }],
  }
  return request(`${simulator.url}/test/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify(body),
    dispatcher: agent,
    ...(signal && { signal }),
  })
}

async function textOf(fault: string, stream: boolean): Promise<string> {
  return (await ask(fault, stream)).body.text()
}

/** Everything on the wire until the connection closes: clients drop what they hold when a body breaks off. */
async function onTheWire(fault: string, stream: boolean): Promise<string> {
  const body = JSON.stringify({ model: `m!${fault}`, stream, messages: [{ role: 'user', content: 'hello' }] })
  const head = `POST /test/v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`
  const socket = connect(Number(new URL(simulator.url).port), '127.0.0.1')
  socket.write(head + body)
  return Buffer.concat(await chunksOf(socket)).toString()
}

async function chunksOf(stream: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

const contentChunks = (sse: string) => sse.match(/"delta":\{"content":"[^"]/g)?.length ?? 0

/** The text that a client reads from a stream, its events parsed one by one. */
function answerIn(sse: string): string {
  const events = sse.split(/\r?\n\r?\n/).filter((event) => event.startsWith('data: {'))
  return events.map((event) => JSON.parse(event.slice(6)).choices[0]?.delta.content ?? '').join('')
}

for (const stream of [true, false]) {
  const how = stream ? 'a stream' : 'a whole answer'

  test(`refuse: ${how} meets a reset connection`, async () => {
    await assert.rejects(ask('refuse', stream), { code: 'ECONNRESET' })
  })

  test(`hang: ${how} never starts`, async () => {
    const leave = new AbortController()
    const arrived = simulator.nextRequest()
    const answer = ask('hang', stream, leave.signal)
    const seen = await arrived
    leave.abort()
    await assert.rejects(answer, { name: 'AbortError' })
    assert.equal(await seen.ended, 'aborted')
  })

  test(`slow-first-byte: ${how} starts late and is whole`, async () => {
    const started = performance.now()
    const { body } = await ask('slow-first-byte:40', stream)
    assert.ok(performance.now() - started >= 39)
    assert.match(await body.text(), /finish_reason":"stop"/)
  })

  test(`html: ${how} is a web page with status 200`, async () => {
    const { statusCode, headers, body } = await ask('html', stream)
    assert.equal(statusCode, 200)
    assert.match(String(headers['content-type']), /^text\/html/)
    assert.match(await body.text(), /^<!doctype html>/)
  })

  test(`empty: ${how} is status 200 with nothing`, async () => {
    const { statusCode, body } = await ask('empty', stream)
    assert.equal(statusCode, 200)
    assert.equal(await body.text(), '')
  })

  test(`half-json: ${how} ends properly in the middle of a value`, async () => {
    const { statusCode, body } = await ask('half-json', stream)
    const text = (await body.text()).replace(/^data: /, '')
    assert.equal(statusCode, 200)
    assert.match(text, /^\{"id":"chatcmpl/)
    assert.throws(() => JSON.parse(text), SyntaxError)
  })

  test(`error-in-json: ${how} is an error object with status 200`, async () => {
    const { statusCode, headers, body } = await ask('error-in-json', stream)
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], 'application/json')
    assert.deepEqual(Object.keys(Object(await body.json())), ['error'])
  })

  test(`stall: ${how} stops on an open connection`, async () => {
    const leave = new AbortController()
    const arrived = simulator.nextRequest()
    const { body } = await ask('stall:2', stream, leave.signal)
    const chunks = body[Symbol.asyncIterator]()
    let text = ''
    const isAllThere = () => (stream ? contentChunks(text) === 2 : text.length > 200)
    while (!isAllThere()) text += (await chunks.next()).value
    let came = false
    const more = chunks.next().finally(() => {
      came = true
    })
    const { body: state } = await request(`${simulator.url}/control`)
    await state.dump()
    assert.equal(came, false, 'more came while another request was answered')
    leave.abort()
    await assert.rejects(more)
    assert.equal(await (await arrived).ended, 'aborted')
  })

  test(`cut: ${how} breaks off`, async () => {
    await assert.rejects(textOf('cut:2', stream), 'the connection ended as if all were well')
    const wire = await onTheWire('cut:2', stream)
    if (stream) assert.equal(contentChunks(wire), 2)
    else assert.throws(() => JSON.parse(wire.slice(wire.indexOf('{'))), SyntaxError)
    assert.equal(await simulator.seen.at(-1)?.ended, 'cut')
  })

  test(`huge-event: ${how} holds 4 MB at once and stays valid`, async () => {
    const text = await textOf('huge-event', stream)
    assert.ok(text.length > 4_000_000)
    if (stream) assert.ok(answerIn(text).length > 4_000_000)
    else assert.equal(JSON.parse(text).object, 'chat.completion')
  })

  test(`split-bytes and slow-drip: ${how} comes in small pieces and says the same`, async () => {
    const plain = withoutId(await textOf('', stream))
    for (const fault of ['split-bytes', 'slow-drip:0']) {
      const { body } = await ask(fault, stream)
      const chunks = await chunksOf(body)
      assert.ok(chunks.length > 20, `${fault} came in ${chunks.length} chunks`)
      assert.equal(withoutId(Buffer.concat(chunks).toString()), plain)
    }
  })
}

const withoutId = (text: string) =>
  text.replaceAll(/chatcmpl-sim-\d+/g, 'ID').replaceAll(/"created":\d+/g, '')

for (const status of [400, 401, 402, 403, 404, 408, 409, 429, 500, 502, 503, 529]) {
  test(`status ${status} comes with an error in OpenAI's shape`, async () => {
    const { statusCode, headers, body } = await ask(`status:${status}`, true)
    assert.equal(statusCode, status)
    assert.equal(headers['retry-after'], status === 429 ? '1' : undefined)
    const { error } = Object(await body.json())
    assert.deepEqual(Object.keys(error).sort(), ['code', 'message', 'param', 'type'])
    assert.match(error.message, /Simulated fault of m at test/)
  })
}

test('a status takes the seconds to wait as a second number', async () => {
  const { headers, body } = await ask('status:503:7', false)
  await body.dump()
  assert.equal(headers['retry-after'], '7')
})

test('error-event: a stream brings an error before its first content, or after some', async () => {
  const early = await textOf('error-event', true)
  assert.equal(contentChunks(early), 0)
  assert.match(early, /"error":\{"message":/)
  assert.doesNotMatch(early, /\[DONE\]/)
  assert.equal(contentChunks(await textOf('error-event:3', true)), 3)
})

test('early-end: a stream ends properly without finish reason', async () => {
  const text = await textOf('early-end:2', true)
  assert.equal(contentChunks(text), 2)
  assert.doesNotMatch(text, /"finish_reason":"stop"|\[DONE\]/)
})

test('no-done: a stream has all but its last line', async () => {
  const text = await textOf('no-done', true)
  assert.match(text, /"finish_reason":"stop"/)
  assert.doesNotMatch(text, /\[DONE\]/)
})

test('malformed-line: one event is broken, the others hold the whole answer', async () => {
  const text = await textOf('malformed-line', true)
  const broken = text.split('\n\n').filter((event) => event.startsWith('data: {') && !event.endsWith('}'))
  assert.equal(broken.length, 1)
  const intact = text.replace(`${broken[0]}\n\n`, '')
  assert.equal(answerIn(intact), answerIn(await textOf('', true)))
})

test('crlf: lines end with CR LF and hold the same answer', async () => {
  const text = await textOf('crlf', true)
  assert.doesNotMatch(text, /[^\r]\n/)
  assert.equal(answerIn(text), answerIn(await textOf('', true)))
})

test('split-bytes cuts characters apart', async () => {
  const { body } = await ask('split-bytes', true)
  const pieces = await chunksOf(body)
  assert.ok(pieces.join('').includes('\ufffd'), 'no chunk ended inside a character')
})

test('a refusal of everything acts before a request is read', async () => {
  simulator.setFault({ fault: 'refuse', count: 1 })
  const { port } = new URL(simulator.url)
  const requests = simulator.counters().requests
  const socket = connect(Number(port), '127.0.0.1')
  const ending = await new Promise<string>((resolve) => {
    socket.once('error', (error) => resolve(String(Object(error).code)))
    socket.once('close', () => resolve('closed'))
  })
  assert.ok(['ECONNRESET', 'closed'].includes(ending), ending)
  assert.equal(simulator.counters().requests, requests)
  assert.deepEqual(simulator.faults(), [])
})

test('a fault that does not exist is refused with the list of those that do', async () => {
  const { statusCode, body } = await ask('meteor', false)
  assert.equal(statusCode, 400)
  assert.match(await body.text(), /no fault \\"meteor\\"; choose one of refuse, hang,/)
})

test('amounts are checked', () => {
  assert.deepEqual(parseFault('cut:0'), { name: 'cut', amount: 0 })
  assert.deepEqual(parseFault('status:429:3'), { name: 'status', amount: 429, retryAfterSeconds: 3 })
  for (const text of [
    'cut:',
    'cut:-1',
    'cut:x',
    'html:2',
    'status:200',
    'status:600',
    'huge-event:9999',
    'status:429:x',
    'cut:1:2',
    '',
    'toString',
  ]) {
    assert.throws(() => parseFault(text), { code: 'invalid_request' }, text)
  }
})

test('every fault says what it does', () => {
  for (const { what } of Object.values(FAULTS)) assert.ok(what.length > 10)
})
