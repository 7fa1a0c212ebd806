import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callFacts } from '../../test/call-facts.ts'
import { endpoint } from '../../test/sample-market.ts'
import type { Candidate } from '../decide/decision.ts'
import type { Answer } from '../dispatch/answer.ts'
import { chatCompletions } from '../receive/dialects/chat-completions.ts'
import { readCall } from '../receive/read-call.ts'
import { createConversations } from './conversations.ts'

const MINUTE = 60_000

function memory() {
  const clock = { at: 0 }
  return { clock, ...createConversations(() => clock.at) }
}

const callOf = (content: string, more: object = {}) =>
  readCall(
    Buffer.from(JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...more })),
    {},
    callFacts(chatCompletions),
  )

function answerAt(id: string, facts: { cached?: number; written1h?: number; calls?: string[] } = {}): Answer {
  const { cached = 0, written1h = 0, calls = [] } = facts
  const price = {
    prompt: '0.000001',
    completion: '0.000001',
    cacheRead: '0.0000001',
    ...(written1h > 0 && { cacheWrite: '0.000002' }),
  }
  return {
    outcome: 'complete',
    served: { endpoint: endpoint(id, `acme/${id.split('/')[1]}`, undefined, { price }) } as Candidate,
    attempts: [],
    usage: {
      promptTokens: 4000,
      completionTokens: 1,
      reasoningTokens: 0,
      cacheReadTokens: cached,
      cacheWriteTokens: written1h,
      cacheWrite1hTokens: written1h,
      estimated: false,
    },
    text: '',
    toolCalls: calls.map((call) => ({ id: call, name: 'look', arguments: '{}' })),
    losses: [],
    status: 200,
    totalMs: 1,
  }
}

test('a conversation begins unknown, and its latest endpoint is told first', () => {
  const { of } = memory()
  assert.equal(of(callOf('hi')).known, undefined)
  of(callOf('hi')).remember(answerAt('near/m'))
  of(callOf('hi')).remember(answerAt('far/m'))
  const { known } = of(callOf('hi'))
  assert.deepEqual(
    known?.stays.map(({ endpoint: { id } }) => id),
    ['far/m', 'near/m'],
  )
  assert.equal(known?.stays[0]?.cachedTokens, 2000)
})

test('a cache is worth nothing after five idle minutes, and the endpoint is still known for an hour', () => {
  const { of, clock } = memory()
  of(callOf('hi')).remember(answerAt('near/m'))
  clock.at += 5 * MINUTE - 1
  assert.equal(of(callOf('hi')).known?.stays[0]?.cachedTokens, 2000)
  clock.at += 1
  assert.equal(of(callOf('hi')).known?.stays[0]?.cachedTokens, 0)
  clock.at += 55 * MINUTE
  assert.equal(of(callOf('hi')).known, undefined)
})

test('what was written for an hour is worth something for an hour', () => {
  const { of, clock } = memory()
  of(callOf('hi')).remember(answerAt('near/m', { written1h: 3000 }))
  clock.at += 59 * MINUTE
  assert.ok(of(callOf('hi')).known!.stays[0]!.cachedTokens > 2000)
})

test('what a host gives back moves what is expected of it, within the lifetime of its cache only', () => {
  const { of, clock } = memory()
  const expected = () => of(callOf('hi')).known!.stays[0]!.cachedTokens
  of(callOf('hi')).remember(answerAt('near/m'))
  of(callOf('hi')).remember(answerAt('near/m', { cached: 4000 }))
  assert.equal(expected(), 4000 * (2 / 3))
  clock.at += 6 * MINUTE
  of(callOf('hi')).remember(answerAt('near/m'))
  assert.equal(expected(), 4000 * (2 / 3))
  for (let i = 0; i < 30; i++) of(callOf('hi')).remember(answerAt('near/m'))
  assert.ok(expected() < 600)
})

test('the model that called tools is told for their results, also when others answered the session since', () => {
  const { of } = memory()
  const session = { session_id: 's' }
  of(callOf('a', session)).remember(answerAt('near/big', { calls: ['one', 'two'] }))
  of(callOf('b', session)).remember(answerAt('near/small'))
  const results = (id: string) => [
    { role: 'user', content: 'a' },
    { role: 'assistant', content: null },
    { role: 'tool', tool_call_id: id, content: 'x' },
  ]
  assert.equal(of(callOf('', { ...session, messages: results('one') })).known?.toolCaller, 'acme/big')
  // By an id that nobody gave, the latest answer counts, which called none.
  assert.equal(of(callOf('', { ...session, messages: results('three') })).known?.toolCaller, undefined)
  assert.equal(of(callOf('a', session)).known?.toolCaller, undefined)
})

test('a client that gives tool calls ids of its own is answered by the latest model that called any', () => {
  const { of } = memory()
  of(callOf('a')).remember(answerAt('near/big', { calls: ['one'] }))
  const messages = [
    { role: 'user', content: 'a' },
    { role: 'tool', tool_call_id: 'mine', content: 'x' },
  ]
  assert.equal(of(callOf('', { messages })).known?.toolCaller, 'acme/big')
})

test('ten thousand conversations are remembered, and those unused for longest are forgotten first', () => {
  const { of } = memory()
  for (let i = 0; i < 10_000; i++) of(callOf(`c${i}`)).remember(answerAt('near/m'))
  of(callOf('c0')).remember(answerAt('near/m'))
  of(callOf('c10000')).remember(answerAt('near/m'))
  assert.ok(of(callOf('c0')).known)
  assert.equal(of(callOf('c1')).known, undefined)
})

test('an answer that nobody gave is not remembered', () => {
  const { of } = memory()
  const { served: _, ...failed } = answerAt('near/m')
  of(callOf('hi')).remember({ ...failed, outcome: 'failed' })
  assert.equal(of(callOf('hi')).known, undefined)
})
