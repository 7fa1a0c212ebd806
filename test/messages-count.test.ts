import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { CLAUDE, GEMINI, type MessagesGateway, startMessagesGateway } from './messages-gateway.ts'
import { json } from './scripted-upstream.ts'

let t: MessagesGateway
before(async () => {
  t = await startMessagesGateway()
})
after(() => t.close())

const messages = [{ role: 'user' as const, content: 'How many tokens is this sentence?' }]

test('Anthropic’s own count is passed on for its models, which are asked under the name that it knows', async () => {
  t.upstream.answer(json({ input_tokens: 17 }))
  const { data, response } = await t.client.messages
    .countTokens({ model: 'anthropic/claude-sonnet-4.5', messages, system: 'x' })
    .withResponse()
  assert.deepEqual([data, response.headers.get('x-meritorder-estimated')], [{ input_tokens: 17 }, null])
  const { path, body, headers } = t.upstream.last()
  assert.equal(path, '/anthropic/v1/messages/count_tokens')
  assert.deepEqual(body, { messages, system: 'x', model: CLAUDE })
  assert.equal(headers['x-api-key'], 'sk-upstream')
})

test('elsewhere, and where the host does not answer, the count is our estimate and says so', async () => {
  const asked = t.upstream.seen.length
  const count = (model: string) => t.client.messages.countTokens({ model, messages }).withResponse()
  const google = await count(GEMINI)
  assert.equal(google.response.headers.get('x-meritorder-estimated'), 'true')
  assert.ok(google.data.input_tokens >= 7 && google.data.input_tokens <= 15)
  assert.equal(t.upstream.seen.length, asked)
  for (const script of [json({}, { status: 500 }), json('busy'), json({ input_tokens: 'many' })]) {
    t.upstream.answer(script)
    const { data, response } = await count(CLAUDE)
    assert.deepEqual([data, response.headers.get('x-meritorder-estimated')], [google.data, 'true'])
  }
})

test('what cannot be counted is refused in Anthropic’s words', async () => {
  await assert.rejects(
    t.client.messages.countTokens({ model: CLAUDE, messages: [] }),
    (error) => error instanceof Anthropic.BadRequestError && error.type === 'invalid_request_error',
  )
})
