import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'
import { withoutSpecs } from './openapi-schema.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { validatedFetch } from './validated-responses.ts'

let t: TestGateway
let openai: OpenAI
before(async () => {
  t = await startTestGateway()
  openai = new OpenAI({
    baseURL: `${t.gateway.url}/v1`,
    apiKey: 'none',
    maxRetries: 0,
    fetch: validatedFetch,
  })
})
beforeEach(() => t.simulator.clearFaults())
after(() => t.close())

const model = 'auto'
const input = 'Correct the grammar of this sentence: he go to school yesterday.'
const weather = {
  type: 'function' as const,
  name: 'weather',
  description: 'The weather in a city',
  strict: true,
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
}

test('bodies and events are checked against OpenAI’s schema', { skip: withoutSpecs }, () => {})

async function story(id: string | null): Promise<Record<string, unknown>> {
  for (;;) {
    const reply = await fetch(`${t.gateway.url}/v1/generation?id=${id}`)
    // Who left does not wait for the record as others do.
    if (reply.ok) return ((await reply.json()) as { data: Record<string, unknown> }).data
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('OpenAI’s client gets a response from the model chosen for it, and the record has what was said', async () => {
  const { data, response } = await openai.responses
    .create({ model, input, instructions: 'Be brief.', temperature: 0.2, metadata: { team: 'a' } })
    .withResponse()
  assert.ok(data.output_text)
  assert.deepEqual([data.status, data.instructions, data.temperature], ['completed', 'Be brief.', 0.2])
  assert.deepEqual(data.metadata, { team: 'a' })
  assert.equal(data.id, response.headers.get('x-generation-id')?.replace('gen-', 'resp_'))
  const told = await story(response.headers.get('x-generation-id'))
  assert.deepEqual([told.answer, told.finish_reason], [data.output_text, 'stop'])
  assert.equal(told.native_tokens_completion, data.usage?.output_tokens)
  assert.deepEqual(told.tags as object, { 'metadata.team': 'a' })
})

test('a stream has OpenAI’s events in their order, and its record has all of the text', async () => {
  const { data: stream, response } = await openai.responses
    .create({ model, input, stream: true })
    .withResponse()
  const types: string[] = []
  let text = ''
  for await (const event of stream) {
    if (types.at(-1) !== event.type) types.push(event.type)
    if (event.type === 'response.output_text.delta') text += event.delta
    if (event.type === 'response.completed') assert.equal(event.response.output.length, 1)
  }
  assert.deepEqual(types, [
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.output_item.done',
    'response.completed',
  ])
  const told = await story(response.headers.get('x-generation-id'))
  assert.deepEqual([told.answer, told.outcome], [text, 'complete'])
})

test('the client’s own stream reader puts the same response together', async () => {
  const stream = openai.responses.stream({ model, input })
  const final = await stream.finalResponse()
  assert.ok(final.output_text)
  assert.ok(final.usage?.total_tokens)
})

test('an answer that runs into its limit is incomplete, whole and streamed', async () => {
  const limited = await openai.responses.create({ model, input, max_output_tokens: 1 })
  assert.equal(limited.status, 'incomplete')
  assert.equal(limited.incomplete_details?.reason, 'max_output_tokens')
  const stream = await openai.responses.create({ model, input, max_output_tokens: 1, stream: true })
  const types: string[] = []
  for await (const event of stream) types.push(event.type)
  assert.equal(types.at(-1), 'response.incomplete')
})

test('a function is called, and its result answered, without anything being kept in between', async () => {
  const asked = { model, tools: [weather], tool_choice: 'required' as const, store: false }
  const first = await openai.responses.create({ ...asked, input: 'What is the weather in Paris?' })
  const call = first.output.find((item) => item.type === 'function_call')
  assert.equal(call?.name, 'weather')
  assert.equal(typeof JSON.parse(call.arguments).city, 'string')
  const second = await openai.responses.create({
    model,
    tools: [weather],
    input: [
      { role: 'user', content: 'What is the weather in Paris?' },
      ...(first.output as OpenAI.Responses.ResponseInputItem[]),
      { type: 'function_call_output', call_id: call.call_id, output: '21 °C' },
    ],
  })
  assert.ok(second.output_text)
})

test('the arguments of a function come in pieces', async () => {
  const stream = openai.responses.stream({
    model,
    input: 'What is the weather in Paris?',
    tools: [weather],
    tool_choice: { type: 'function', name: 'weather' },
  })
  let pieces = ''
  for await (const event of stream)
    if (event.type === 'response.function_call_arguments.delta') pieces += event.delta
  const [call] = (await stream.finalResponse()).output
  assert.equal(call?.type === 'function_call' && call.arguments, pieces)
})

test('structured output is parsed by the client', async () => {
  const city = z.object({ name: z.string(), population: z.number() })
  const answer = await openai.responses.parse({
    model,
    input: 'Name a city.',
    text: { format: zodTextFormat(city, 'city') },
  })
  assert.equal(typeof answer.output_parsed?.name, 'string')
  assert.equal(typeof answer.output_parsed?.population, 'number')
})

test('an upstream that dies in the middle is an error event, and an error for the client', async () => {
  t.simulator.setFault({ fault: 'cut:3' })
  const { data: stream, response } = await openai.responses
    .create({ model, input, stream: true })
    .withResponse()
  await assert.rejects(async () => {
    for await (const _ of stream);
  }, OpenAI.APIError)
  assert.equal((await story(response.headers.get('x-generation-id'))).outcome, 'incomplete')
})

test('a caller who leaves in the middle is recorded as that', async () => {
  t.simulator.setFault({ fault: 'stall:3' })
  const { data: stream, response } = await openai.responses
    .create({ model, input, stream: true })
    .withResponse()
  for await (const event of stream) if (event.type === 'response.output_text.delta') stream.controller.abort()
  const id = response.headers.get('x-generation-id')
  assert.equal((await story(id)).outcome, 'client_closed')
})

const image = (url: string) => [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }]
const call = { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' }
const result = { type: 'function_call_output', call_id: 'c', output: 'x' }
const fn = (rest: object) => [{ type: 'function', name: 'f', ...rest }]

for (const [body, param] of [
  [{ input: '' }, 'input'],
  [{ input: [] }, 'input'],
  [{ input: 7 }, 'input'],
  [{ input: ['text'] }, 'input[0]'],
  [{ input: [{ type: 'unheard_of' }] }, 'input[0].type'],
  [{ input: [{ content: 'x' }] }, 'input[0].type'],
  [{ input: [{ role: 'robot', content: 'x' }] }, 'input[0].role'],
  [{ input: [{ role: 'user' }] }, 'input[0].content'],
  [{ input: [{ role: 'user', content: ['x'] }] }, 'input[0].content[0]'],
  [{ input: [{ role: 'user', content: [{ type: 'input_text' }] }] }, 'input[0].content[0].text'],
  [{ input: image('http://10.0.0.1/a.png') }, 'input[0].content[0].image_url'],
  [{ input: image('data:text/html;base64,AAAA') }, 'input[0].content[0].image_url'],
  [{ input: [result] }, 'input[0].call_id'],
  [{ input: [result, call] }, 'input[0].call_id'],
  [{ input: [call, result, result] }, 'input[2].call_id'],
  [{ input: [call, call] }, 'input[1].call_id'],
  [{ input: [call] }, 'input[0]'],
  [{ input: [{ ...call, arguments: {} }, result] }, 'input[0].arguments'],
  [{ input: [{ ...call, arguments: 'no' }, result] }, 'input[0].arguments'],
  [{ input: [call, { ...result, output: 7 }] }, 'input[1].output'],
  [{ input: [{ type: 'item_reference', id: 'msg_unknown' }] }, 'input[0]'],
  [{ input: [{ type: 'web_search_call', id: 'ws_1', status: 'completed' }] }, 'hosted_tools'],
  [
    { input: [{ type: 'reasoning', summary: [], encrypted_content: 'meritorder.1.x' }] },
    'input[0].encrypted_content',
  ],
  [{ tools: {} }, 'tools'],
  [{ tools: [{ type: 'web_search' }] }, 'hosted_tools'],
  [{ input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'file_1' }] }] }, 'hosted_tools'],
  [{ tools: fn({ name: 'no spaces' }) }, 'tools[0].name'],
  [{ tools: [...fn({}), ...fn({})] }, 'tools[1].name'],
  [{ tools: fn({ parameters: { type: 'string' } }) }, 'tools[0].parameters.type'],
  [{ tools: fn({ parameters: { type: 'object', properties: [] } }) }, 'tools[0].parameters.properties'],
  [{ tools: fn({}), tool_choice: { type: 'function', name: 'g' } }, 'tool_choice.name'],
  [{ tool_choice: 'maybe' }, 'tool_choice'],
  [{ text: { format: { type: 'xml' } } }, 'text.format.type'],
  [{ text: { format: { type: 'json_schema', name: 'x' } } }, 'text.format.schema'],
  [{ reasoning: { effort: 'immense' } }, 'reasoning.effort'],
  [{ max_output_tokens: 0 }, 'max_output_tokens'],
  [{ temperature: 'hot' }, 'temperature'],
  [{ stream: 'yes' }, 'stream'],
  [{ store: 'yes' }, 'store'],
  [{ background: true }, 'background'],
  [{ conversation: 'conv_1' }, 'conversation'],
  [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
] as [object, string][])
  test(`${JSON.stringify(body)} is refused at ${param}, and nobody is asked`, async () => {
    const asked = t.simulator.counters().requests
    const error = await openai.responses.create({ model, input, ...body } as never).catch((thrown) => thrown)
    assert.ok(error instanceof OpenAI.BadRequestError)
    assert.deepEqual([error.param, error.code], [param, null])
    assert.equal(t.simulator.counters().requests, asked)
  })
