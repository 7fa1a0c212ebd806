import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { messages } from '../receive/dialects/messages.ts'
import { responses } from '../receive/dialects/responses.ts'
import { withOneTool, withOneToolOfClaude } from './one-tool-at-a-time.ts'

const conversation = [{ role: 'user', content: 'hi' }]
const parameters = { type: 'object', properties: {} }
const CALLS = {
  'chat completions': chatCompletions.readCall({
    messages: conversation,
    tools: [{ type: 'function', function: { name: 'f', parameters } }],
    parallel_tool_calls: false,
  }),
  messages: messages.readCall({
    messages: conversation,
    max_tokens: 9,
    tools: [{ name: 'f', input_schema: parameters }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  }),
  responses: responses.readCall({
    input: 'hi',
    tools: [{ type: 'function', name: 'f', parameters }],
    parallel_tool_calls: false,
  }),
}

for (const [dialect, { options }] of Object.entries(CALLS))
  test(`who wants one tool call at a time in ${dialect} is understood by every vendor that can be told`, () => {
    const mistral = withOneTool(options, 'mistral', { parallelToolCalls: false }).providerOptions?.mistral
    assert.deepEqual(mistral, { parallelToolCalls: false })
    assert.equal(withOneToolOfClaude(options).providerOptions?.anthropic?.disableParallelToolUse, true)
  })

test('who says nothing of it is told nothing of it', () => {
  const { options } = chatCompletions.readCall({ messages: conversation })
  assert.equal(withOneToolOfClaude(options), options)
})
