import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { CALL, callsAt, selling, startWithUpstream, until, type WithUpstream } from './start-with-upstream.ts'

const STREAMS = 1_000
const CHUNKS = 12

/** A host all of whose streams stand still between two chunks until all have got the last one. */
const streams: ServerResponse[] = []
const host = createServer((incoming, reply) => {
  incoming.resume()
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.flushHeaders()
  streams.push(reply)
})
let t: WithUpstream
before(async () => {
  host.listen(0, '127.0.0.1')
  await once(host, 'listening')
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`
  t = await startWithUpstream(() => selling(url, 'record: { storage: metadata, durability: write }\n'))
})
after(async () => {
  await t.close()
  host.closeAllConnections()
  host.close()
})

const event = (content: string, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'large-1', choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`

test('case 26: of 1,000 streams at once none misses a chunk, and memory stays as it is from chunk to chunk', {
  timeout: 300_000,
}, async () => {
  const body = JSON.stringify({ ...CALL, stream: true })
  const agent = new Agent({ maxSockets: Infinity })
  let arrived = 0
  const whole = Promise.all(
    Array.from({ length: STREAMS }, async () => {
      const asked = request(`${t.gateway.url}/v1/chat/completions`, { method: 'POST', agent })
      asked.end(body)
      const [reply] = await once(asked, 'response')
      let said = ''
      for await (const piece of reply.setEncoding('utf8')) {
        said += piece
        arrived++
      }
      return said
    }),
  )
  await until(() => streams.length === STREAMS)
  const resident: number[] = []
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    for (const stream of streams) stream.write(event(`${chunk},`))
    await until(() => arrived >= (chunk + 1) * STREAMS)
    resident.push(process.memoryUsage.rss())
  }
  assert.equal((await callsAt(t.gateway)).running, STREAMS)
  for (const stream of streams) stream.end(`${event('', 'stop')}data: [DONE]\n\n`)
  const expected = `${Array.from({ length: CHUNKS }, (_, chunk) => event(`${chunk},`)).join('')}${event('', 'stop')}data: [DONE]\n\n`
  for (const said of await whole) assert.equal(said, expected)
  const grown = Math.max(...resident.slice(2)) - resident[1]!
  assert.ok(grown < 100e6, `${Math.round(grown / 1e6)} MB more after ${CHUNKS} chunks`)
})
