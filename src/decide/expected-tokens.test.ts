import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promptOf } from '../../test/sample-market.ts'
import { expectedCompletionTokens } from './expected-tokens.ts'

test('a label is short, code is long, a translation is as long as its text', () => {
  assert.equal(expectedCompletionTokens(promptOf({ intent: 'classification_identification' })), 30)
  assert.equal(expectedCompletionTokens(promptOf({ intent: 'code_generation' })), 500)
  assert.equal(expectedCompletionTokens(promptOf({ intent: 'text_to_text_translation', tokens: 700 })), 710)
})

test('the caller’s maximum bounds it, and it is at least one token', () => {
  const within = (maxCompletionTokens: number) =>
    expectedCompletionTokens(promptOf({ needs: { maxCompletionTokens } }))
  assert.equal(within(10), 10)
  assert.equal(within(0), 1)
  assert.equal(within(100_000), 300)
})

test('without any intent it is a chat answer', () => {
  assert.equal(expectedCompletionTokens(promptOf({ intentProbabilities: new Float32Array(0) })), 300)
})
