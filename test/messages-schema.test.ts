import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { GEMINI, type MessagesGateway, OPEN, startMessagesGateway } from './messages-gateway.ts'
import { validatorOf, withoutSpecs } from './openapi-schema.ts'
import { events, frame, json } from './scripted-upstream.ts'
import { REPLIES } from './translated-replies.ts'

let t: MessagesGateway
before(async () => {
  t = await startMessagesGateway()
})
after(() => t.close())

const post = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${t.url}/v1/messages`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ max_tokens: 9, messages: [{ role: 'user', content: 'x' }], ...body }),
  })

const signed = {
  candidates: [
    {
      content: {
        parts: [
          { text: 'hm', thought: true, thoughtSignature: 's' },
          { functionCall: { name: 'f', args: {} }, thoughtSignature: 's' },
        ],
      },
      finishReason: 'STOP',
    },
  ],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, cachedContentTokenCount: 3 },
}
const { google, 'openai-compatible': open } = REPLIES

/** What each family may answer: with thoughts, text and calls; signed; with nothing. */
const ANSWERS = [
  { model: GEMINI, whole: google.whole, streamed: google.events },
  { model: GEMINI, whole: signed, streamed: [signed] },
  { model: OPEN, whole: open.whole, streamed: open.events },
  {
    model: OPEN,
    whole: { choices: [{ index: 0, message: { content: '' }, finish_reason: 'length' }] },
    streamed: [{ choices: [{ index: 0, delta: {}, finish_reason: 'length' }] }],
  },
]

test('every whole answer and every event that we write is as the schema has it', {
  skip: withoutSpecs,
}, async () => {
  const validateAnswer = validatorOf('openrouter', 'MessagesResult')
  const validateEvent = validatorOf('openrouter', 'MessagesStreamEvents')
  for (const { model, whole, streamed } of ANSWERS) {
    t.upstream.answer(json(whole))
    validateAnswer(await (await post({ model })).json())
    t.upstream.answer(events(streamed.map(frame)))
    const text = await (await post({ model, stream: true })).text()
    const sent = text.split('\n\n').filter(Boolean)
    assert.ok(sent.length >= 4)
    for (const event of sent) validateEvent(JSON.parse(event.slice(event.indexOf('data: ') + 6)))
  }
})

test('every error is as the schema has it, whole and as the last event of a stream', {
  skip: withoutSpecs,
}, async () => {
  const validateError = validatorOf('openrouter', 'AnthropicMessagesErrorResponse')
  t.upstream.answer(json(open.refusal('no'), { status: 529 }))
  for (const body of [{ model: OPEN }, { model: 'nobody/nothing' }, { model: OPEN, max_tokens: 'many' }])
    validateError(await (await post(body)).json())
  t.upstream.answer(events(open.events.slice(0, 2).map(frame), { ending: 'cut' }))
  const text = await (await post({ model: OPEN, stream: true })).text()
  const last = JSON.parse(text.trim().split('data: ').at(-1) ?? '')
  validatorOf('openrouter', 'MessagesErrorEvent')(last)
})
