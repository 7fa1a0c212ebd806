import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  endpoint,
  marketOf,
  priorOf,
  promptOf,
  SAMPLE_CONTEXT,
  wishFor,
} from '../../../test/sample-market.ts'
import { compileCandidates } from '../../decide/candidates.ts'
import { decide } from '../../decide/decide.ts'
import { MOST_SHIFT } from '../../decide/experience.ts'
import type { Limits, Policy } from '../../decide/policy.ts'
import { seededRandom } from '../random.ts'
import { createLearner, type Learner } from './learner.ts'

const MODELS = ['acme/a', 'acme/b', 'acme/c', 'acme/d', 'evil/e']
const table = compileCandidates(
  marketOf([
    endpoint('p/a', 'acme/a', [1, 5]),
    endpoint('p/b', 'acme/b', [1, 4]),
    endpoint('p/c', 'acme/c', [30, 150]),
    endpoint('p/d', 'acme/d', [0.1, 0.2]),
    endpoint('p/e', 'evil/e', [0.1, 0.1]),
  ]),
  priorOf({
    'open/small-8b': 1320,
    'acme/a': 1420,
    'acme/b': 1415,
    'acme/c': 1418,
    'acme/d': 1200,
    'evil/e': 1100,
  }),
)
const POINT = { embedding: Float32Array.of(1), shape: Float32Array.of(1) }
const SHARE = 0.1
const LIMITS: Limits = { allowedModels: ['acme/*'], maxCostUsd: 0.01 }

const policy: Policy = {
  name: 'curious',
  version: 1,
  qualityBand: 0.02,
  weights: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 0 },
  exploration: { share: SHARE, maxExtraCostUsd: 0.002 },
}

/** Whatever somebody may send who wants the traffic: any ratings, of any model, as often as he likes. */
const stream = fc.array(
  fc.record({
    model: fc.constantFrom(...MODELS),
    quality: fc.constantFrom(0, 1),
    times: fc.integer({ min: 1, max: 30 }),
  }),
  { maxLength: 12 },
)

function taught(all: readonly { model: string; quality: number; times: number }[]): Learner {
  const learner = createLearner()
  for (const [i, { times, ...rating }] of all.entries())
    for (let k = 0; k < times; k++)
      learner.rate({ ...rating, key: `${i} ${k}`, at: i, point: POINT, predicted: 0.5 })
  return learner
}

function decided(learner: Learner, random: () => number) {
  const context = { ...SAMPLE_CONTEXT, random, experience: learner.see(POINT) }
  return decide(promptOf(), wishFor([], { policy, limits: LIMITS }), table, context)
}

test('whatever is rated, calls stay on the allowed models, within their cost, and explore no more than they may', () => {
  fc.assert(
    fc.property(stream, fc.nat(), (all, seed) => {
      const learner = taught(all)
      const random = seededRandom(seed)
      let explored = 0
      for (let call = 0; call < 100; call++) {
        const decision = decided(learner, random)
        for (const { endpoint: one, costUsd } of decision.ranked) {
          assert.match(one.model, /^acme\//)
          assert.ok(costUsd! <= LIMITS.maxCostUsd!)
        }
        if (decision.propensity <= SHARE) explored++
      }
      // 10 % of 100 calls; more than 30 have a probability below 10⁻⁸.
      assert.ok(explored <= 30, `${explored} of 100 calls explored`)
    }),
    { numRuns: 60 },
  )
})

test('a model that is rated bad by everybody is still tried: its propensity is what exploring gives it, and stays known', () => {
  const learner = taught([{ model: 'acme/a', quality: 0, times: 15 }])
  const random = seededRandom(1)
  const tries = Array.from({ length: 3_000 }, () => decided(learner, random)).filter(
    ({ ranked }) => ranked[0]!.endpoint.model === 'acme/a',
  )
  assert.ok(tries.length > 0)
  for (const { propensity } of tries) assert.ok(propensity > 0 && propensity <= SHARE)
})

test('all bad ratings of all models move none of them far against the others', () => {
  const learner = taught(MODELS.map((model) => ({ model, quality: 0, times: 100 })))
  const { ranked } = decided(learner, () => 0.99)
  const shifts = ranked.map(({ experience }) => experience!.shift)
  assert.ok(Math.max(...shifts) - Math.min(...shifts) < 0.02)
  for (const shift of shifts) assert.ok(Math.abs(shift) <= MOST_SHIFT)
})
