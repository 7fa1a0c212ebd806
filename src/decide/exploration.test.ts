import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endpoint, marketOf, priorOf, promptOf, SAMPLE_CONTEXT, wishFor } from '../../test/sample-market.ts'
import { compileCandidates } from './candidates.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import type { Exploration, Policy } from './policy.ts'
import { WORLDS } from './thompson.ts'

const endpoints = [
  endpoint('p/a', 'acme/a', [1, 5]),
  endpoint('q/a', 'acme/a', [1.1, 5.5]),
  endpoint('p/b', 'acme/b', [1, 4]),
  endpoint('p/c', 'acme/c', [30, 150]),
  endpoint('p/d', 'acme/d', [0.1, 0.2]),
  endpoint('p/e', 'acme/e', [1, 3]),
  endpoint('free/e', 'acme/e', [0, 0]),
]
const prior = priorOf({
  'open/small-8b': 1320,
  'acme/a': 1420,
  'acme/b': 1415,
  'acme/c': 1418,
  'acme/d': 1200,
  'acme/e': 1405,
})
const table = compileCandidates(marketOf(endpoints), prior)

const policyWith = (exploration: Exploration, more: Partial<Policy> = {}): Policy => ({
  name: 'curious',
  version: 1,
  qualityBand: 0.02,
  weights: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 0 },
  exploration,
  ...more,
})

/** A decision with the three draws that exploring asks for. */
function decided(policy: Policy, draws: readonly number[], models: readonly string[] = []): Decision {
  let next = 0
  const random = () => draws[next++ % draws.length]!
  return decide(promptOf(), wishFor(models, { policy }), table, { ...SAMPLE_CONTEXT, random })
}

const first = ({ ranked }: Decision) => ranked[0]!.endpoint.model

/** What every pair of a coin below the share or above it and a world leads to, for one seed. */
function everyChoice(policy: Policy, seed: number): ReadonlyMap<string, Decision> {
  const choices = new Map<string, Decision>()
  for (let world = 0; world < WORLDS; world++) {
    for (const coin of [0, 0.999_999]) {
      const decision = decided(policy, [coin, seed, (world + 0.5) / WORLDS])
      choices.set(first(decision), decision)
    }
  }
  return choices
}

test('the propensities of all choices sum to 1', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.9999, noNaN: true }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.constantFrom(0, 0.005, 0.02, 0.1),
      fc.constantFrom(0, 0.01, 1),
      (seed, share, qualityBand, quality) => {
        const weights = { quality, costUsd: 1, latencySeconds: 0, carbonKg: 0 }
        const policy = policyWith({ share, maxExtraCostUsd: 1 }, { qualityBand, weights })
        const choices = [...everyChoice(policy, seed).values()]
        const sum = choices.reduce((total, { propensity }) => total + propensity, 0)
        assert.ok(Math.abs(sum - 1) < 1e-9, `${sum}`)
        assert.ok(choices.every(({ propensity }) => propensity > 0))
      },
    ),
    { numRuns: 25 },
  )
})

test('a model is taken as often as its propensity says', () => {
  const policy = policyWith({ share: 0.5, maxExtraCostUsd: 1 })
  const seed = 0.3
  const counts = new Map<string, number>()
  for (let world = 0; world < WORLDS; world++) {
    for (const coin of [0.25, 0.75]) {
      const model = first(decided(policy, [coin, seed, (world + 0.5) / WORLDS]))
      counts.set(model, (counts.get(model) ?? 0) + 1)
    }
  }
  for (const [model, { propensity }] of everyChoice(policy, seed))
    assert.equal(counts.get(model)! / (2 * WORLDS), propensity, model)
})

test('what was drawn comes first with all its endpoints, the best choice follows, and the reason says so', () => {
  const policy = policyWith({ share: 0.1, maxExtraCostUsd: 1 }, { qualityBand: 0.001 })
  const greedy = decided(policy, [0.999, 0.3, 0.3])
  const other = [...everyChoice(policy, 0.3).values()].find((decision) => first(decision) !== first(greedy))!
  assert.match(
    other.reason,
    new RegExp(`^explored: drawn with probability 0\\.\\d+ instead of ${first(greedy)};`),
  )
  assert.doesNotMatch(greedy.reason, /explored/)
  const models = other.ranked.map((candidate) => candidate.endpoint.model)
  assert.equal(models[models.lastIndexOf(first(other)) + 1], first(greedy))
  assert.equal(new Set(other.ranked.map(({ endpoint: { id } }) => id)).size, greedy.ranked.length)
  assert.ok(greedy.propensity >= 0.9)
})

test('nothing is tried that costs more than the cap above the best choice, or has no comparable cost', () => {
  const policy = policyWith({ share: 0.9, maxExtraCostUsd: 0.001 })
  assert.ok(!everyChoice(policy, 0.7).has('acme/c'))
  assert.ok(
    everyChoice(policyWith({ share: 0.9, maxExtraCostUsd: 10 }, { qualityBand: 0 }), 0.7).has('acme/c'),
  )
})

test('nothing is tried below the floor of predicted quality', () => {
  const narrow = { qualityBand: 0.001 }
  const all = everyChoice(policyWith({ share: 0.9, maxExtraCostUsd: 1 }, narrow), 0.7)
  assert.ok(all.has('acme/e'))
  const floored = everyChoice(policyWith({ share: 0.9, maxExtraCostUsd: 1, minQuality: 0.625 }, narrow), 0.7)
  assert.ok(!floored.has('acme/e'))
  assert.ok(floored.has('acme/b'))
})

test('where the floor leaves nothing to try, the choice is certain', () => {
  const decision = decided(policyWith({ share: 0.9, maxExtraCostUsd: 1, minQuality: 0.99 }), [0, 0.5, 0.5])
  assert.equal(decision.propensity, 1)
})

test('named models never explore, nor do policies without exploration', () => {
  const random = () => assert.fail('nothing may be drawn')
  const context = { ...SAMPLE_CONTEXT, random }
  const policy = policyWith({ share: 1, maxExtraCostUsd: 1 })
  assert.equal(decide(promptOf(), wishFor(['acme/d'], { policy }), table, context).propensity, 1)
  assert.equal(decide(promptOf(), wishFor(), table, context).propensity, 1)
})

test('a paused endpoint is not tried', () => {
  const health = { 'p/b': { pausedUntil: 2_000_000 } }
  const paused = compileCandidates(marketOf(endpoints, health), prior)
  const policy = policyWith({ share: 1, maxExtraCostUsd: 1 }, { qualityBand: 0 })
  for (let world = 0; world < WORLDS; world++) {
    const draws = [0, 0.7, (world + 0.5) / WORLDS]
    let next = 0
    const random = () => draws[next++]!
    const decision = decide(promptOf(), wishFor([], { policy }), paused, { ...SAMPLE_CONTEXT, random })
    assert.notEqual(first(decision), 'acme/b')
  }
})
