import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Policy } from '../decide/policy.ts'
import { MeritorderError } from '../errors.ts'
import { readWishes, STEERING_FIELDS } from './wishes.ts'

const wishes = (body: object, header?: string) =>
  readWishes(body as Record<string, unknown>, header, 'balanced')
const policyOf = (body: object) => wishes(body).policy as Policy
const plugin = (settings: object) => ({ plugins: [{ id: 'auto-router', ...settings }] })
const refused = (body: object, field: string, allowed: RegExp) =>
  assert.throws(
    () => wishes(body),
    (error) => {
      assert.ok(error instanceof MeritorderError && error.status === 400)
      assert.equal(error.detail.limit, field)
      assert.match(error.message, allowed)
      return true
    },
  )

test('a whole policy may be sent with the call', () => {
  const policy = {
    quality_band: 0.1,
    weights: { carbon_kg: 2 },
    limits: { max_cost: 0.01 },
    at_least: { model: 'openai/gpt-4o', probability: 0.8 },
  }
  assert.deepEqual(wishes({ policy }, 'fast').policy, {
    name: 'policy:sent',
    version: 1,
    qualityBand: 0.1,
    weights: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 2 },
    limits: { maxCostUsd: 0.01 },
    atLeast: { model: 'openai/gpt-4o', probability: 0.8 },
  })
})

test('a caller cannot switch exploration on', () => {
  refused(
    { policy: { exploration: { share: 1, max_extra_cost_usd: 9 } } },
    'policy.exploration',
    /meritorder\.yaml/,
  )
  assert.equal(policyOf({ policy: { exploration: null } }).exploration, undefined)
})

test('a caller cannot claim evidence for a band', () => {
  refused({ policy: { quality_band: 0.3, evidence: { keep: 1 } } }, 'policy.evidence', /meritorder\.yaml/)
})

test('what is wrong in a sent policy is named with what is allowed', () => {
  refused({ policy: { quality_band: 2 } }, 'policy.quality_band', /<=1/)
  refused({ policy: { limits: { max_prices: 1 } } }, 'policy.limits.max_prices', /known here: allowed_models/)
  refused({ policy: [] }, 'policy', /the name of a policy, or a policy/)
})

test('the trade-off in the body wins over the header, and policy over auto:<policy>', () => {
  assert.equal(policyOf({ tradeoff: 'cost' }).name, 'tradeoff:cost')
  assert.equal((wishes({ tradeoff: 'cost' }, 'fast').policy as Policy).name, 'tradeoff:cost')
  assert.equal(wishes({ model: 'auto:cheap', policy: 'fast' }, 'quality').policy, 'fast')
})

test('two trade-offs in one call contradict each other, and both are named', () => {
  refused({ tradeoff: 'cost', willingness_to_pay: 1 }, 'tradeoff', /tradeoff contradicts willingness_to_pay/)
  refused({ policy: 'cheap', cost_quality_tradeoff: 3 }, 'cost_quality_tradeoff', /contradicts policy/)
  refused({ model: 'auto:cheap', tradeoff: 'cost' }, 'tradeoff', /contradicts model/)
  refused(
    { model: 'router-mf-0.2', ...plugin({ cost_tier: 'low' }) },
    'plugins[].cost_tier',
    /contradicts model/,
  )
  refused(
    plugin({ cost_tier: 'low', cost_quality_tradeoff: 3 }),
    'plugins[].cost_quality_tradeoff',
    /contradicts/,
  )
})

test('every trade-off of another router steers only, and is never sent on', () => {
  for (const field of [
    'max_cost',
    'willingness_to_pay',
    'routing_constraint',
    'tradeoff',
    'cost_quality_tradeoff',
  ])
    assert.ok(STEERING_FIELDS.has(field), field)
})

test('of two limits on the cost of a call the lower holds', () => {
  assert.equal(wishes({ max_cost: 0.1, provider: { max_cost: 0.2 } }).limits.maxCostUsd, 0.1)
  assert.equal(wishes({ max_cost: 0.3, provider: { max_cost: 0.2 } }).limits.maxCostUsd, 0.2)
})

test('OpenRouter’s names for automatic choices are understood, with their suffixes; its other routers are refused', () => {
  assert.deepEqual(wishes({ model: 'openrouter/auto-beta' }).selector, { kind: 'auto' })
  assert.equal(wishes({ model: 'openrouter/free' }).limits.free, true)
  assert.equal(wishes({ model: 'openrouter/auto:free' }).limits.free, true)
  const sorted = wishes({ model: 'openrouter/auto:nitro' })
  assert.deepEqual(sorted.sort, { by: 'throughput', acrossModels: false })
  assert.equal(wishes({ model: 'auto:floor' }).policy, 'floor')
  for (const model of ['openrouter/fusion', 'openrouter/pareto-code', 'openrouter/auto:online'])
    refused({ model }, 'model', /is not supported: /)
})

test('Anthropic’s clients list what to fall back on as objects, and not beside models', () => {
  const fallbacks = [{ model: 'c/d' }]
  assert.deepEqual(wishes({ model: 'a/b', fallbacks }).selector, { kind: 'models', models: ['a/b', 'c/d'] })
  refused({ fallbacks, models: ['a/b'] }, 'fallbacks', /left out beside models/)
  refused({ fallbacks: ['c/d'] }, 'fallbacks[0]', /must be an object/)
})

test('null counts as absent in every form', () => {
  const body = {
    policy: null,
    max_cost: null,
    willingness_to_pay: null,
    routing_constraint: null,
    tradeoff: null,
    cost_quality_tradeoff: null,
    preference_id: null,
  }
  assert.equal(wishes(body).policy, 'balanced')
  assert.deepEqual(wishes(body).limits, {})
})

test('whatever stands in the steering fields is read, or refused as the caller’s mistake', () => {
  const anyBody = fc.dictionary(fc.constantFrom(...STEERING_FIELDS, 'model', 'preference_id'), fc.jsonValue())
  fc.assert(
    fc.property(anyBody, (body) => {
      try {
        wishes(body)
      } catch (error) {
        assert.ok(error instanceof MeritorderError && error.status === 400, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})
