import assert from 'node:assert/strict'
import { test } from 'node:test'
import { candidateAt } from '../../../test/translated-provider.ts'
import type { Endpoint } from '../../market/offer.ts'
import { chatCompletions } from '../../receive/dialects/chat-completions.ts'
import { readCall } from '../../receive/read-call.ts'
import { inPlainWords } from './openrouter-words.ts'

const messages = [{ role: 'user', content: 'hi' }]

function plain(slug: string, body: object, supports: Partial<Endpoint['supports']> = {}) {
  const all = { tools: true, structuredOutput: true, reasoning: true, temperature: true, ...supports }
  const candidate = candidateAt('openai-compatible', 'http://127.0.0.1:1/v1', {
    id: `${slug}/m`,
    supports: all,
  })
  const call = readCall(
    Buffer.from(JSON.stringify({ messages, ...body })),
    {},
    {
      dialect: chatCompletions,
      caller: { name: 'test' },
      openRouterClient: true,
      maxDepth: 99,
      defaultPolicy: 'balanced',
      storage: 'full' as const,
      receivedAt: 0,
      startedAt: 0,
    },
  )
  return inPlainWords({ call, candidate: { ...candidate, provider: { ...candidate.provider, slug } } })
}

test('reasoning is said as an effort, and what an effort cannot say is told as lost', () => {
  assert.deepEqual(plain('acme', { reasoning: { effort: 'high' } }), {
    effort: 'high',
    fields: ['reasoning'],
    losses: [],
  })
  assert.equal(plain('acme', { reasoning: { enabled: true } })?.effort, 'medium')
  assert.equal(plain('acme', { reasoning: { enabled: false } })?.effort, 'none')
  const budget = plain('acme', { reasoning: { max_tokens: 100 } })
  assert.equal(budget?.effort, undefined)
  assert.deepEqual(
    budget?.losses.map(({ field }) => field),
    ['reasoning.max_tokens'],
  )
  assert.equal(plain('acme', { reasoning: { effort: 'low' }, reasoning_effort: 'low' })?.effort, undefined)
})

test('what a host is known to refuse does not go there, and goes where it is known', () => {
  const body = { top_k: 5, cache_control: { type: 'ephemeral' }, include_reasoning: true }
  assert.deepEqual(plain('openai', body)?.fields, ['cache_control', 'include_reasoning', 'top_k'])
  assert.deepEqual(plain('groq', body)?.fields, ['cache_control'])
  for (const slug of ['openrouter', 'acme']) assert.equal(plain(slug, body), undefined)
})

test('a model that takes no temperature is not sent one; one that does not think is not asked to', () => {
  assert.deepEqual(plain('acme', { temperature: 1 }, { temperature: false }), {
    fields: ['temperature'],
    losses: [{ field: 'temperature', reason: 'acme/m does not take it' }],
  })
  const silent = plain('openai', { reasoning: { effort: 'high' } }, { reasoning: false })
  assert.equal(silent?.effort, undefined)
  assert.deepEqual(silent?.losses, [{ field: 'reasoning', reason: 'openai/m does not take it' }])
})

test('thoughts and cache points stay out of messages to hosts that refuse them; other messages are the same objects', () => {
  const thoughtful = { role: 'assistant', content: 'so', reasoning: 'hm', reasoning_details: [] }
  const cached = {
    role: 'user',
    content: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral' } }],
  }
  const body = { messages: [...messages, thoughtful, cached] }
  assert.deepEqual(plain('openai', body)?.messages, [
    ...messages,
    { role: 'assistant', content: 'so' },
    { role: 'user', content: [{ type: 'text', text: 'x' }] },
  ])
  assert.equal(plain('openrouter', body), undefined)
  assert.equal(plain('acme', body), undefined)
})

test('a body without additions is left as it is', () => {
  assert.equal(plain('openai', { temperature: 1, seed: 5 }), undefined)
})
