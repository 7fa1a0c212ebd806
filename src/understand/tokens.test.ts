import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../receive/chat-request.ts'
import { estimateTokens } from './tokens.ts'

function tokensOf(content: string): number {
  return estimateTokens({ messages: [{ role: 'user', content }] })
}

/** What o200k_base counts for each text, plus four for the message. */
const COUNTED = [
  ['Summarize the text below in three bullet points and name the author.', 13],
  ['Übersetze diesen Satz bitte ins Englische und erkläre die Grammatik.', 15],
  ['Кратко перескажи статью в трёх предложениях.', 13],
  ['この記事を三つの文で要約してください', 12],
] as const

for (const [text, tokens] of COUNTED) {
  test(`the estimate of “${text.slice(0, 20)}…” is within 40 % of a real tokenizer`, () => {
    const estimate = tokensOf(text) - 4
    assert.ok(Math.abs(estimate / tokens - 1) <= 0.4, `${estimate} for ${tokens}`)
  })
}

test('all messages count, however long the conversation is', () => {
  const message = { role: 'user', content: 'word '.repeat(20) }
  const one = estimateTokens({ messages: [message] })
  const many = estimateTokens({ messages: Array.from({ length: 10_000 }, () => message) })
  assert.ok(Math.abs(many / (10_000 * one) - 1) < 0.1, `${many} for 10,000 × ${one}`)
})

test('a longer text never counts less', () => {
  let before = 0
  for (let length = 0; length < 3000; length += 37) {
    const tokens = tokensOf('a'.repeat(length))
    assert.ok(tokens >= before)
    before = tokens
  }
})

test('images, tools and tool calls count', () => {
  const plain: ChatRequest = { messages: [{ role: 'user', content: 'Hi' }] }
  const image: ChatRequest = { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }
  assert.ok(estimateTokens(image) > 700)
  const tool = {
    type: 'function',
    function: { name: 'weather', description: 'Tells the weather. '.repeat(20) },
  }
  assert.ok(estimateTokens({ ...plain, tools: [tool] }) > estimateTokens(plain) + 60)
})

test('a schema that holds itself many times over is bounded', () => {
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, { deep: [i, i, i] }]))
  assert.ok(Number.isFinite(estimateTokens({ messages: [], tools: [wide] })))
})
