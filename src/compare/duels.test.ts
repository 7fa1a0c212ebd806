import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDuels, type Served } from './duels.ts'
import type { OwnReply } from './own-gateway.ts'

const JUDGE = 'acme/judge'
const STEP_MS = 1_000

/** Duels about one call, over and over, with a judge that says what it is told to: text, or an error. */
function duelling(say: () => string | Error, dailyBudget = 1) {
  const winners: string[] = []
  const logged: object[] = []
  let asked = 0
  let now = Date.UTC(2026, 10, 26)
  const reply = (content: string): OwnReply => ({
    body: { choices: [{ message: { content } }] },
    generationId: 'gen-2',
    costUsd: '0.01',
  })
  const duels = createDuels({
    settings: { share: 1, judge: JUDGE, daily_budget: dailyBudget },
    pathOf: () => '/chat/completions',
    own: {
      async post(_path, _behind, _body, purpose) {
        asked++
        if (purpose === 'duel') return reply('another answer')
        const said = say()
        if (said instanceof Error) throw said
        return reply(said)
      },
    },
    recorder: {
      comparisons: async () => [],
      async compare({ winner }) {
        winners.push(winner)
        return { durable: true }
      },
    },
    now: () => now,
    random: () => 0.4,
    newId: () => 'cmp-1',
    log: { info() {}, error() {}, warn: (facts: object) => void logged.push(facts) } as never,
  })
  return {
    winners,
    logged,
    asked: () => asked,
    /** One call after another, each when the duel before has ended. */
    async fight(times: number) {
      for (let n = 0; n < times; n++) {
        // What was spent today must be known, and then the duel must end.
        await new Promise((resolve) => setImmediate(resolve))
        duels.consider(SERVED)
        await new Promise((resolve) => setImmediate(resolve))
        now += STEP_MS
      }
    },
    later: (ms: number) => {
      now += ms
    },
  }
}

const candidate = (model: string) => ({ endpoint: { model }, quality: 0.5, qualitySd: 0.2 })
/** As much of an answered call as a duel looks at. */
const SERVED = {
  call: {
    ...{ id: 'gen-1', storage: 'full', tags: {}, caller: { name: 'ann' } },
    body: { model: 'auto', messages: [] },
    request: {},
    dialect: {
      name: 'chat-completions',
      createReplyReader: () => ({ read() {}, text: () => 'another answer' }),
    },
  },
  prompt: {
    ...{ text: 'Name a river.', language: 'en', intents: [] },
    needs: { tools: false, outputModalities: ['text'] },
  },
  decision: { strategy: 'auto', ranked: [candidate('acme/one'), candidate('acme/two')] },
  answer: { outcome: 'complete', finishReason: 'stop', text: 'an answer', served: candidate('acme/one') },
  head: {},
} as unknown as Served

test('a judge that contradicts itself when the answers change places makes a tie', async () => {
  const { fight, winners } = duelling(() => '{"winner":"first"}')
  await fight(2)
  assert.deepEqual(winners, ['tie', 'tie'])
})

for (const [what, say] of [
  ['talks nonsense', () => 'I like both.'],
  ['is down', () => new Error('503')],
] as const)
  test(`where the judge ${what} nothing is compared, and after three duels in a row it is left alone for ten minutes`, async () => {
    const { fight, winners, logged, asked, later } = duelling(say)
    await fight(3)
    assert.deepEqual([winners, logged.length], [[], 3])
    const before = asked()
    await fight(3)
    assert.equal(asked(), before)
    later(600_000)
    await fight(1)
    assert.ok(asked() > before)
  })

test('a verdict between two failures counts, and the pause begins to count anew', async () => {
  let calls = 0
  const { fight, winners, asked } = duelling(() => (calls++ === 2 ? new Error('503') : '{"winner":"tie"}'))
  await fight(8)
  assert.equal(winners.length, 7)
  assert.equal(asked(), 8 * 3)
})

test('a judge that costs more than the day’s budget ends the day’s duels', async () => {
  const { fight, winners, later } = duelling(() => '{"winner":"tie"}', 0.05)
  await fight(9)
  assert.equal(winners.length, 2)
  later(86_400_000)
  await fight(9)
  assert.equal(winners.length, 4)
})
