import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { MeritorderError } from '../../errors.ts'
import { readProvider } from './provider.ts'

const read = (provider: object, body: object = {}) => readProvider({ ...body, provider })

test('hard limits are read in the units in which they are decided', () => {
  const { limits } = read({
    data_collection: 'deny',
    zdr: true,
    enforce_distillable_text: true,
    quantizations: ['fp8', 'unknown'],
    max_price: { prompt: '0.5', completion: 2, request: 1, image: '0.01', audio: '1e1' },
  })
  assert.deepEqual(limits, {
    noTraining: true,
    zeroRetention: true,
    distillable: true,
    quantizations: ['fp8', 'unknown'],
    maxPrice: { prompt: 0.5, completion: 2, audio: 10 },
  })
})

test('regions and jurisdiction are lists of countries and their groups', () => {
  const { limits } = read({ regions: ['EU', 'CH'], jurisdiction: ['DE'] })
  assert.deepEqual(limits, { regions: ['EU', 'CH'], jurisdiction: ['DE'] })
  assert.deepEqual(read({ regions: [] }).limits, {})
  for (const wrong of [['Germany'], ['de'], ['EU', 'UK'], ['EU', null], 'EU', { in: 'EU' }])
    for (const member of ['regions', 'jurisdiction'])
      assert.throws(
        () => read({ [member]: wrong }),
        (error) =>
          error instanceof MeritorderError &&
          error.status === 400 &&
          error.message.startsWith(`provider.${member}`) &&
          (!Array.isArray(wrong) || ((error.detail.metadata?.allowed ?? []) as string[]).includes('CH')),
        JSON.stringify(wrong),
      )
})

test('what asks for nothing is no limit', () => {
  const nothing = {
    data_collection: 'allow',
    zdr: false,
    quantizations: [],
    only: [],
    sort: null,
    order: null,
  }
  assert.deepEqual(read(nothing), { limits: {}, allowFallbacks: true })
  assert.deepEqual(readProvider({ provider: null }), { limits: {}, allowFallbacks: true })
})

test('required parameters are those that the body sends, whatever they are called there', () => {
  const body = { temperature: 1, max_completion_tokens: 9, seed: null, messages: [], reasoning_effort: 'low' }
  const { limits } = read({ require_parameters: true }, body)
  assert.deepEqual(limits.parameters, ['temperature', 'max_tokens', 'reasoning'])
  assert.equal(read({ require_parameters: false }, body).limits.parameters, undefined)
})

test('without fallbacks an order is all that may be asked, and without an order only the first choice', () => {
  assert.deepEqual(read({ order: ['groq'], allow_fallbacks: false }), {
    limits: { orderedProviders: ['groq'] },
    providerOrder: ['groq'],
    allowFallbacks: true,
  })
  assert.equal(read({ allow_fallbacks: false }).allowFallbacks, false)
})

test('sort is a word or an object, and the old route says how models are partitioned', () => {
  assert.deepEqual(read({ sort: 'price' }).sort, { by: 'price', acrossModels: false })
  assert.deepEqual(read({ sort: { by: 'throughput', partition: 'none' } }).sort, {
    by: 'throughput',
    acrossModels: true,
  })
  assert.deepEqual(read({ sort: 'latency' }, { route: 'sort' }).sort, { by: 'latency', acrossModels: true })
  assert.deepEqual(read({ sort: { by: 'exacto', partition: 'model' } }, { route: 'sort' }).sort, {
    by: 'exacto',
    acrossModels: false,
  })
  assert.deepEqual(read({}, { route: 'sort' }).sort, { by: 'price', acrossModels: true })
  assert.equal(read({}, { route: 'fallback' }).sort, undefined)
})

test('preferred speeds are the median’s, or each percentile’s', () => {
  assert.deepEqual(
    read({ preferred_min_throughput: 50, preferred_max_latency: { p50: 1, p99: 5 } }).preferences,
    {
      minThroughput: { p50: 50 },
      maxFirstByteMs: { p50: 1000, p99: 5000 },
    },
  )
})

test('max_latency is the time to the last byte, or says which times it means', () => {
  assert.deepEqual(read({ max_latency: 2 }).limits, { maxLatencyMs: 2000 })
  assert.deepEqual(read({ max_latency: { first_byte: 0.5 } }).limits, { maxFirstByteMs: 500 })
  assert.deepEqual(read({ max_latency: { first_byte: 1, total: 9 } }).limits, {
    maxFirstByteMs: 1000,
    maxLatencyMs: 9000,
  })
})

test('what is wrong is refused with what is allowed', () => {
  const cases: [object, RegExp][] = [
    [{ sort: 'speed' }, /provider\.sort must be one of price, throughput, latency, exacto/],
    [{ sort: { by: 'speed' } }, /provider\.sort\.by must be one of price/],
    [{ sort: { by: 'price', group: 1 } }, /provider\.sort\.group must be one of by, partition/],
    [{ sort: { partition: 'all' } }, /provider\.sort\.partition must be one of model, none/],
    [{ sort: 3 }, /provider\.sort must be one of price.*or \{by, partition\}/],
    [{ max_price: { prompt: -1 } }, /provider\.max_price\.prompt must be a number of at least 0/],
    [{ max_price: { prompt: 'NaN' } }, /provider\.max_price\.prompt must be/],
    [{ max_price: { token: 1 } }, /provider\.max_price\.token must be one of prompt, completion/],
    [{ preferred_max_latency: { p42: 1 } }, /preferred_max_latency\.p42 must be one of p50, p75, p90, p99/],
    [{ preferred_max_latency: 'NaN' }, /preferred_max_latency must be a number/],
    [
      { preferred_min_throughput: { p90: 'NaN' } },
      /preferred_min_throughput\.p90 must be a number of at least 0/,
    ],
    [
      { preferred_min_throughput: { p90: -1 } },
      /preferred_min_throughput\.p90 must be a number of at least 0/,
    ],
    [{ max_latency: { p50: 1 } }, /provider\.max_latency\.p50 must be one of first_byte, total/],
    [{ max_latency: { total: -1 } }, /provider\.max_latency\.total must be a number of at least 0/],
    [{ max_cost: -1 }, /provider\.max_cost must be a number of at least 0/],
    [{ max_carbon: '1' }, /provider\.max_carbon must be a number of at least 0/],
    [{ min_quality: 60 }, /provider\.min_quality must be a number from 0 to 1/],
    [{ quantizations: ['fp7'] }, /quantizations\[0\] must be one of int4, int8/],
    [{ data_collection: 'no' }, /data_collection must be one of allow, deny/],
    [{ only: ['*'.repeat(257)] }, /provider\.only must be an array of at most 1024 names of up to 256/],
    [{ zdr: 'yes' }, /provider\.zdr must be true or false/],
    [{ max_prices: 1 }, /provider\.max_prices must be one of the known members: order, only/],
  ]
  for (const [provider, message] of cases) assert.throws(() => read(provider), message)
  assert.throws(() => read({}, { route: 'best' }), /route must be one of fallback, sort/)
})

test('any provider object is read or refused as the caller’s mistake', () => {
  const members = ['sort', 'max_price', 'preferred_max_latency', 'quantizations', 'only', 'zdr', 'x']
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...members), fc.jsonValue()), (provider) => {
      try {
        read(provider)
      } catch (error) {
        assert.ok(error instanceof MeritorderError && error.status === 400, String(error))
      }
    }),
    { numRuns: 1000 },
  )
})
