import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../receive/chat-request.ts'
import { promptNeeds } from './needs.ts'

const PLAIN: ChatRequest = { messages: [{ role: 'user', content: 'Hi' }] }

test('a plain question needs nothing', () => {
  assert.deepEqual(promptNeeds(PLAIN), {
    tools: false,
    images: false,
    files: false,
    audio: false,
    video: false,
    jsonSchema: false,
    outputModalities: [],
  })
})

test('parts of any message say which media are read', () => {
  const request: ChatRequest = {
    messages: [
      { role: 'user', content: [{ type: 'image_url' }, { type: 'file' }] },
      { role: 'assistant', content: 'I see.' },
      {
        role: 'user',
        content: [{ type: 'input_audio' }, { type: 'video_url' }, { type: 'text', text: 'And?' }],
      },
    ],
  }
  const { images, files, audio, video } = promptNeeds(request)
  assert.deepEqual({ images, files, audio, video }, { images: true, files: true, audio: true, video: true })
})

test('tools are needed only when there are any', () => {
  assert.equal(promptNeeds({ ...PLAIN, tools: [] }).tools, false)
  assert.equal(promptNeeds({ ...PLAIN, tools: [{ type: 'function' }] }).tools, true)
})

test('a JSON schema is needed for json_schema and not for json_object', () => {
  assert.equal(promptNeeds({ ...PLAIN, response_format: { type: 'json_schema' } }).jsonSchema, true)
  assert.equal(promptNeeds({ ...PLAIN, response_format: { type: 'json_object' } }).jsonSchema, false)
})

test('output other than text is named', () => {
  assert.deepEqual(promptNeeds({ ...PLAIN, modalities: ['text', 'image'] }).outputModalities, ['image'])
})

test('the newer name of the completion limit wins', () => {
  assert.equal(promptNeeds({ ...PLAIN, max_tokens: 10, max_completion_tokens: 20 }).maxCompletionTokens, 20)
  assert.equal(promptNeeds({ ...PLAIN, max_tokens: 10 }).maxCompletionTokens, 10)
})

test('a completion limit that is no positive number is ignored', () => {
  for (const limit of ['0', '-5', '"many"', 'null', '1e999']) {
    const request: ChatRequest = JSON.parse(`{"messages": [], "max_tokens": ${limit}}`)
    assert.equal('maxCompletionTokens' in promptNeeds(request), false, limit)
  }
})

test('part types that name object properties are not media', () => {
  const request: ChatRequest = { messages: [{ role: 'user', content: [{ type: 'constructor' }] }] }
  assert.equal(promptNeeds(request).images, false)
})
