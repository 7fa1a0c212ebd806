import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { chatCompletions } from './dialects/chat-completions.ts'
import { completions } from './dialects/completions.ts'
import { messages as anthropic } from './dialects/messages.ts'
import { responses } from './dialects/responses.ts'
import { withPreset } from './presets.ts'

const PRESETS = {
  writer: {
    system_prompt: 'You write.',
    model: 'acme/large',
    provider: { sort: 'price' },
    parameters: { temperature: 0.7, max_tokens: 100 },
  },
  chain: { models: ['a/b', 'c/d'] },
}
const user = { role: 'user', content: 'hi' }
const read = (body: object) => withPreset({ messages: [user], ...body }, PRESETS, chatCompletions)

test('a preset is named in three ways, and what the request says wins member by member', () => {
  const whole = {
    model: 'acme/large',
    provider: { sort: 'price' },
    temperature: 0.7,
    max_tokens: 100,
    messages: [{ role: 'system', content: 'You write.' }, user],
  }
  assert.deepEqual(read({ model: '@preset/writer' }), whole)
  assert.deepEqual(read({ preset: 'writer' }), whole)
  assert.deepEqual(read({ model: 'x/y@preset/writer', temperature: 0, top_p: null }), {
    ...whole,
    model: 'x/y',
    temperature: 0,
  })
  const routed = read({ preset: 'writer', provider: { only: ['groq'] }, max_completion_tokens: 5 })
  assert.deepEqual(routed.provider, { only: ['groq'] })
  assert.equal(routed.max_tokens, undefined)
  assert.deepEqual(read({ model: '@preset/chain' }).models, ['a/b', 'c/d'])
})

test('a conversation with a system message of its own keeps it', () => {
  const messages = [{ role: 'developer', content: 'Mine.' }, user]
  assert.deepEqual(read({ preset: 'writer', messages }).messages, messages)
})

test('each dialect has its own place for the system prompt, and a conversation that brings one keeps it', () => {
  const own = { preset: 'writer', system: 'Mine.', instructions: 'Mine.' }
  assert.equal(withPreset({ preset: 'writer' }, PRESETS, anthropic).system, 'You write.')
  assert.equal(withPreset({ preset: 'writer' }, PRESETS, responses).instructions, 'You write.')
  assert.equal(withPreset(own, PRESETS, anthropic).system, 'Mine.')
  assert.equal(withPreset(own, PRESETS, responses).instructions, 'Mine.')
})

test('a body that names no preset is left as it is', () => {
  const body = { model: 'a/b', messages: [user] }
  assert.equal(withPreset(body, PRESETS, chatCompletions), body)
})

test('an unknown preset is a 404 that names those that there are; two presets contradict each other', () => {
  for (const slug of ['nobody', 'constructor'])
    assert.throws(
      () => read({ preset: slug }),
      (error) =>
        error instanceof MeritorderError &&
        error.status === 404 &&
        /There are: writer, chain/.test(error.message),
    )
  assert.throws(
    () => read({ model: '@preset/chain', preset: 'writer' }),
    /preset must be left out, or the one/,
  )
  assert.throws(() => read({ preset: 5 }), /preset must be a string/)
})

test('a system prompt is never lost silently where a dialect has no place for it', () => {
  assert.throws(() => withPreset({ preset: 'writer', prompt: 'x' }, PRESETS, completions), /no place for/)
})

test('a model’s name of any length is looked through in no time', () => {
  const started = performance.now()
  assert.throws(() => read({ model: `${'@preset/'.repeat(100_000)}\n` }), /There is no preset/)
  assert.ok(performance.now() - started < 1_000)
})
