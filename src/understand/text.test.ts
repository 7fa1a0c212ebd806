import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../receive/chat-request.ts'
import { promptText } from './text.ts'

test('the text is the system prompt, the user turn before and the last user turn, in this order', () => {
  const { text, turnStart } = promptText({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Name a river.' },
      { role: 'assistant', content: 'The Elbe.' },
      { role: 'user', content: 'And its source?' },
    ],
  })
  assert.equal(text, 'Be brief.\n\nName a river.\n\nAnd its source?')
  assert.equal(text.slice(turnStart), 'And its source?')
})

test('a long last turn keeps its beginning and its end', () => {
  const { text } = promptText({
    messages: [{ role: 'user', content: `START ${'x'.repeat(2_000_000)} END` }],
  })
  assert.equal(text.length, 1600)
  assert.ok(text.startsWith('START '))
  assert.ok(text.endsWith(' END'))
})

test('a long system prompt and a long history are clipped to 200 characters each', () => {
  const { turnStart } = promptText({
    messages: [
      { role: 'developer', content: 's'.repeat(9000) },
      { role: 'user', content: 'h'.repeat(9000) },
      { role: 'user', content: 'now' },
    ],
  })
  assert.equal(turnStart, 200 + 2 + 200 + 2)
})

test('text parts are joined and other parts are skipped', () => {
  const { text } = promptText({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is' },
          { type: 'image_url' },
          { type: 'text', text: 'in here?' },
        ],
      },
    ],
  })
  assert.equal(text, 'What is\nin here?')
})

test('a tool result after the user turn does not replace it', () => {
  const { text } = promptText({
    messages: [
      { role: 'user', content: 'Is it raining?' },
      { role: 'assistant', content: null },
      { role: 'tool', content: '{"rain": true}' },
    ],
  })
  assert.equal(text, 'Is it raining?')
})

test('without any user turn the last message with text stands in', () => {
  assert.equal(promptText({ messages: [{ role: 'assistant', content: 'Hello' }] }).text, 'Hello')
})

test('messages that are none give an empty text', () => {
  const odd: ChatRequest = JSON.parse(
    '{"messages": [null, 3, "x", {}, {"role": 4}, {"role": "user", "content": 5}]}',
  )
  assert.deepEqual(promptText(odd), { text: '', turnStart: 0, turnLength: 0 })
  const none: ChatRequest = JSON.parse('{"messages": "hello"}')
  assert.deepEqual(promptText(none), { text: '', turnStart: 0, turnLength: 0 })
})
