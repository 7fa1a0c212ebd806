import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRatedOutcomes, type RatedCall } from './rated-outcomes.ts'

const call = (content: string, model: string, rest: Partial<RatedCall>): RatedCall => ({
  messages: [{ role: 'user', content }],
  model,
  quality: 1,
  costUsd: undefined,
  completionTokens: 10,
  ...rest,
})

test('calls with the same messages are one prompt, answers of a model their mean, unknown costs no part of it', () => {
  const outcomes = createRatedOutcomes()
  outcomes.add(call('p', 'a/one', { quality: 1, costUsd: 0.5, completionTokens: 10 }))
  outcomes.add(call('p', 'a/one', { quality: 0, completionTokens: 21 }))
  outcomes.add(call('p', 'b/two', { quality: 0.25 }))
  outcomes.add(call('q', 'a/one', {}))
  const [p, q] = outcomes.lines()
  assert.deepEqual(p?.outcomes, {
    'a/one': { quality: 0.5, cost: 0.5, tokens: 16 },
    'b/two': { quality: 0.25, tokens: 10 },
  })
  assert.deepEqual(q?.messages, [{ role: 'user', content: 'q' }])
  assert.notEqual(p?.id, q?.id)
})

test('a prompt that was asked a hundred thousand times takes no more memory than one', {
  timeout: 20_000,
}, () => {
  const outcomes = createRatedOutcomes()
  for (let i = 0; i < 100_000; i++) outcomes.add(call('ping', 'a/one', { quality: i % 2 }))
  assert.equal(outcomes.lines()[0]?.outcomes['a/one']?.quality, 0.5)
})
