import assert from 'node:assert/strict'
import { test } from 'node:test'
import { closestNames } from './suggestions.ts'

const NAMES = [
  'openai/gpt-4o',
  'openai/gpt-4o-mini',
  'anthropic/claude-opus-4.5',
  'meta-llama/llama-3.3-70b-instruct',
]

test('the nearest name comes first, with or without its author', () => {
  assert.equal(closestNames('gpt-4o-mni', NAMES, 3)[0], 'openai/gpt-4o-mini')
  assert.equal(closestNames('anthropic/claude-opus-4-5', NAMES, 3)[0], 'anthropic/claude-opus-4.5')
  assert.equal(closestNames('OpenAI/GPT-4o', NAMES, 1)[0], 'openai/gpt-4o')
})

test('nothing is suggested for nonsense, and a huge name costs little', () => {
  assert.deepEqual(closestNames('zzzzzzzzzzzzzzz', NAMES, 3), [])
  const start = performance.now()
  closestNames(
    'a'.repeat(1_000_000),
    Array.from({ length: 2_000 }, (_, i) => `author/${'a'.repeat(80)}${i}`),
    3,
  )
  assert.ok(performance.now() - start < 2_000)
})
