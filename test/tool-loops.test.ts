import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { type ConversationGateway, keyOf, says, startConversationGateway } from './conversation-gateway.ts'

const EVEN = { near: 1, far: 1.5, north: 5, south: 6 }
/** Another model has become the better choice. */
const TURNED = { ...EVEN, north: 0.1, south: 0.2 }

let t: ConversationGateway
before(async () => {
  t = await startConversationGateway(EVEN)
})
beforeEach(async () => {
  for (const host of Object.keys(EVEN)) t.answer(host, () => says())
  await t.reprice(EVEN)
  t.called()
})
after(() => t.close())

const schema = {
  type: 'object' as const,
  properties: { where: { enum: ['up', 'down'] } },
  required: ['where'],
  additionalProperties: false,
}

test('a tool loop in Messages keeps its model, also where the results come with words of the user', async () => {
  const client = new Anthropic({ baseURL: t.url, apiKey: keyOf('ann'), maxRetries: 0 })
  const about = { model: 'auto', max_tokens: 99, tools: [{ name: 'look', input_schema: schema }] }
  t.answer('near', () => says({ calls: 'call-m' }))
  const question = { role: 'user' as const, content: 'What is in the sky?' }
  const first = await client.messages.create({ ...about, messages: [question] })
  const call = first.content.find((block) => block.type === 'tool_use')
  assert.ok(call)
  await t.reprice(TURNED)
  t.answer('near', () => says())
  const result = { type: 'tool_result' as const, tool_use_id: call.id, content: 'the moon' }
  const answered = { role: 'user' as const, content: [result, { type: 'text' as const, text: 'Well?' }] }
  const messages = [question, { role: 'assistant' as const, content: first.content }, answered]
  await client.messages.create({ ...about, messages })
  assert.deepEqual(t.called(), ['near', 'near'])
  const elsewhere = [...messages, { role: 'assistant' as const, content: 'The moon.' }, question]
  await client.messages.create({ ...about, messages: elsewhere })
  assert.deepEqual(t.called(), ['north'])
})

test('a tool loop in Responses keeps its model, whether the conversation is sent or gone on with', async () => {
  const { responses } = t.client('ann')
  const tools = [{ type: 'function' as const, name: 'look', parameters: schema, strict: true }]
  const about = { model: 'auto', tools }
  t.answer('near', () => says({ calls: 'call-r' }))
  const first = await responses.create({ ...about, input: 'What is in the sea?' })
  const call = first.output.find((item) => item.type === 'function_call')
  assert.ok(call)
  await t.reprice(TURNED)
  t.answer('near', () => says())
  const output = { type: 'function_call_output' as const, call_id: call.call_id, output: 'fish' }
  await responses.create({ ...about, previous_response_id: first.id, input: [output] })
  await responses.create({
    ...about,
    input: [{ role: 'user', content: 'What is in the sea?' }, call, output],
  })
  assert.deepEqual(t.called(), ['near', 'near', 'near'])
})

test('a tool loop of streams keeps its model', async () => {
  const { completions } = t.client('ann').chat
  const tools = [{ type: 'function' as const, function: { name: 'look', parameters: schema } }]
  const pieces = ['{"where":', '"up"}'].map((text, i) => ({
    index: 0,
    ...(i === 0 ? { id: 'call-s', type: 'function' } : {}),
    function: { ...(i === 0 ? { name: 'look' } : {}), arguments: text },
  }))
  const events = [
    ...pieces.map((piece) => ({ delta: { tool_calls: [piece] }, finish_reason: null })),
    { delta: {}, finish_reason: 'tool_calls' },
  ].map((choice) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`)
  t.answer('near', () => ({ contentType: 'text/event-stream', pieces: [...events, 'data: [DONE]\n\n'] }))
  const question = { role: 'user' as const, content: 'What is in the lake?' }
  const about = { model: 'auto', tools, stream: true as const }
  for await (const _ of await completions.create({ ...about, messages: [question] }));
  await t.reprice(TURNED)
  const call = {
    id: 'call-s',
    type: 'function' as const,
    function: { name: 'look', arguments: '{"where":"up"}' },
  }
  await completions
    .create({
      ...about,
      messages: [
        question,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call-s', content: 'a boat' },
      ],
    })
    .then(async (stream) => {
      for await (const _ of stream);
    })
  assert.deepEqual(t.called(), ['near', 'near'])
})

test('how often tool calls keep their schemas is told with the endpoints of a model', async () => {
  const { completions } = t.client('ben').chat
  const share = async () => {
    const reply = await fetch(`${t.url}/v1/models/acme/tall/endpoints`, {
      headers: { authorization: `Bearer ${keyOf('ben')}` },
    })
    const { data } = (await reply.json()) as { data: { endpoints: Record<string, unknown>[] } }
    return data.endpoints.find(({ tag }) => tag === 'north')?.valid_tool_calls_last_1d
  }
  const ask = (parameters: object, name = 'look') =>
    completions.create({
      model: 'acme/tall',
      messages: [{ role: 'user', content: 'Look.' }],
      tools: [{ type: 'function', function: { name, parameters: parameters as Record<string, unknown> } }],
    })
  t.answer('north', () => says({ calls: 'call-v' }))
  assert.equal(await share(), null)
  await ask(schema)
  assert.equal(await share(), 100)
  await ask({ ...schema, properties: { where: { enum: ['left'] } } })
  assert.equal(await share(), 50)
  await ask(schema, 'gaze')
  assert.equal(await share(), 33.333)
  t.answer('north', () => says())
  await ask(schema)
  assert.equal(await share(), 33.333)
})
