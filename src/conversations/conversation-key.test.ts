import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callFacts } from '../../test/call-facts.ts'
import type { ChatMessage } from '../receive/chat-request.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { readCall } from '../receive/read-call.ts'
import { answeredToolCalls, conversationKey } from './conversation-key.ts'

const system = { role: 'system', content: 'You are brief.' }
const user = (content: string) => ({ role: 'user', content })

function keyOf(body: object, name = 'ann', headers: Record<string, string> = {}): string {
  const bytes = Buffer.from(JSON.stringify({ model: 'auto', messages: [user('hi')], ...body }))
  return conversationKey(readCall(bytes, headers, { ...callFacts(chatCompletions), caller: { name } }))
}

test('a conversation that goes on keeps its key, and one that opens otherwise has another', () => {
  const opening = [system, user('hi')]
  const goesOn = [...opening, { role: 'assistant', content: 'Hello.' }, user('And?')]
  assert.equal(keyOf({ messages: goesOn }), keyOf({ messages: opening }))
  assert.notEqual(keyOf({ messages: [user('hi')] }), keyOf({ messages: opening }))
  assert.notEqual(keyOf({ messages: [system, user('ho')] }), keyOf({ messages: opening }))
})

test('the session counts before the cache key, either before the opening, and the body before the header', () => {
  const other = { messages: [user('ho')] }
  assert.equal(keyOf({ session_id: 's', prompt_cache_key: 'k' }), keyOf({ session_id: 's', ...other }))
  assert.equal(keyOf({ prompt_cache_key: 'k' }), keyOf({ prompt_cache_key: 'k', ...other }))
  assert.equal(keyOf({}, 'ann', { 'x-session-id': 's' }), keyOf({ session_id: 's', ...other }))
  assert.equal(
    keyOf({ session_id: 's' }, 'ann', { 'x-session-id': 't' }),
    keyOf({ session_id: 's', ...other }),
  )
  assert.equal(keyOf({ prompt_cache_key: '' }), keyOf({}))
})

test('no two callers have a key in common, whatever they are called and whatever they send', () => {
  const callers = fc.tuple(fc.string(), fc.string()).filter(([a, b]) => a !== b)
  const texts = fc.tuple(fc.string(), fc.string())
  fc.assert(
    fc.property(callers, texts, ([a, b], [x, y]) => {
      assert.notEqual(keyOf({ messages: [user(x)] }, a), keyOf({ messages: [user(y)] }, b))
      assert.notEqual(keyOf({ session_id: x || 's' }, a), keyOf({ messages: [user(y)] }, b))
    }),
  )
})

test('a key holds nothing of the text, is always as short, and of a long text both ends and the length count', () => {
  const long = 'x'.repeat(100_000)
  assert.match(keyOf({ messages: [user(long)] }), /^[\w-]{43}$/)
  assert.notEqual(keyOf({ messages: [user(`${long}1`)] }), keyOf({ messages: [user(`${long}2`)] }))
  assert.notEqual(keyOf({ messages: [user(`1${long}`)] }), keyOf({ messages: [user(`2${long}`)] }))
  assert.notEqual(keyOf({ messages: [user(`${long}xx`)] }), keyOf({ messages: [user(long)] }))
})

test('parts of kinds that nobody here knows have a key too, and many parts take no longer', () => {
  const odd = [
    { type: 'riddle', text: 5 },
    { type: 'image_url', image_url: { url: 'x' } },
  ]
  assert.equal(
    keyOf({ messages: [{ role: 'user', content: odd }] }),
    keyOf({ messages: [{ role: 'user', content: odd }] }),
  )
  const many = Array.from({ length: 10_000 }, () => ({ type: 'text', text: 'y'.repeat(100) }))
  assert.match(keyOf({ messages: [{ role: 'user', content: many }] }), /^[\w-]{43}$/)
  assert.match(keyOf({ messages: [{ role: 'system', content: null }] }), /^[\w-]{43}$/)
})

test('results of tools are brought when some came after the last answer, in whatever order with other words', () => {
  const asked: ChatMessage[] = [user('hi'), { role: 'assistant' }]
  const result = (id?: unknown): ChatMessage => ({ role: 'tool', content: 'x', tool_call_id: id })
  assert.equal(answeredToolCalls(asked), undefined)
  assert.deepEqual(answeredToolCalls([...asked, result('a'), result('b')]), ['b', 'a'])
  assert.deepEqual(answeredToolCalls([...asked, result('a'), user('And?')]), ['a'])
  assert.deepEqual(answeredToolCalls([...asked, result(), result(7)]), [])
  assert.equal(answeredToolCalls([...asked, result('a'), { role: 'assistant' }, user('And?')]), undefined)
})
