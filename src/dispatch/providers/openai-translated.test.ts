import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { MockAgent } from 'undici'
import { callFacts } from '../../../test/call-facts.ts'
import { candidateAt } from '../../../test/translated-provider.ts'
import { completions } from '../../receive/dialects/completions.ts'
import { readCall } from '../../receive/read-call.ts'
import { openAiTranslated } from './openai-translated.ts'

for (const [baseUrl, limit] of [
  ['https://api.openai.com/v1', 'max_completion_tokens'],
  ['https://api.acme.example/v1', 'max_tokens'],
] as const)
  test(`a legacy completion goes to ${baseUrl} as a chat with its limit as ${limit}, and comes back as a completion`, async () => {
    const { body, reply } = await complete(baseUrl, { prompt: 'Once', max_tokens: 9, stop: 'END' })
    const messages = [{ role: 'user', content: 'Once' }]
    assert.deepEqual(body, { model: 'large', messages, [limit]: 9, stop: ['END'] })
    assert.equal(reply.object, 'text_completion')
    assert.deepEqual(reply.choices, [
      {
        text: ' upon',
        reasoning: 'hm',
        index: 0,
        logprobs: null,
        finish_reason: 'length',
        native_finish_reason: 'length',
      },
    ])
  })

/** Sends one call to a host that is played by a mock, and tells what it was sent and what came of it. */
async function complete(baseUrl: string, body: object) {
  const agent = new MockAgent()
  agent.disableNetConnect()
  const host = agent.get(new URL(baseUrl).origin)
  let sent: AsyncIterable<Uint8Array> | undefined
  const message = { role: 'assistant', content: ' upon', reasoning_content: 'hm' }
  host.intercept({ path: '/v1/chat/completions', method: 'POST' }).reply(
    200,
    (options) => {
      sent = options.body as unknown as AsyncIterable<Uint8Array>
      return { choices: [{ index: 0, message, finish_reason: 'length' }] }
    },
    { headers: { 'content-type': 'application/json' } },
  )
  const call = readCall(Buffer.from(JSON.stringify(body)), {}, callFacts(completions))
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const pieces: Buffer[] = []
  openAiTranslated({ of: () => host, close: () => agent.close() })(
    { call, candidate: candidateAt('openai-compatible', baseUrl) },
    {
      head: () => {},
      usage: () => {},
      data: (piece) => void pieces.push(piece),
      end: () => resolve(Buffer.concat(pieces)),
      fail: reject,
    },
  )
  const reply = JSON.parse((await promise).toString())
  await agent.close()
  return { body: JSON.parse(await text(sent!)), reply }
}
