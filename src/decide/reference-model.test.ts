import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  catalogOf,
  endpoint,
  marketOf,
  promptOf,
  SAMPLE_CONTEXT,
  SAMPLE_ENDPOINTS,
  SAMPLE_PRIOR,
  wishFor,
} from '../../test/sample-market.ts'
import { compileCandidates } from './candidates.ts'
import { decide } from './decide.ts'
import { POLICIES } from './policies.ts'
import type { Limits, Policy } from './policy.ts'

const catalog = catalogOf([...SAMPLE_ENDPOINTS, endpoint('far/giant', 'far/giant', [3, 9])])
const table = compileCandidates(marketOf(SAMPLE_ENDPOINTS), SAMPLE_PRIOR, catalog)
const under = (policy: Partial<Policy>, models: readonly string[] = []) =>
  decide(promptOf(), wishFor(models, { policy: { ...POLICIES.cheap, ...policy } }), table, SAMPLE_CONTEXT)
const left = (model: string, probability: number) =>
  [
    ...new Set(
      under({ atLeast: { model, probability }, qualityBand: 1 }).ranked.map(({ model: m }) => m.slug),
    ),
  ].sort()
const limited = (limits: Limits) => under({ limits }).ranked.map(({ costUsd }) => costUsd)

test('at least as good as one model: those that probably are, and the model itself at any probability', () => {
  assert.deepEqual(left('acme/middle', 0.5), ['acme/large', 'acme/middle'])
  assert.deepEqual(left('acme/middle', 0.9999), ['acme/middle'])
  assert.ok(left('acme/middle', 0.001).includes('acme/middle'))
  assert.equal(
    under({ atLeast: { model: 'acme/middle', probability: 0.5 } }).ranked[0]?.model.slug,
    'acme/middle',
  )
})

test('a higher probability never adds a model', () => {
  const anyProbability = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(anyProbability, anyProbability, (a, b) => {
      const strict = left('open/medium-70b', Math.max(a, b))
      const loose = left('open/medium-70b', Math.min(a, b))
      assert.ok(strict.every((model) => loose.includes(model)))
    }),
    { numRuns: 40 },
  )
})

test('models that are not good enough are counted under at_least', () => {
  const { removed } = under({ atLeast: { model: 'acme/large', probability: 0.5 } })
  assert.ok(removed.some(({ limit, endpoints }) => limit === 'at_least' && endpoints > 0))
  assert.throws(
    () => under({ atLeast: { model: 'acme/large', probability: 0.5 } }, ['open/small-8b']),
    /at_least/,
  )
})

test('a model that no enabled provider serves can be compared with', () => {
  assert.ok(left('far/giant', 0.2).includes('acme/large'))
  const prices = limited({ maxCostOfModel: 'far/giant' })
  const giant = (1000 * 3 + under({}).expectedCompletionTokens * 9) / 1e6
  assert.ok(prices.length > 0 && prices.every((cost) => cost !== undefined && cost <= giant + 1e-12))
})

test('as cheap as one model: nothing that costs more than its cheapest endpoint', () => {
  const cheapest = under({}, ['mall/open/medium-70b']).ranked[0]!.costUsd!
  const prices = limited({ maxCostOfModel: 'open/medium-70b' })
  assert.ok(prices.length > 1 && prices.every((cost) => cost !== undefined && cost <= cheapest))
})

test('a name that nobody knows is refused under the field that has it', () => {
  assert.throws(() => left('acme/lrage', 0.5), /at_least: there is no model "acme\/lrage".*acme\/large/)
  assert.throws(() => limited({ maxCostOfModel: 'nobody' }), /as_cheap_as: there is no model/)
})

test('a model without any price is no measure of cost', () => {
  const riddle = [endpoint('riddle/x', 'riddle/x'), ...SAMPLE_ENDPOINTS]
  const without = compileCandidates(marketOf(riddle), SAMPLE_PRIOR)
  const policy = { ...POLICIES.cheap, limits: { maxCostOfModel: 'riddle/x' } }
  assert.throws(
    () => decide(promptOf(), wishFor([], { policy }), without, SAMPLE_CONTEXT),
    /as_cheap_as: no host/,
  )
})
