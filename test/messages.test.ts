import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { CLAUDE, GEMINI, type MessagesGateway, OPEN, startMessagesGateway } from './messages-gateway.ts'
import { events, frame, json } from './scripted-upstream.ts'
import { REPLIES, TEXT } from './translated-replies.ts'

let t: MessagesGateway
before(async () => {
  t = await startMessagesGateway()
})
after(() => t.close())

const ask = { max_tokens: 100, messages: [{ role: 'user' as const, content: 'hello' }] }

/** Anthropic's first event as it really is. */
const claudeEvents = REPLIES.anthropic.events.map((event) => {
  if (!('message' in event)) return event
  return {
    ...event,
    message: { type: 'message', role: 'assistant', content: [], ...(event.message as object) },
  }
})

const FAMILIES = [
  { model: CLAUDE, whole: REPLIES.anthropic.whole, streamed: claudeEvents },
  { model: GEMINI, whole: REPLIES.google.whole, streamed: REPLIES.google.events },
  { model: OPEN, whole: REPLIES['openai-compatible'].whole, streamed: REPLIES['openai-compatible'].events },
]

/** What every family says: thoughts, text, a call without arguments and one with. */
function assertSaid(message: Anthropic.Message): void {
  const [thought, text, now, add, ...rest] = message.content
  assert.ok(thought?.type === 'thinking' && text?.type === 'text')
  assert.ok(now?.type === 'tool_use' && add?.type === 'tool_use')
  assert.deepEqual([thought.thinking, text.text, rest], ['hm', TEXT, []])
  assert.deepEqual([now.id, now.name, now.input], ['t1', 'now', {}])
  assert.deepEqual([add.id, add.name, add.input], ['t2', 'add', { a: 1 }])
  assert.equal(message.stop_reason, 'tool_use')
  assert.deepEqual([message.usage.input_tokens, message.usage.output_tokens], [5, 9])
}

for (const { model, whole, streamed } of FAMILIES) {
  test(`${model}: a whole answer has its thoughts, its text and its parallel calls, and a record`, async () => {
    t.upstream.answer(json(whole))
    const { data, response } = await t.client.messages.create({ model, ...ask }).withResponse()
    assertSaid(data)
    const id = response.headers.get('x-meritorder-generation-id')
    assert.equal(response.headers.get('request-id'), id)
    const told = await t.story(id)
    assert.equal(told.outcome, 'complete')
    assert.ok(String(told.answer).startsWith(TEXT))
    assert.match(String(told.answer), /"name":"add","arguments":"\{\\"a\\":1\}"/)
    assert.deepEqual([told.native_tokens_prompt, told.native_tokens_completion], [5, 9])
  })

  test(`${model}: a stream is put together to the same message, with arguments as they come`, async () => {
    t.upstream.answer(events(streamed.map(frame)))
    const pieces: string[] = []
    const stream = t.client.messages.stream({ model, ...ask }).on('inputJson', (json) => pieces.push(json))
    assertSaid(await stream.finalMessage())
    assert.ok(pieces.includes('{"a":') || model === GEMINI)
    assert.equal(stream.request_id, stream.response?.headers.get('x-generation-id'))
    assert.equal((await t.story(stream.request_id)).outcome, 'complete')
  })

  test(`${model}: a stream’s events are named and in Anthropic’s order`, async () => {
    t.upstream.answer(events(streamed.map(frame)))
    const reply = await post({ model, ...ask, stream: true })
    const names: string[] = []
    for (const event of (await reply.text()).split('\n\n').filter(Boolean)) {
      const [, name, data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? []
      assert.equal(name, JSON.parse(data).type)
      if (name !== undefined && name !== 'ping' && name !== names.at(-1)) names.push(name)
    }
    const order = names.join(' ').replaceAll(BLOCK, 'block')
    assert.equal(order, 'message_start block block block block message_delta message_stop')
  })

  test(`${model}: an upstream that dies in the middle is an error for the official client, and incomplete in the record`, async () => {
    t.upstream.answer(events(streamed.slice(0, -2).map(frame), { ending: 'cut' }))
    const stream = await t.client.messages.create({ model, ...ask, stream: true }).withResponse()
    await assert.rejects(
      async () => {
        for await (const _ of stream.data);
      },
      (error) => error instanceof Anthropic.APIError && error.type === 'api_error',
    )
    assert.equal((await t.story(stream.request_id)).outcome, 'incomplete')
  })

  test(`${model}: a client that leaves tears the upstream’s connection down`, async () => {
    t.upstream.answer(events(streamed.slice(0, -2).map(frame), { ending: 'hang' }))
    const stream = t.client.messages.stream({ model, ...ask })
    stream.on('text', () => stream.abort())
    await assert.rejects(stream.done(), Anthropic.APIUserAbortError)
    await t.upstream.last().closed
  })
}

const BLOCK = /content_block_start (content_block_delta )?content_block_stop/g

function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${t.url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

test('metadata comes with the last event, where OpenRouter has it, and as a member of a whole answer', async () => {
  const headers = { 'x-openrouter-metadata': 'enabled' }
  t.upstream.answer(events(REPLIES['openai-compatible'].events.map(frame)))
  const text = await (await post({ model: OPEN, ...ask, stream: true, service_tier: 'auto' }, headers)).text()
  const last = JSON.parse(text.trim().split('data: ').at(-1) ?? '')
  assert.equal(last.type, 'message_stop')
  assert.deepEqual(
    last.openrouter_metadata.losses.map(({ field }: { field: string }) => field),
    ['service_tier'],
  )
  t.upstream.answer(json(REPLIES['openai-compatible'].whole))
  const whole = (await (await post({ model: OPEN, ...ask }, headers)).json()) as Record<string, unknown>
  assert.ok(whole.openrouter_metadata)
})

test('the model may be chosen, and a name of Claude’s as clients write it is found in the market', async () => {
  t.upstream.answer(({ path }) =>
    json(path.startsWith('/anthropic') ? REPLIES.anthropic.whole : REPLIES.google.whole),
  )
  for (const model of ['auto', 'claude-opus-4-1-20250805', 'anthropic/claude-sonnet-4.5', 'anthropic/*']) {
    const { response } = await t.client.messages.create({ model, ...ask }).withResponse()
    assert.ok(response.headers.get('x-meritorder-model'))
  }
  assert.match(t.upstream.last().path, /^\/anthropic\/v1\/messages$/)
})
