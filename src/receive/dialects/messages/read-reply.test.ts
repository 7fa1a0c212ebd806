import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createReplyReader } from './read-reply.ts'

const kindsOf = (events: readonly object[]) => {
  const reader = createReplyReader()
  return events.map((event) => reader.readEvent(JSON.stringify(event)).kind)
}
const start = {
  type: 'message_start',
  message: { content: [], usage: { input_tokens: 5, output_tokens: 1 } },
}
const open = (type: string) => ({ type: 'content_block_start', index: 0, content_block: { type, text: '' } })
const text = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' } }
const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }

test('a stream has begun with the first of its content, a call or its end', () => {
  const preamble = ['preamble', 'preamble', 'preamble']
  assert.deepEqual(kindsOf([start, { type: 'ping' }, open('text'), text]), [...preamble, 'content'])
  assert.deepEqual(kindsOf([start, open('tool_use')]), ['preamble', 'content'])
  assert.deepEqual(kindsOf([start, end, { type: 'message_stop' }]), ['preamble', 'content', 'end'])
})

test('an error inside a stream has the status that its type stands for', () => {
  const reader = createReplyReader()
  const read = (error: unknown) => reader.readEvent(JSON.stringify({ type: 'error', error }))
  assert.deepEqual(read({ type: 'overloaded_error', message: 'm' }), {
    kind: 'error',
    message: 'm',
    status: 529,
  })
  assert.deepEqual(read({ type: 'odd_error', message: 'm' }), {
    kind: 'error',
    message: 'm',
    status: undefined,
  })
  assert.deepEqual(read('gone'), { kind: 'error', message: 'gone', status: undefined })
})

test('rounds of one turn are summed as they are billed: an advisor’s are not the model’s', () => {
  const usage = {
    input_tokens: 1,
    output_tokens: 1,
    cache_read_input_tokens: 100,
    iterations: [
      { type: 'message', input_tokens: 10, output_tokens: 2 },
      { type: 'advisor_message', input_tokens: 1000, output_tokens: 500 },
      { type: 'compaction', input_tokens: 30, output_tokens: 4 },
    ],
  }
  const reader = createReplyReader()
  reader.read({ type: 'message', content: [], usage, stop_reason: 'end_turn' })
  assert.deepEqual([reader.usage()?.promptTokens, reader.usage()?.completionTokens], [140, 6])
  const tookOver = { ...usage, iterations: [...usage.iterations, { type: 'fallback_message' }] }
  reader.read({ type: 'message', content: [], usage: tookOver })
  assert.deepEqual([reader.usage()?.promptTokens, reader.usage()?.completionTokens], [101, 1])
})

test('what is cached for an hour and what is searched have prices of their own', () => {
  const usage = {
    input_tokens: 1,
    output_tokens: 2,
    cache_creation_input_tokens: 30,
    cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
    server_tool_use: { web_search_requests: 3 },
  }
  const reader = createReplyReader()
  reader.read({ type: 'message', content: [], usage })
  const { promptTokens, cacheWriteTokens, cacheWrite1hTokens, webSearches } = reader.usage() ?? {}
  assert.deepEqual([promptTokens, cacheWriteTokens, cacheWrite1hTokens, webSearches], [31, 30, 20, 3])
})

test('where nothing was counted there is no usage, and what is no JSON is broken', () => {
  const reader = createReplyReader()
  reader.readEvent(JSON.stringify({ type: 'message_delta', delta: {}, usage: { output_tokens: 0 } }))
  assert.equal(reader.usage(), undefined)
  assert.equal(reader.readEvent('no JSON').kind, 'broken')
})
