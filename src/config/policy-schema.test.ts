import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from './policy-schema.ts'

const parse = (value: unknown, name = 'mine') =>
  parsePolicy(value, name, `policy.policies.${name}`, 'Correct it in meritorder.yaml.')

test('a policy of the user’s own is read, with defaults for what it leaves out', () => {
  assert.deepEqual(parse({ quality_band: 0.2, weights: { carbon_kg: 0.1 } }, 'green'), {
    name: 'green',
    version: 1,
    qualityBand: 0.2,
    weights: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 0.1 },
  })
  assert.equal(parse(null).qualityBand, 0.05)
})

test('limits have the names that callers send, in their units', () => {
  const limits = {
    allowed_models: ['anthropic/*'],
    excluded_models: ['anthropic/claude-2'],
    only: ['groq'],
    ignore: ['mall'],
    data_collection: 'deny',
    zdr: true,
    quantizations: ['fp8'],
    max_price: { prompt: 2 },
    regions: ['EU', 'CH'],
    jurisdiction: ['EEA'],
    max_cost: 0.01,
    as_cheap_as: 'openai/gpt-4o-mini',
    max_latency: 2,
    max_carbon: 1,
    min_quality: 0.5,
    cheapest_share: 0.4,
  }
  assert.deepEqual(parse({ limits }).limits, {
    allowedModels: ['anthropic/*'],
    excludedModels: ['anthropic/claude-2'],
    onlyProviders: ['groq'],
    ignoredProviders: ['mall'],
    noTraining: true,
    zeroRetention: true,
    quantizations: ['fp8'],
    maxPrice: { prompt: 2 },
    regions: ['EU', 'CH'],
    jurisdiction: ['EEA'],
    maxCostUsd: 0.01,
    maxCostOfModel: 'openai/gpt-4o-mini',
    maxLatencyMs: 2000,
    maxCarbonGrams: 1,
    minQuality: 0.5,
    cheapestShare: 0.4,
  })
})

test('max_latency may say which times it means, and nonsense in it is refused with what it may be', () => {
  const { limits } = parse({ limits: { max_latency: { first_byte: 1, total: 9 } } })
  assert.deepEqual(limits, { maxFirstByteMs: 1000, maxLatencyMs: 9000 })
  const refused: [unknown, RegExp][] = [
    ['fast', /limits\.max_latency: Invalid input: expected seconds, or \{first_byte, total\}/],
    [{ p50: 1 }, /limits\.max_latency\.p50: .*known here: first_byte, total\./],
    [-1, /limits\.max_latency: Too small: expected number to be >=0/],
  ]
  for (const [max_latency, message] of refused)
    assert.throws(() => parse({ limits: { max_latency } }), message)
})

test('an endpoint is chosen by merit unless the policy draws by price', () => {
  assert.equal(parse({}).endpointChoice, undefined)
  assert.equal(parse({ endpoint_choice: 'merit' }).endpointChoice, undefined)
  assert.equal(parse({ endpoint_choice: 'price_weighted' }).endpointChoice, 'price_weighted')
  assert.throws(() => parse({ endpoint_choice: 'cheapest' }), /"merit"\|"price_weighted"/)
})

test('a model to compare with and exploration are read', () => {
  const { atLeast, exploration } = parse({
    at_least: { model: 'openai/gpt-5' },
    exploration: { share: 0.02, max_extra_cost_usd: 0.01, min_quality: 0.4 },
  })
  assert.deepEqual(atLeast, { model: 'openai/gpt-5', probability: 0.5 })
  assert.deepEqual(exploration, { share: 0.02, maxExtraCostUsd: 0.01, minQuality: 0.4 })
})

const evidence = {
  quality_band: 0.1,
  data: 'outcomes.jsonl.gz',
  sha256: '0123456789abcdef',
  prompts: 900,
  baseline: 'acme/large',
  keep: 0.95,
  confidence: 0.9,
  method: 'learn-then-test',
  quality_share: 0.98,
  proven_share: 0.951,
  folds: 5,
  seed: 1,
  date: '2026-01-31',
}

test('evidence of the band is kept with the policy', () => {
  const { quality_band: _, quality_share, proven_share, ...rest } = evidence
  assert.deepEqual(parse({ quality_band: 0.1, evidence }).evidence, {
    ...rest,
    qualityShare: quality_share,
    provenShare: proven_share,
  })
})

test('evidence of another band is refused', () => {
  assert.throws(
    () => parse({ quality_band: 0.2, evidence }),
    /mine\.evidence\.quality_band: is 0\.1, and the band of the policy 0\.2: calibrate again, or remove/,
  )
})

test('what is wrong is named by its place in the file', () => {
  assert.throws(() => parse({ quality_band: 2 }), /policy\.policies\.mine\.quality_band/)
  assert.throws(
    () => parse({ wieghts: {} }),
    /policy\.policies\.mine\.wieghts: .*known here: version, quality_band/,
  )
  assert.throws(
    () => parse({ limits: { max_prices: 1 } }),
    /mine\.limits\.max_prices: .*known here: .*max_cost/,
  )
  assert.throws(() => parse({ at_least: { model: 'a/b', probability: 2 } }), /mine\.at_least\.probability/)
  assert.throws(() => parse({ exploration: { share: 0.1 } }), /mine\.exploration\.max_extra_cost_usd/)
  assert.throws(() => parse('cheap'), /policy\.policies\.mine/)
})
