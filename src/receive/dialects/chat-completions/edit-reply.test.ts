import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Usage } from '../../../market/usage.ts'
import type { ReplyCaller } from '../dialect.ts'
import { createReplyEditor } from './edit-reply.ts'

const facts = { id: 'gen-1', model: 'acme/large', provider: 'acme', created: 5, asked: {} }
const bill = {
  total: 1_500_000_000_000_000n,
  prompt: 1_000_000_000_000_000n,
  completion: 500_000_000_000_000n,
}
const reported: Usage = {
  promptTokens: 10,
  completionTokens: 5,
  reasoningTokens: 4,
  cacheReadTokens: 3,
  cacheWriteTokens: 0,
  estimated: false,
}
const PLAIN: ReplyCaller = { openRouter: false, wantsCost: false, billOf: () => bill }
const OPENROUTER: ReplyCaller = { openRouter: true, wantsCost: true, billOf: () => bill }

const edited = (
  caller: ReplyCaller,
  value: Record<string, unknown>,
  reported: Usage | undefined = undefined,
) => {
  const set = createReplyEditor(facts, caller)(value, reported)
  return (
    set &&
    Object.fromEntries(
      Object.entries(set).map(([member, json]) => [
        member,
        json === undefined ? undefined : JSON.parse(json),
      ]),
    )
  )
}
const chunk = (delta: object, finish: string | null = null) => ({
  id: 'x',
  object: 'chat.completion.chunk',
  model: 'upstream',
  choices: [{ index: 0, delta, finish_reason: finish }],
})

test('a plain client’s reply is left as it came, thoughts under any name, odd reasons and all', () => {
  for (const value of [
    chunk({ content: 'hi', reasoning_content: 'hm', reasoning: 'hm' }, 'eos'),
    { id: 'x', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
    { object: 'odd' },
  ])
    assert.equal(edited(PLAIN, value, reported), undefined)
})

test('content in parts becomes text for everybody, its thoughts reasoning', () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }
  const value = chunk({ role: 'assistant', content: [thinking, { type: 'text', text: 'hi' }] })
  const choice = { index: 0, finish_reason: null }
  assert.deepEqual(edited(PLAIN, value), {
    choices: [{ ...choice, delta: { role: 'assistant', content: 'hi', reasoning: 'hm' } }],
  })
  const whole = { id: 'x', choices: [{ index: 0, message: { content: [{ type: 'text', text: 'a' }] } }] }
  assert.deepEqual(edited(PLAIN, whole), { choices: [{ index: 0, message: { content: 'a' } }] })
})

test('an OpenRouter client is told its own id, the slug, the provider, and the end in OpenRouter’s words', () => {
  assert.deepEqual(edited(OPENROUTER, chunk({}, 'model_length')), {
    id: 'gen-1',
    model: 'acme/large',
    provider: 'acme',
    choices: [{ index: 0, delta: {}, finish_reason: 'length', native_finish_reason: 'model_length' }],
  })
  const named = {
    id: 'x',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, finish_reason: 'stop', native_finish_reason: 'end_turn', delta: {} }],
  }
  assert.deepEqual(Object.keys(edited(OPENROUTER, named) ?? {}), ['id', 'model', 'provider'])
})

test('an OpenRouter client finds thoughts where it looks for them', () => {
  const { choices } = edited(OPENROUTER, chunk({ content: null, reasoning_content: 'hm' })) ?? {}
  assert.deepEqual(choices[0].delta, {
    content: null,
    reasoning: 'hm',
    reasoning_details: [{ type: 'reasoning.text', text: 'hm', format: 'unknown', index: 0 }],
  })
  const empty = edited(OPENROUTER, chunk({ content: 'hi', reasoning_content: '' })) ?? {}
  assert.deepEqual(empty.choices[0].delta, { content: 'hi' })
})

test('who wants the cost is told it with the tokens, beside what the host itself says', () => {
  const value = {
    ...chunk({}),
    choices: [],
    usage: { prompt_tokens: 10, completion_tokens: 1, queue_time: 0.1 },
  }
  const told = {
    usage: {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 4 },
      queue_time: 0.1,
      cost: 1.5,
      is_byok: false,
      cost_details: {
        upstream_inference_cost: null,
        upstream_inference_prompt_cost: 1,
        upstream_inference_completions_cost: 0.5,
      },
    },
  }
  assert.deepEqual(edited({ ...PLAIN, wantsCost: true }, value, reported), told)
  const unpriced = edited({ ...PLAIN, wantsCost: true, billOf: () => undefined }, value, reported)
  assert.deepEqual([unpriced?.usage.cost, unpriced?.usage.cost_details], [null, undefined])
})

test('a report that only Groq’s own object has is told where everybody looks for it', () => {
  const value = { ...chunk({}, 'stop'), x_groq: { usage: { prompt_tokens: 10, completion_tokens: 5 } } }
  assert.equal(edited({ ...PLAIN, wantsCost: true }, value, reported)?.usage.cost, 1.5)
})

test('what was written here has our names already', () => {
  assert.equal(edited(OPENROUTER, { ...chunk({ content: 'hi' }), id: 'gen-1' }), undefined)
})

test('an OpenRouter client gets no nulls where its client takes none, and the member that it must have', () => {
  const last = { ...chunk({ content: 'hi' }), usage: null, system_fingerprint: null }
  const set = createReplyEditor(facts, OPENROUTER)(last, undefined)
  assert.deepEqual([set?.usage, 'usage' in (set ?? {})], [undefined, true])
  assert.deepEqual([set?.system_fingerprint, 'system_fingerprint' in (set ?? {})], [undefined, true])
  const whole = { id: 'x', object: 'chat.completion', choices: [] }
  assert.equal(createReplyEditor(facts, OPENROUTER)(whole, undefined)?.system_fingerprint, 'null')
})

test('Mistral’s tool calls get the place and the type that OpenAI’s client puts them together by', () => {
  const call = { id: 'c', function: { name: 'f', arguments: '{}' } }
  const streamed = edited(PLAIN, chunk({ tool_calls: [call, call] })) ?? {}
  assert.deepEqual(streamed.choices[0].delta.tool_calls, [
    { index: 0, type: 'function', ...call },
    { index: 1, type: 'function', ...call },
  ])
  const whole = { id: 'x', choices: [{ index: 0, message: { tool_calls: [call] } }] }
  assert.deepEqual(edited(PLAIN, whole)?.choices[0].message.tool_calls, [{ type: 'function', ...call }])
  const piece = { index: 0, function: { arguments: '{' } }
  assert.equal(edited(PLAIN, chunk({ tool_calls: [piece] })), undefined)
})

test('usage that a host counts along with every chunk is told once, with the last', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 1 }
  const counting = { ...chunk({ content: 'hi' }), usage }
  const edits = createReplyEditor(facts, OPENROUTER)(counting, reported)
  assert.deepEqual([edits?.usage, 'usage' in (edits ?? {})], [undefined, true])
  const last = createReplyEditor(facts, OPENROUTER)({ ...chunk({}, 'stop'), usage }, reported)
  assert.match(last?.usage ?? '', /"cost":1.5/)
})
