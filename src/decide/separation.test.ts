import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endpoint,
  marketOf,
  promptOf,
  SAMPLE_CONTEXT,
  SAMPLE_UNRATED,
  wishFor,
} from '../../test/sample-market.ts'
import { ARENA_CATEGORIES } from './arena-categories.ts'
import { compileCandidates } from './candidates.ts'
import { decide } from './decide.ts'
import type { Seen } from './experience.ts'
import type { Limits, PolicyName } from './policy.ts'
import type { QualityPrior } from './quality-artifact.ts'

/** `acme/steady` is best over all; `acme/coder` is ahead of it by `lead` Elo points in every other category. */
function priorWith(lead: number): QualityPrior {
  const full = ARENA_CATEGORIES.indexOf('full')
  const rating = (overall: number, elsewhere: number) => ({
    mean: ARENA_CATEGORIES.map((_, c) => (c === full ? overall : elsewhere)),
    sd: ARENA_CATEGORIES.map(() => 10),
  })
  return {
    version: 'sample',
    reference: 'open/small-8b',
    categories: ARENA_CATEGORIES,
    models: new Map([
      ['open/small-8b', rating(1320, 1320)],
      ['acme/steady', rating(1460, 1450)],
      ['acme/coder', rating(1440, 1450 + lead)],
    ]),
    unrated: SAMPLE_UNRATED,
    lines: ARENA_CATEGORIES.map(() => ({ intercept: 0, slope: 1, tau: 0 })),
  }
}

const endpoints = [
  endpoint('p/steady', 'acme/steady', [2, 10]),
  endpoint('q/steady', 'acme/steady', [3, 12]),
  endpoint('p/coder', 'acme/coder', [1, 5]),
  endpoint('p/small', 'open/small-8b', [0.1, 0.1]),
]
const prompt = promptOf({ intent: 'code_generation', codeShare: 1 })
const chosen = (
  lead: number,
  policy: PolicyName = 'quality',
  limits: Limits = {},
  health = {},
  experience?: Seen,
) => {
  const table = compileCandidates(marketOf(endpoints, health), priorWith(lead))
  return decide(prompt, wishFor([], { policy, limits }), table, { ...SAMPLE_CONTEXT, experience })
}
const ids = (decision: ReturnType<typeof chosen>) => decision.ranked.map((candidate) => candidate.endpoint.id)

test('a lead below one standard deviation does not beat the best model on average, and the reason says so', () => {
  const decision = chosen(12)
  assert.deepEqual(ids(decision), ['p/steady', 'q/steady', 'p/coder', 'p/small'])
  assert.match(decision.reason, /the evidence does not separate it from acme\/coder, whose lead of 0\.0/)
  assert.match(decision.reason, /so the best model on average is taken/)
})

test('a lead above one standard deviation does', () => {
  const decision = chosen(20)
  assert.equal(ids(decision)[0], 'p/coder')
  assert.doesNotMatch(decision.reason, /separate/)
})

test('the more ratings of the two there are, the smaller a lead may be', () => {
  const told = (ratings: number): Seen => ({
    experience: {
      models: ['acme/steady', 'acme/coder'],
      evidence: [ratings / 2, ratings / 2],
      unsure: [0.01, 0.01],
      width: 1,
      mean: new Float64Array(3),
      covariance: new Float64Array(9),
    },
    prompt: Float32Array.of(1),
  })
  assert.equal(ids(chosen(6, 'quality', {}, {}, told(2)))[0], 'p/steady')
  assert.equal(ids(chosen(6, 'quality', {}, {}, told(200)))[0], 'p/coder')
})

test('a policy with a wider band is left alone', () => {
  assert.equal(ids(chosen(12, 'balanced'))[0], 'p/coder')
})

test('a cheaper model within the band that is not predicted to be better stays', () => {
  assert.equal(ids(chosen(-2))[0], 'p/coder')
})

test('a best model on average that the limits removed, or that is paused, is not fallen back on', () => {
  assert.equal(ids(chosen(12, 'quality', { excludedModels: ['acme/steady'] }))[0], 'p/coder')
  const paused = { 'p/steady': { pausedUntil: 2_000_000 }, 'q/steady': { pausedUntil: 2_000_000 } }
  assert.equal(ids(chosen(12, 'quality', {}, paused))[0], 'p/coder')
})
