import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chatCompletions } from './native/chat-completions.ts'
import { drawPace, paced } from './pace.ts'
import { practiceSpeed } from './practice-market.ts'
import type { Reply } from './reply.ts'
import { seededRandom } from './seeded-random.ts'

const answer = {
  reasoning: '',
  reasoningTokens: 0,
  text: 'twelve chars',
  toolCalls: [],
  finishReason: 'stop' as const,
  promptTokens: 1,
  completionTokens: 3,
}
const request = chatCompletions.readRequest({ model: 'm', messages: [{ role: 'user', content: 'x' }] }, {})
const facts = { id: 'i', created: 0, provider: 'p', model: 'm' }
const pace = { firstByteMs: 100, tokensPerSecond: 50 }
const waits = (reply: Reply) => reply.flatMap((step) => (step.kind === 'wait' ? [step.ms] : []))

test('a stream waits for its first byte, then between tokens', () => {
  assert.deepEqual(waits(paced(chatCompletions.stream(answer, facts, request), pace, 3)), [100, 20, 20])
})

test('a whole answer comes when its last token would have come', () => {
  assert.deepEqual(waits(paced(chatCompletions.whole(answer, facts), pace, 3)), [160])
})

test('paces follow the seed and spread around the medians', () => {
  const speed = practiceSpeed('simulated-dynamo', 'openai/gpt-oss-120b')
  const draw = () => {
    const random = seededRandom(3)
    return Array.from({ length: 2000 }, () => drawPace(random, speed).firstByteMs)
  }
  const drawn = draw()
  assert.deepEqual(drawn, draw())
  const middle = drawn.toSorted((a, b) => a - b)[1000]!
  assert.ok(Math.abs(middle / speed.firstByteMs.median - 1) < 0.05, `median ${middle}`)
  assert.ok(Math.max(...drawn) > 2 * middle, 'there are slow ones')
})
