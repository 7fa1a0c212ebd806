import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { events, type ScriptedUpstream, startScriptedUpstream } from '../scripted-upstream.ts'
import { answerStream, chunk, type FailingHosts, role, startFailingHosts } from './hosts.ts'

/** One event, and how much of an answer a host would send if it were taken. */
const EVENT = chunk('x'.repeat(64 * 1024))
const ENDLESS_BYTES = 256 * 1024 * 1024

let a: ScriptedUpstream
let t: FailingHosts
let sentBytes = 0
let blocked = Promise.withResolvers<void>()
/** A host that sends as fast as it is read. */
const endless = createServer((_request, reply) => {
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.write(role)
  const send = () => {
    while (sentBytes < ENDLESS_BYTES && !reply.destroyed) {
      sentBytes += EVENT.length
      if (!reply.write(EVENT)) {
        blocked.resolve()
        reply.once('drain', send)
        return
      }
    }
  }
  send()
})
before(async () => {
  endless.listen(0, '127.0.0.1')
  await once(endless, 'listening')
  a = await startScriptedUpstream()
  t = await startFailingHosts({
    hosts: { a, endless: { url: `http://127.0.0.1:${(endless.address() as AddressInfo).port}` } },
    models: ['c22', 'c23', 'c24', 'c56'],
  })
})
after(async () => {
  await t.close()
  endless.closeAllConnections()
  a.close()
  endless.close()
})

/** A caller on a socket of his own. */
function call(model: string, provider: string, stream: boolean) {
  const body = JSON.stringify({
    model: `case/${model}`,
    stream,
    provider: { only: [provider] },
    messages: [{ role: 'user', content: 'hello' }],
  })
  const socket = connect(Number(new URL(t.url).port), '127.0.0.1')
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  return socket
}

test('case 22: a caller who leaves in the middle of a stream takes the upstream down, and pays for what came', async () => {
  a.answer(events([role, chunk('one two three four')], { ending: 'hang' }))
  const socket = call('c22', 'a', true)
  let text = ''
  for await (const bytes of socket) {
    text += bytes
    if (text.includes('four')) break
  }
  const leftAt = performance.now()
  socket.destroy()
  await a.last().closed
  const tookMs = performance.now() - leftAt
  // A few milliseconds; the rest is for a machine that is busy with other tests.
  assert.ok(tookMs < 500, `the upstream was closed after ${tookMs} ms`)
  const { native_tokens_completion: tokens, cost_usd: cost } = await t.latest('client_closed', 'c22')
  assert.ok(tokens >= 4 && Number(cost) > 0)
})

test('case 23: a caller who leaves before a whole answer is there takes the upstream down, and no other try is made', async () => {
  const asked = a.seen.length
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  a.answer(() => {
    resolve()
    return { pieces: [], ending: 'hang' }
  })
  const socket = call('c23', 'a', false)
  await arrived
  socket.destroy()
  await a.last().closed
  const { attempts } = await t.latest('client_closed', 'c23')
  assert.deepEqual([attempts.length, a.seen.length - asked], [1, 1])
})

test('case 24: a caller who reads slowly holds his upstream up, and nobody else', async () => {
  const before = process.memoryUsage().rss
  blocked = Promise.withResolvers()
  const socket = call('c24', 'endless', true)
  await once(socket, 'readable')
  await blocked.promise
  socket.read(1)
  a.answer(answerStream())
  const { status, text } = await t.ask('c24', { stream: true, body: { provider: { only: ['a'] } } })
  assert.ok(status === 200 && text.includes('[DONE]'))
  // What the four sockets between host and caller hold; no more is taken from the host.
  assert.ok(sentBytes < 32 * 1024 * 1024, `${sentBytes} bytes were taken`)
  assert.ok(process.memoryUsage().rss - before < 128 * 1024 * 1024)
  socket.destroy()
})

test('case 56: small pieces are not held back to be sent together (TCP_NODELAY on both sides)', async () => {
  a.answer(answerStream())
  const ask = () => t.ask('c56', { stream: true, body: { provider: { only: ['a'] } } })
  for (let warm = 0; warm < 20; warm++) await ask()
  const times = []
  for (let call = 0; call < 31; call++) times.push((await ask()).tookMs)
  const median = times.toSorted((x, y) => x - y)[15]!
  // Nagle's algorithm against delayed acknowledgements would show as 40 ms.
  assert.ok(median < 39, `${median} ms`)
})
