import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createReplyReader } from './read-reply.ts'

test('text, tool calls, finish reason and usage of a stream are gathered', () => {
  const reply = createReplyReader()
  const delta = (delta: object, finish: string | null = null) =>
    reply.read({ choices: [{ delta, finish_reason: finish }] })
  delta({ role: 'assistant', content: 'Hel' })
  delta({ content: 'lo' })
  delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'f', arguments: '{"a"' } }] })
  delta({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] })
  delta({}, 'tool_calls')
  const last = reply.read({
    choices: [],
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 2 },
    },
  })
  assert.equal(last.kind, 'usage')
  assert.equal(reply.text(), 'Hello{"tool_calls":[{"name":"f","arguments":"{\\"a\\":1}"}]}')
  assert.equal(reply.finishReason(), 'tool_calls')
  assert.deepEqual(reply.usage(), {
    promptTokens: 10,
    completionTokens: 5,
    reasoningTokens: 2,
    cacheReadTokens: 4,
    cacheWriteTokens: 0,
    estimated: false,
  })
})

test('an error object is recognised whatever its shape', () => {
  const read = (error: unknown) => createReplyReader().read({ error })
  assert.deepEqual(read({ message: 'no', code: 429 }), { kind: 'error', message: 'no', status: 429 })
  assert.deepEqual(read('boom'), { kind: 'error', message: 'boom', status: undefined })
  assert.equal(read({ type: 'x' }).kind, 'error')
  assert.notEqual(createReplyReader().read({ error: null, choices: [] }).kind, 'error')
})

test('nonsense in place of any field is ignored, never thrown at', () => {
  const nonsense = fc.record({ choices: fc.jsonValue(), usage: fc.jsonValue() })
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), nonsense),
      (value) => createReplyReader().read(value).kind.length > 0,
    ),
  )
})

test('token counts that are no counts are no usage', () => {
  const reply = createReplyReader()
  reply.read({ choices: [], usage: { prompt_tokens: -1, completion_tokens: 'x' } })
  assert.equal(reply.usage(), undefined)
})

test('the closing event is the end, and an event that is no JSON is broken', () => {
  const reply = createReplyReader()
  assert.deepEqual(reply.readEvent('[DONE]'), { kind: 'end' })
  assert.equal(reply.readEvent('{"choices":[{"delta":{"content":"hi"}}]}').kind, 'content')
  assert.deepEqual(reply.readEvent('{"choices'), { kind: 'broken' })
  assert.equal(reply.text(), 'hi')
})

test('what announces an answer and says nothing of it is its preamble, until something is said', () => {
  const reply = createReplyReader()
  const kindOf = (delta: object, ending: object = {}) => reply.read({ choices: [{ delta, ...ending }] }).kind
  assert.equal(reply.read({ choices: [], prompt_filter_results: [] }).kind, 'preamble')
  assert.equal(kindOf({ role: 'assistant', content: '', refusal: null, reasoning: '' }), 'preamble')
  assert.equal(kindOf({ role: 'assistant', tool_calls: [] }, { finish_reason: null }), 'preamble')
  assert.equal(kindOf({ content: 'a' }), 'content')
  assert.equal(kindOf({ content: '' }), 'content')
  const empty = createReplyReader()
  assert.equal(empty.read({ choices: [{ delta: {}, finish_reason: 'stop' }] }).kind, 'content')
})

test('of tool calls without end as much is kept as of a text', () => {
  const reply = createReplyReader()
  for (let index = 0; index < 100_000; index++)
    reply.read({ choices: [{ delta: { tool_calls: [{ index, id: '', function: {} }] } }] })
  assert.ok(reply.toolCalls!().length < 50_000)
  const named = createReplyReader()
  for (let i = 0; i < 100; i++)
    named.read({
      choices: [{ delta: { tool_calls: [{ index: 0, function: { name: 'f'.repeat(100_000) } }] } }],
    })
  assert.ok(named.text().length < 5_000_000)
})
