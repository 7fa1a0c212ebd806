import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { callFacts } from '../../test/call-facts.ts'
import type { Answer } from '../dispatch/answer.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { readCall } from '../receive/read-call.ts'
import { answerSignals } from './answer-signals.ts'
import { editDistance } from './edit-distance.ts'
import { createRepeats } from './repeats.ts'

const answer = (rest: Partial<Answer>): Answer => ({
  outcome: 'complete',
  attempts: [],
  usage: {
    promptTokens: 1,
    completionTokens: 1,
    reasoningTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    estimated: false,
  },
  text: '',
  toolCalls: [],
  losses: [],
  status: 200,
  totalMs: 1,
  ...rest,
})

test('an answer shows whether it was cut off, refused, and the JSON or the tool calls that were asked for', () => {
  const of = (rest: Partial<Answer>, format?: string, tools?: boolean) =>
    answerSignals(answer(rest), format, tools)
  assert.deepEqual(of({ finishReason: 'stop' }), {})
  assert.deepEqual(of({ finishReason: 'length' }), { cut_off: 1 })
  assert.deepEqual(of({ finishReason: 'max_tokens', text: '{' }, 'json_object'), { cut_off: 1 })
  assert.deepEqual(of({ finishReason: 'content_filter' }, 'json_object'), { refused: 1 })
  assert.deepEqual(of({ finishReason: 'stop', text: '{"a":1}' }, 'json_schema'), { json_valid: 1 })
  assert.deepEqual(of({ finishReason: 'stop', text: 'Sure: {' }, 'json_object'), { json_valid: 0 })
  assert.deepEqual(of({ finishReason: 'stop', text: 'words' }, 'text'), {})
  assert.deepEqual(of({ finishReason: 'tool_calls' }, undefined, false), { tool_calls_valid: 0 })
  assert.deepEqual(of({ outcome: 'incomplete', finishReason: 'length' }), {})
})

const callOf = (name: string, content: string, rest: object = {}) =>
  readCall(
    Buffer.from(JSON.stringify({ ...rest, messages: [{ role: 'user', content }] })),
    {},
    { ...callFacts(chatCompletions), caller: { name } },
  )

test('the same messages of the same caller within ten minutes are a repeat of the last such call', () => {
  let now = 0
  const repeats = createRepeats(() => now)
  const first = callOf('ann', 'hello')
  assert.equal(repeats.note(first, 'failed'), undefined)
  assert.equal(repeats.note(callOf('bob', 'hello'), 'complete'), undefined)
  assert.equal(repeats.note(callOf('ann', 'hello!'), 'complete'), undefined)
  now += 9 * 60_000
  const second = callOf('ann', 'hello', { temperature: 1 })
  assert.deepEqual(repeats.note(second, 'complete'), { generationId: first.id, signal: 'retry' })
  now += 9 * 60_000
  const third = callOf('ann', 'hello', { model: 'other' })
  assert.deepEqual(repeats.note(third, 'complete'), { generationId: second.id, signal: 'regenerated' })
  now += 10 * 60_000 + 1
  assert.equal(repeats.note(callOf('ann', 'hello'), 'complete'), undefined)
})

test('how much was changed is between nothing and all, the same both ways, and counts single changes', () => {
  assert.equal(editDistance('', ''), 0)
  assert.equal(editDistance('kitten', 'sitting'), 3 / 7)
  assert.equal(editDistance('', 'abc'), 1)
  assert.equal(editDistance('a'.repeat(9_000), `${'a'.repeat(9_000)}b`), 1 / 9_001)
  assert.equal(editDistance('a'.repeat(3_000), 'b'.repeat(3_000)), undefined)
  const texts = fc.string({ maxLength: 12 })
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      const distance = editDistance(one, other)!
      assert.equal(distance, editDistance(other, one))
      assert.equal(distance === 0, one === other)
      assert.ok(distance <= 1)
    }),
  )
})
