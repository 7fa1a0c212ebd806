import assert from 'node:assert/strict'
import { test } from 'node:test'
import { responses } from '../responses.ts'

test('searches that a host made and the cost that it reports are read with the tokens', () => {
  const reader = responses.createReplyReader({ messages: [] })
  const usage = {
    input_tokens: 10,
    output_tokens: 2,
    server_side_tool_usage_details: { web_search_calls: 3 },
    cost_in_usd_ticks: 5_000,
  }
  reader.read({ status: 'completed', output: [], usage })
  assert.equal(reader.usage()?.promptTokens, 10)
  assert.equal(reader.usage()?.webSearches, 3)
  assert.equal(reader.usage()?.reportedUsd, '0.0000005')
})

test('an error whose code is a member of every object has no status', () => {
  const reader = responses.createReplyReader({ messages: [] })
  const part = reader.read({ error: { code: 'constructor', message: 'no' } })
  assert.deepEqual(part, { kind: 'error', message: 'no', status: undefined })
})
