import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MeritorderError } from '../../../errors.ts'
import { readCall } from './read-call.ts'

const messages = [{ role: 'user', content: 'hello' }]
const prompt = [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }]
const weather = { type: 'function', function: { name: 'weather' } }

test('every setting that the canonical form has a place for is found there', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } }
  const { options: call, losses } = readCall({
    messages,
    max_tokens: 10,
    max_completion_tokens: 20,
    temperature: 0.5,
    top_p: 0.9,
    top_k: 40,
    presence_penalty: 0.1,
    frequency_penalty: 0.2,
    stop: 'END',
    seed: 7,
    reasoning_effort: 'high',
    response_format: { type: 'json_schema', json_schema: { name: 'place', schema, strict: true } },
    tools: [
      { type: 'function', function: { name: 'weather', description: 'd', parameters: schema, strict: true } },
    ],
    tool_choice: { type: 'function', function: { name: 'weather' } },
  })
  assert.deepEqual(call, {
    prompt,
    maxOutputTokens: 20,
    temperature: 0.5,
    topP: 0.9,
    topK: 40,
    presencePenalty: 0.1,
    frequencyPenalty: 0.2,
    stopSequences: ['END'],
    seed: 7,
    reasoning: 'high',
    responseFormat: { type: 'json', name: 'place', schema },
    tools: [{ type: 'function', name: 'weather', description: 'd', inputSchema: schema, strict: true }],
    toolChoice: { type: 'tool', toolName: 'weather' },
    providerOptions: { google: { thinkingConfig: { includeThoughts: true } } },
  })
  assert.deepEqual(losses, [])
})

test('null counts as absent; what has no place is left out and told as lost', () => {
  const { options: call, losses } = readCall({
    messages,
    model: 'x',
    temperature: null,
    stop: null,
    tools: null,
    logit_bias: { 5: 1 },
    foo: [1],
  })
  assert.deepEqual(call, { prompt, providerOptions: { openai: { logitBias: { 5: 1 } } } })
  assert.deepEqual(losses, [
    { field: 'foo', reason: 'has no equal at providers that speak another dialect' },
    { field: 'logit_bias', reason: 'has no equal at this provider', takenBy: ['openai'] },
  ])
})

test('OpenRouter’s reasoning is read where OpenAI’s is not given', () => {
  const reasoningOf = (body: object) => readCall({ messages, ...body }).options.reasoning
  assert.equal(reasoningOf({ reasoning: { effort: 'low' } }), 'low')
  assert.equal(reasoningOf({ reasoning: { effort: 'low' }, reasoning_effort: 'low' }), 'low')
  assert.throws(() => reasoningOf({ reasoning: { effort: 'low' }, reasoning_effort: 'max' }), /the same as/)
  assert.equal(reasoningOf({ reasoning: { enabled: false, effort: 'high' } }), 'none')
  assert.equal(reasoningOf({ reasoning: { enabled: true } }), 'medium')
  assert.equal(reasoningOf({ reasoning: { max_tokens: 100 } }), undefined)
})

test('simple forms: several stops, JSON without a schema, a tool without parameters, a choice in a word', () => {
  const { options: call } = readCall({
    messages,
    stop: ['a', 'b'],
    response_format: { type: 'json_object' },
    tools: [weather],
    tool_choice: 'none',
  })
  assert.deepEqual(call.stopSequences, ['a', 'b'])
  assert.deepEqual(call.responseFormat, { type: 'json' })
  assert.deepEqual(call.tools, [
    { type: 'function', name: 'weather', inputSchema: { type: 'object', properties: {} } },
  ])
  assert.deepEqual(call.toolChoice, { type: 'none' })
  assert.equal(readCall({ messages, response_format: { type: 'text' } }).options.responseFormat, undefined)
})

for (const [field, body] of [
  ['messages', { messages: 'hello' }],
  ['messages[0]', { messages: [1] }],
  ['messages[0].role', { messages: [{ role: 'wizard', content: '' }] }],
  ['temperature', { temperature: '1' }],
  ['max_tokens', { max_tokens: 1.5 }],
  ['stop[1]', { stop: ['a', 2] }],
  ['reasoning_effort', { reasoning_effort: 'heroic' }],
  ['response_format.type', { response_format: { type: 'xml' } }],
  ['response_format.json_schema', { response_format: { type: 'json_schema' } }],
  ['tools[0].type', { tools: [{ type: 'custom' }] }],
  ['tools[1].function.name', { tools: [weather, { type: 'function', function: {} }] }],
  [
    'tools[0].function.parameters',
    { tools: [{ type: 'function', function: { name: 'a', parameters: 'b' } }] },
  ],
  ['tool_choice', { tool_choice: 'perhaps' }],
  [
    'tool_choice.function.name',
    { tools: [weather], tool_choice: { type: 'function', function: { name: 'x' } } },
  ],
  ['n', { n: 2 }],
  ['functions', { functions: [] }],
] as const)
  test(`${field} is named when it is wrong`, () => {
    assert.throws(
      () => readCall({ messages, ...body }),
      (error) =>
        error instanceof MeritorderError &&
        error.code === 'invalid_request' &&
        error.detail.limit === field &&
        error.message.startsWith(`${field} must be`),
    )
  })

test('whatever the body holds, it is read or refused as an invalid request', () => {
  const names = [
    'messages',
    'tools',
    'tool_choice',
    'stop',
    'response_format',
    'reasoning',
    'n',
    'seed',
  ] as const
  const parts = fc.array(
    fc.record({
      role: fc.constantFrom('user', 'assistant', 'tool', 'system'),
      content: fc.jsonValue(),
      tool_calls: fc.jsonValue(),
    }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.oneof(fc.jsonValue(), parts), (name, value) => {
      try {
        readCall({ messages, [name]: value })
      } catch (error) {
        assert.ok(error instanceof MeritorderError && error.code === 'invalid_request', String(error))
      }
    }),
    { numRuns: 500 },
  )
})
