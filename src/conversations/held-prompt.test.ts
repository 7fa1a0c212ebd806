import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint } from '../../test/sample-market.ts'
import type { Usage } from '../market/usage.ts'
import { heldPrompt } from './held-prompt.ts'

const MINUTE = 60_000
const byItself = endpoint('a/m', 'acme/m', [1, 1])
const written = endpoint('b/m', 'acme/m', undefined, {
  price: { prompt: '0.000001', completion: '0.000001', cacheRead: '0.0000001', cacheWrite: '0.00000125' },
})
const usage = (facts: Partial<Usage>): Usage => ({
  promptTokens: 4000,
  completionTokens: 1,
  reasoningTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  estimated: false,
  ...facts,
})

test('a host that caches by itself should hold a prompt that is long enough, or that it read some of', () => {
  assert.equal(heldPrompt(byItself, usage({})).tokens, 4000)
  assert.equal(heldPrompt(byItself, usage({ promptTokens: 1000 })).tokens, 0)
  assert.equal(heldPrompt(byItself, usage({ promptTokens: 1000, cacheReadTokens: 64 })).tokens, 1000)
})

test('a host that charges for writing holds what it says was read and written, and nothing else', () => {
  assert.equal(heldPrompt(written, usage({})).tokens, 0)
  assert.equal(heldPrompt(written, usage({ cacheReadTokens: 3000, cacheWriteTokens: 500 })).tokens, 3500)
})

test('a cache lives for five minutes, and for an hour where that was paid for', () => {
  assert.equal(heldPrompt(byItself, usage({})).lifetimeMs, 5 * MINUTE)
  assert.equal(
    heldPrompt(written, usage({ cacheWriteTokens: 500, cacheWrite1hTokens: 500 })).lifetimeMs,
    60 * MINUTE,
  )
})
