import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replayCall, type Trial } from './replay-call.ts'

const story = {
  policy: 'balanced',
  created_at: '2026-11-26T08:00:00.000Z',
  dialect: 'chat-completions',
  strategy: 'auto',
  model: 'acme/one',
  cost_usd: '0.001',
  propensity: 1,
  candidates: [{ model: 'acme/one', quality: 0.7, cost_usd: 0.001 }],
  request: { model: 'auto', messages: [{ role: 'user', content: 'hello' }] },
  ratings: [],
}

/** None of these calls gets as far as being decided. */
const replayed = (change: object) => replayCall({ ...story, ...change }, {} as Trial)

const OUT: readonly (readonly [object, RegExp])[] = [
  [{ propensity: 0 }, /no probability/],
  [{ propensity: 1.0001 }, /no probability/],
  [
    { strategy: 'direct', candidates: [{ model: 'acme/one', quality: null, cost_usd: null }] },
    /named its model/,
  ],
  [{ candidates: [] }, /brought no answer/],
  [{ candidates: [{ model: 'acme/two', quality: 0.7, cost_usd: 0.001 }] }, /stood in/],
  [{ request: null }, /without its prompt/],
  [{ request: 'no JSON' }, /without its prompt/],
  [{ candidates: 'none' }, /another form/],
]

for (const [change, why] of OUT)
  test(`a record with ${JSON.stringify(change)} is left out with its reason`, () => {
    assert.match(String(replayed(change)), why)
  })
