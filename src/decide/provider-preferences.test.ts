import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  catalogOf,
  endpoint,
  promptOf,
  SAMPLE_CONTEXT,
  SAMPLE_PRIOR,
  UNTRIED,
  wishFor,
} from '../../test/sample-market.ts'
import { MeritorderError } from '../errors.ts'
import type { DataPolicy, Endpoint, EndpointHealth, Provider } from '../market/offer.ts'
import { compileCandidates } from './candidates.ts'
import { decide } from './decide.ts'
import { POLICIES } from './policies.ts'
import type { Limits, PolicyRequest } from './policy.ts'

/** One model at five hosts, another at one. */
const ENDPOINTS: readonly Endpoint[] = [
  endpoint('groq/m', 'acme/m', [3, 3]),
  endpoint('deepinfra/acme/m', 'acme/m', [1, 1]),
  endpoint('deepinfra/acme/m-Turbo', 'acme/m', [2, 2], { quantization: 'fp4' }),
  endpoint('togetherai/acme/m-FP8', 'acme/m', [4, 4]),
  endpoint('ollama/m', 'acme/m', [0, 0]),
  endpoint('groq/n', 'acme/n', [0.5, 0.5], { contextTokens: 1_000_000 }),
]

const DATA_POLICIES: Readonly<Record<string, DataPolicy>> = {
  groq: { training: false, retentionDays: 0 },
  deepinfra: { training: false, retentionDays: 30 },
}

type Health = Readonly<Record<string, Partial<EndpointHealth>>>

function decideWith(
  wishes: Partial<PolicyRequest>,
  models: readonly string[] = ['acme/m'],
  health: Health = {},
  facts: Readonly<Record<string, Partial<Provider>>> = {},
) {
  const catalog = catalogOf(ENDPOINTS)
  const providers = catalog.providers.map((provider) => {
    const dataPolicy = DATA_POLICIES[provider.slug]
    return { ...provider, ...(dataPolicy && { dataPolicy }), ...facts[provider.slug] }
  })
  const market = {
    catalog: { ...catalog, providers },
    health: (id: string) => ({ ...UNTRIED, ...health[id] }),
  }
  return decide(promptOf(), wishFor(models, wishes), compileCandidates(market, SAMPLE_PRIOR), SAMPLE_CONTEXT)
}

const ids = (wishes: Partial<PolicyRequest>, models?: readonly string[], health?: Health) =>
  decideWith(wishes, models, health).ranked.map((candidate) => candidate.endpoint.id)
const left = (limits: Limits) => ids({ limits }).sort()

function refusal(run: () => unknown): MeritorderError {
  try {
    run()
  } catch (error) {
    assert.ok(error instanceof MeritorderError)
    return error
  }
  throw new Error('nothing was refused')
}

test('a base slug means all endpoints of a provider, a full slug those of its variant', () => {
  assert.deepEqual(left({ onlyProviders: ['deepinfra'] }), ['deepinfra/acme/m', 'deepinfra/acme/m-Turbo'])
  assert.deepEqual(left({ onlyProviders: ['DeepInfra/turbo'] }), ['deepinfra/acme/m-Turbo'])
  assert.deepEqual(left({ onlyProviders: ['deepinfra/fp4'] }), ['deepinfra/acme/m-Turbo'])
  assert.deepEqual(left({ ignoredProviders: ['deepinfra/turbo', 'groq', 'ollama', 'togetherai'] }), [
    'deepinfra/acme/m',
  ])
})

test("OpenRouter's names of providers are understood, also of those that sell nothing here", () => {
  assert.deepEqual(left({ onlyProviders: ['together', 'parasail'] }), ['togetherai/acme/m-FP8'])
  assert.deepEqual(left({ onlyProviders: ['Together'] }), ['togetherai/acme/m-FP8'])
})

test('the order of providers goes before price, and alone counts where nobody else may be asked', () => {
  const order = ['together', 'deepinfra/turbo']
  assert.deepEqual(ids({ providerOrder: order }).slice(0, 2), [
    'togetherai/acme/m-FP8',
    'deepinfra/acme/m-Turbo',
  ])
  assert.deepEqual(ids({ providerOrder: order, limits: { orderedProviders: order } }), [
    'togetherai/acme/m-FP8',
    'deepinfra/acme/m-Turbo',
  ])
})

test('a provider that nobody knows is refused with those that there are', () => {
  for (const [wishes, field] of [
    [{ limits: { onlyProviders: ['grok'] } }, 'provider.only'],
    [{ limits: { ignoredProviders: ['no/where'] } }, 'provider.ignore'],
    [{ providerOrder: ['grok'] }, 'provider.order'],
  ] as const) {
    const error = refusal(() => ids(wishes))
    assert.equal(error.status, 400)
    assert.equal(error.detail.limit, field)
    assert.match(error.message, /Enabled here: deepinfra, groq/)
  }
  assert.match(refusal(() => ids({ providerOrder: ['grok'] })).message, /Did you mean .*groq/)
})

test('regions: every place that a prompt may go to has to be allowed, and what is unknown is not', () => {
  const placed = (limits: Limits) =>
    decideWith(
      { limits },
      undefined,
      {},
      {
        groq: { regions: ['US'], headquarters: 'US' },
        deepinfra: { regions: ['DE', 'US'], headquarters: 'US' },
        togetherai: { regions: ['EU'], headquarters: 'DE' },
      },
    )
      .ranked.map((candidate) => candidate.endpoint.id)
      .sort()
  assert.deepEqual(placed({ regions: ['EU'] }), ['togetherai/acme/m-FP8'])
  assert.deepEqual(placed({ regions: ['US'] }), ['groq/m'])
  assert.deepEqual(placed({ regions: ['EU', 'US'] }), [
    'deepinfra/acme/m',
    'deepinfra/acme/m-Turbo',
    'groq/m',
    'togetherai/acme/m-FP8',
  ])
  assert.deepEqual(placed({ jurisdiction: ['EEA'] }), ['togetherai/acme/m-FP8'])
  const error = refusal(() => placed({ regions: ['EU'], jurisdiction: ['US'] }))
  assert.equal(error.status, 404)
  const { availability, removed } = error.detail.metadata as {
    availability: { code: string; excluded_by: string[]; constraint: { field: string } }
    removed: object[]
  }
  assert.deepEqual(removed, [
    { limit: 'regions', endpoints: 4 },
    { limit: 'jurisdiction', endpoints: 1 },
  ])
  assert.deepEqual(availability.excluded_by, ['data_region', 'jurisdiction'])
  assert.equal(availability.constraint.field, 'jurisdiction')
})

test('a model at a host may be served elsewhere than the host’s others', () => {
  const catalog = catalogOf([endpoint('groq/m', 'acme/m', [1, 1], { regions: ['FI'] })])
  const providers = catalog.providers.map((provider) => ({ ...provider, regions: ['US'] }))
  const table = compileCandidates({ catalog: { ...catalog, providers }, health: () => UNTRIED }, SAMPLE_PRIOR)
  const wish = wishFor(['acme/m'], { limits: { regions: ['EU'] } })
  assert.equal(decide(promptOf(), wish, table, SAMPLE_CONTEXT).ranked.length, 1)
})

test('a policy’s regions hold beside the caller’s', () => {
  const policy = { ...POLICIES.cheap, limits: { regions: ['DE', 'FR'] } }
  const facts = { groq: { regions: ['DE'] }, deepinfra: { regions: ['FR'] }, togetherai: { regions: ['SE'] } }
  const { ranked, removed } = decideWith({ policy, limits: { regions: ['EU', 'US'] } }, undefined, {}, facts)
  assert.equal(ranked.length, 3)
  assert.deepEqual(removed, [{ limit: 'regions', endpoints: 2 }])
})

test('a policy that pays for carbon prefers clean electricity to a lower price', () => {
  const weights = { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 1e6 }
  const policy = { ...POLICIES.cheap, weights }
  const facts = { groq: { regions: ['NO'] }, deepinfra: { regions: ['PL'] }, togetherai: { regions: ['PL'] } }
  const limits = { ignoredProviders: ['ollama'] }
  const first = (wishes: Partial<PolicyRequest>) =>
    decideWith({ limits, ...wishes }, undefined, {}, facts).ranked[0]!.endpoint.id
  assert.equal(first({ policy }), 'groq/m')
  assert.equal(first({ policy: POLICIES.cheap }), 'deepinfra/acme/m')
})

test('who keeps nothing cannot train on it', () => {
  const facts = { groq: { dataPolicy: { retentionDays: 0 } }, togetherai: { dataPolicy: { zdr: true } } }
  const { ranked } = decideWith({ limits: { noTraining: true } }, undefined, {}, facts)
  assert.deepEqual(ranked.map(({ endpoint }) => endpoint.provider).sort(), [
    'deepinfra',
    'deepinfra',
    'groq',
    'ollama',
    'togetherai',
  ])
})

test('data policies: what is unknown is not allowed, and a server of one’s own keeps prompts at home', () => {
  assert.deepEqual(left({ noTraining: true }), [
    'deepinfra/acme/m',
    'deepinfra/acme/m-Turbo',
    'groq/m',
    'ollama/m',
  ])
  assert.deepEqual(left({ zeroRetention: true }), ['groq/m', 'ollama/m'])
  const error = refusal(() => left({ distillable: true }))
  assert.equal(error.status, 404)
  assert.match(error.message, /provider\.enforce_distillable_text removed 5/)
})

test('a refusal for privacy says so in OpenRouter’s words, with how many endpoints each limit removed', () => {
  const error = refusal(() => left({ zeroRetention: true, ignoredProviders: ['groq', 'ollama'] }))
  const { availability, removed } = error.detail.metadata as Record<string, Record<string, unknown>>
  assert.equal(availability!.code, 'privacy_restricted')
  assert.deepEqual(availability!.excluded_by, ['allowed_providers', 'data_policy:zdr'])
  assert.deepEqual(removed, [
    { limit: 'provider.ignore', endpoints: 2 },
    { limit: 'provider.zdr', endpoints: 3 },
  ])
})

test('quantizations are the host’s word or its name for the model, and may be unknown', () => {
  assert.deepEqual(left({ quantizations: ['fp8'] }), ['togetherai/acme/m-FP8'])
  assert.deepEqual(left({ quantizations: ['fp4', 'unknown'] }), [
    'deepinfra/acme/m',
    'deepinfra/acme/m-Turbo',
    'groq/m',
    'ollama/m',
  ])
})

test('a policy’s limits and the caller’s hold together', () => {
  const policy = {
    ...{ name: 'p', version: 1, qualityBand: 0.05 },
    weights: { quality: 0, costUsd: 1, latencySeconds: 0, carbonKg: 0 },
    limits: { quantizations: ['fp8'], maxPrice: { prompt: 3 } } as Limits,
  }
  const both = refusal(() => ids({ policy, limits: { quantizations: ['fp4'] } }))
  assert.equal(both.detail.limit, 'provider.quantizations')
  const price = refusal(() => ids({ policy, limits: { maxPrice: { prompt: 5 } } }))
  assert.equal(price.detail.limit, 'provider.max_price')
})

test('max_price is in USD per million tokens and removes what is dearer', () => {
  assert.deepEqual(left({ maxPrice: { prompt: 2, completion: 2 } }), [
    'deepinfra/acme/m',
    'deepinfra/acme/m-Turbo',
    'ollama/m',
  ])
  assert.deepEqual(left({ free: true }), ['ollama/m'])
})

test('required parameters keep the hosts that are known to take them', () => {
  assert.equal(left({ parameters: ['seed', 'temperature'] }).length, 5)
  const error = refusal(() => left({ parameters: ['top_a'] }))
  assert.match(error.message, /provider\.require_parameters removed 5/)
})

const SPEEDS: Health = {
  'groq/m': { attempts: 100, firstByteMs: 900, tokensPerSecond: 500, firstByteVariance: 0 },
  'deepinfra/acme/m': {
    attempts: 100,
    ...{ firstByteMs: 200, firstByteVariance: 250_000 },
    ...{ tokensPerSecond: 50, tokensPerSecondVariance: 1 },
  },
}

test('sort orders a model’s endpoints by price, throughput, latency or success alone', () => {
  const first = (by: 'price' | 'throughput' | 'latency' | 'exacto', health: Health = SPEEDS) =>
    ids({ sort: { by, acrossModels: false } }, ['acme/m'], health).filter((id) => !id.startsWith('ollama'))[0]
  assert.equal(first('price'), 'deepinfra/acme/m')
  assert.equal(first('throughput'), 'groq/m')
  assert.equal(first('latency'), 'deepinfra/acme/m')
  assert.equal(
    first('exacto', { 'togetherai/acme/m-FP8': { attempts: 1000, successRate: 1 } }),
    'togetherai/acme/m-FP8',
  )
})

test('the suffixes sort and narrow a named model, and contradicting provider.sort is refused', () => {
  assert.equal(ids({}, ['acme/m:floor'])[0], 'ollama/m')
  assert.equal(ids({}, ['acme/m:nitro'], SPEEDS)[0], 'groq/m')
  assert.deepEqual(ids({}, ['acme/m:free']), ['ollama/m'])
  assert.equal(refusal(() => ids({}, ['acme/m:thinking'])).detail.limit, 'thinking')
  assert.equal(ids({}, ['acme/m:extended']).length, 5)
  assert.match(refusal(() => ids({}, ['acme/m:online'])).message, /web search/)
  const sort = { by: 'price', acrossModels: false } as const
  assert.equal(refusal(() => ids({ sort }, ['acme/m:nitro'])).detail.limit, 'provider.sort')
})

test('partition none sorts the endpoints of all named models together, and an endpoint named twice counts once', () => {
  const sort = { by: 'price', acrossModels: true } as const
  assert.deepEqual(
    ids({ sort, limits: { ignoredProviders: ['ollama', 'together'] } }, ['groq/m', 'acme/m', 'acme/n']),
    ['groq/n', 'deepinfra/acme/m', 'deepinfra/acme/m-Turbo', 'groq/m'],
  )
  assert.equal(
    decideWith({ sort }, ['acme/m', 'acme/n']).reason.endsWith(
      'sorted by price across models, as the call asks.',
    ),
    true,
  )
})

test('an automatic choice keeps its model and sorts the endpoints of it', () => {
  const plain = decideWith({}, [])
  const fast = decideWith({ sort: { by: 'throughput', acrossModels: false } }, [], SPEEDS)
  assert.equal(fast.ranked[0]!.model.slug, plain.ranked[0]!.model.slug)
  const across = decideWith({ policy: 'cheap', sort: { by: 'latency', acrossModels: true } }, [], SPEEDS)
  assert.equal(across.strategy, 'auto')
  assert.equal(across.ranked[0]!.endpoint.id, 'deepinfra/acme/m')
})

test('preferred speeds move what misses them to the end, also before a fall-back model, and remove nothing', () => {
  const preferences = { maxFirstByteMs: { p50: 300 } }
  const rows = ids({ preferences }, ['acme/m', 'acme/n'], {
    ...SPEEDS,
    'groq/n': { attempts: 99, firstByteMs: 100 },
  })
  assert.equal(rows.length, 6)
  assert.ok(rows.indexOf('groq/n') < rows.indexOf('groq/m'))
  assert.equal(rows[0], 'deepinfra/acme/m')
})

test('percentiles beyond the median ask for what was measured: a wide spread or too few calls miss them', () => {
  const rows = (bounds: object) => ids({ preferences: { maxFirstByteMs: bounds } }, ['acme/m'], SPEEDS)
  assert.equal(rows({ p50: 950, p99: 1000 })[0], 'groq/m')
  assert.equal(
    ids({ preferences: { minThroughput: { p90: 48 } } }, ['acme/m'], SPEEDS)[0],
    'deepinfra/acme/m',
  )
})

test('no list that a caller may write stands for a list of the policy', () => {
  const market = { catalog: catalogOf(ENDPOINTS), health: () => UNTRIED }
  const table = compileCandidates(market, SAMPLE_PRIOR)
  const chosenUnder = (limits: Limits) => {
    const policy = { ...POLICIES.balanced, limits }
    const { ranked } = decide(promptOf(), wishFor(['acme/m', 'acme/n'], { policy }), table, SAMPLE_CONTEXT)
    return ranked.map(({ endpoint }) => endpoint)
  }
  const lists: Limits[] = [{ ignoredProviders: ['groq', 'ollama'] }, { excludedModels: ['acme/m', 'zzz'] }]
  for (const limits of lists) {
    const [[member, names]] = Object.entries(limits) as [[string, string[]]]
    chosenUnder({ [member]: [names.join('\n')] })
    const chosen = chosenUnder(limits)
    assert.ok(chosen.length > 0)
    for (const { provider, model } of chosen) assert.ok(!names.includes(provider) && !names.includes(model))
  }
})
