import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { messages } from '../receive/dialects/messages.ts'
import { keepAlive } from './keep-alive.ts'

test('a Messages stream is pinged before its first event, and Anthropic’s client reads it as if it were not', async () => {
  let pings = 0
  const answered = Promise.withResolvers<void>()
  const server = createServer((_, reply) => {
    const write = reply.write.bind(reply)
    reply.write = ((text: string) => {
      if (text === messages.signOfLife && ++pings === 3) answered.resolve()
      return write(text)
    }) as typeof reply.write
    const begin = () => reply.writeHead(200, { 'content-type': 'text/event-stream' })
    const stop = keepAlive(reply, messages.signOfLife ?? '', 5, begin)
    void answered.promise.then(async () => {
      stop()
      const finish = {
        type: 'finish' as const,
        usage,
        finishReason: { unified: 'stop' as const, raw: 'stop' },
      }
      async function* parts() {
        yield { type: 'text-delta' as const, id: '0', delta: 'late' }
        yield finish
      }
      for await (const event of messages.writeStream(parts(), facts)) write(event)
      reply.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new Anthropic({ baseURL, apiKey: 'none', maxRetries: 0 })
  const asked = { model: 'any', max_tokens: 9, messages: [{ role: 'user' as const, content: 'x' }] }
  const { content } = await client.messages.stream(asked).finalMessage()
  assert.equal(content[0]?.type === 'text' && content[0].text, 'late')
  assert.equal(pings, 3)
  server.closeAllConnections()
  server.close()
})

const facts = { id: 'gen-1', model: 'a/b', provider: 'host', created: 5, asked: {} }
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}
