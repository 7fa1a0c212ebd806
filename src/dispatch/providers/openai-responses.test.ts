import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { MockAgent } from 'undici'
import { callFacts } from '../../../test/call-facts.ts'
import { candidateAt } from '../../../test/translated-provider.ts'
import { loadConfig } from '../../config/load.ts'
import { createStop } from '../../dispatch/stop.ts'
import { createHealthBoard } from '../../market/health.ts'
import { responses } from '../../receive/dialects/responses.ts'
import { readCall } from '../../receive/read-call.ts'
import { dispatchContext } from '../../serve/dispatch-context.ts'

const health = { sent: () => {}, ...createHealthBoard({ now: () => 0 }) }

for (const [baseUrl, path] of [
  ['https://api.openai.com/v1', '/v1/responses'],
  ['https://api.acme.example/v1', '/v1/chat/completions'],
] as const)
  test(`a Responses call for a model that ${baseUrl} sells in chat completions goes to ${path}`, async () => {
    const sent = await sentTo(baseUrl, path)
    if (path === '/v1/responses') assert.deepEqual(sent, { input: 'hi', model: 'large', store: false })
    else assert.deepEqual(sent.messages, [{ role: 'user', content: 'hi' }])
  })

/** Sends one call to a host that is played by a mock, and tells what it was sent. */
async function sentTo(baseUrl: string, path: string): Promise<Record<string, unknown>> {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const host = agent.get(new URL(baseUrl).origin)
  let sent: unknown
  host.intercept({ path, method: 'POST' }).reply(
    200,
    (options) => {
      sent = options.body
      return { output: [], choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop' }] }
    },
    { headers: { 'content-type': 'application/json' } },
  )
  const { config } = loadConfig({ environment: {}, cwd: '/' })
  const pools = { of: () => host, close: () => agent.close() }
  const { senders } = dispatchContext(config, pools, health, createStop())
  const call = readCall(Buffer.from('{"input":"hi","model":"x"}'), {}, callFacts(responses))
  const ended = Promise.withResolvers<void>()
  senders['openai-compatible']?.(
    { call, candidate: candidateAt('openai-compatible', baseUrl) },
    { head: () => {}, usage: () => {}, data: () => undefined, end: ended.resolve, fail: ended.reject },
  )
  await ended.promise
  await agent.close()
  // A body that passes through is bytes, a package's a stream of them.
  return JSON.parse(Buffer.isBuffer(sent) ? sent.toString() : await text(sent as AsyncIterable<Uint8Array>))
}
