import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  catalogOf,
  endpoint,
  marketOf,
  priorOf,
  promptOf,
  SAMPLE_CONTEXT,
  SAMPLE_ENDPOINTS,
  SAMPLE_PRIOR,
  wishFor,
} from '../../test/sample-market.ts'
import { MeritorderError } from '../errors.ts'
import type { Endpoint } from '../market/offer.ts'
import type { Parameter } from '../market/parameters.ts'
import type { Quantization } from '../market/quantization.ts'
import { compileCandidates } from './candidates.ts'
import { decide } from './decide.ts'
import type { Candidate, Decision } from './decision.ts'
import { POLICIES } from './policies.ts'
import type { Limits, PolicyName } from './policy.ts'

const table = compileCandidates(marketOf(SAMPLE_ENDPOINTS), SAMPLE_PRIOR)
const auto = (policy: PolicyName, limits: Limits = {}, prompt = promptOf()) =>
  decide(prompt, wishFor([], { policy, limits }), table, SAMPLE_CONTEXT)
const ids = (decision: Decision) => decision.ranked.map((candidate) => candidate.endpoint.id)
const named = (...models: string[]) => decide(promptOf(), wishFor(models), table, SAMPLE_CONTEXT)

const refusal = (run: () => unknown): MeritorderError => {
  try {
    run()
  } catch (error) {
    if (error instanceof MeritorderError) return error
    throw error
  }
  return assert.fail('nothing was refused')
}

test('quality takes the best model at its cheapest host', () => {
  assert.equal(ids(auto('quality'))[0], 'acme/large-1')
})

test('balanced takes the cheapest model within its band of the best, and says so with numbers', () => {
  const decision = auto('balanced')
  assert.equal(ids(decision)[0], 'acme/middle-1')
  assert.match(
    decision.reason,
    /^predicted 0\.66 quality against the best's 0\.69 \(acme\/large\) at 20 % of its cost/,
  )
  assert.equal(decision.strategy, 'auto')
  assert.equal(decision.propensity, 1)
  assert.equal(decision.artifact, 'quality:sample')
})

test('a band that was reckoned is told in three decimals', () => {
  const policy = { ...POLICIES.balanced, name: 'router-mf-0.11593', qualityBand: 0.005 + 0.295 * 0.11593 }
  const decision = decide(promptOf(), wishFor([], { policy }), table, SAMPLE_CONTEXT)
  assert.match(decision.reason, /within 0\.039 of the best/)
})

test('cheap goes further down in quality, but keeps its floor', () => {
  assert.equal(ids(auto('cheap'))[0], 'mall/open/medium-70b')
})

test('fast takes the quick host within its band', () => {
  const quick = [...SAMPLE_ENDPOINTS, endpoint('groq/middle', 'acme/middle', [2, 10])]
  const decision = decide(
    promptOf(),
    wishFor([], { policy: 'fast' }),
    compileCandidates(marketOf(quick), SAMPLE_PRIOR),
    SAMPLE_CONTEXT,
  )
  assert.equal(ids(decision)[0], 'groq/middle')
})

test('behind the band, what is nearest in quality comes first, so that a fall-back is near', () => {
  const order = ids(auto('quality'))
  assert.ok(order.indexOf('acme/middle-1') < order.indexOf('mall/open/medium-70b'))
  assert.ok(order.indexOf('mall/open/medium-70b') < order.indexOf('mall/open/small-8b'))
})

test('a $0 trial and an endpoint without a price come after those with a price, a local server does not', () => {
  assert.deepEqual(ids(named('open/medium-70b')), [
    'mall/open/medium-70b',
    'groq/medium-70b-versatile',
    'trial/open/medium-70b',
    'riddle/medium',
  ])
  assert.deepEqual(ids(named('open/small-8b')), ['ollama/small:8b', 'mall/open/small-8b'])
  assert.equal(named('open/small-8b').ranked[0]?.costUsd, 0)
  assert.equal('costUsd' in named('riddle/medium').ranked[0]!, false)
})

test('auto chooses neither deprecated models nor embeddings; who names one gets it', () => {
  const decision = auto('quality')
  assert.ok(!ids(decision).includes('acme/large-0'))
  assert.ok(!ids(decision).includes('acme/text-embed'))
  assert.deepEqual(decision.removed, [
    { limit: 'chat', endpoints: 1 },
    { limit: 'deprecated', endpoints: 1 },
  ])
  assert.deepEqual(ids(named('acme/large-0')), ['acme/large-0'])
})

test('a model that nobody rated is called a guess', () => {
  const decision = auto('cheap', { allowedModels: ['new/*'] })
  assert.equal(decision.ranked[0]?.evidence, 'prior')
  assert.match(decision.reason, /nobody has rated/)
})

test('the baseline is the best model on average, or the one that the configuration names', () => {
  assert.equal(auto('cheap').baseline?.model, 'acme/large')
  const configured = decide(promptOf(), wishFor(), table, { ...SAMPLE_CONTEXT, baselineModel: 'acme/middle' })
  assert.equal(configured.baseline?.model, 'acme/middle')
  assert.equal(configured.baseline?.costUsd, (1000 * 1 + configured.expectedCompletionTokens * 5) / 1e6)
  const elsewhere = decide(promptOf(), wishFor(), table, { ...SAMPLE_CONTEXT, baselineModel: 'not/here' })
  assert.equal(elsewhere.baseline, undefined)
})

test('a model is found by slug, endpoint id, short slug and a host’s id, in any case', () => {
  assert.equal(named('acme/large').ranked.length, 2)
  assert.deepEqual(ids(named('mall/acme/large')), ['mall/acme/large'])
  assert.equal(named('MEDIUM-70B').ranked.length, 4)
  assert.equal(named('medium-70b-versatile').ranked.length, 4)
  assert.equal(named('acme/large').strategy, 'direct')
})

test(':nitro sorts by time, :floor by price, :free keeps only what is free', () => {
  assert.equal(ids(named('open/medium-70b:nitro'))[0], 'groq/medium-70b-versatile')
  assert.equal(ids(named('open/medium-70b:floor'))[0], 'mall/open/medium-70b')
  assert.deepEqual(ids(named('open/medium-70b:free')), ['trial/open/medium-70b'])
})

test('models in order: all endpoints of the first, then of the second; one that nobody serves is passed over', () => {
  const decision = named('acme/large', 'open/small-8b')
  assert.equal(decision.strategy, 'fallback')
  assert.deepEqual(ids(decision), [
    'acme/large-1',
    'mall/acme/large',
    'ollama/small:8b',
    'mall/open/small-8b',
  ])
  assert.deepEqual(ids(named('acme/large', 'large')), ids(named('acme/large')))
  const long = decide(
    promptOf({ tokens: 100_000 }),
    wishFor(['mall/open/small-8b', 'acme/large']),
    table,
    SAMPLE_CONTEXT,
  )
  assert.deepEqual(ids(long), ['acme/large-1', 'mall/acme/large'])
})

test('providers named in order are tried first', () => {
  const decision = decide(
    promptOf(),
    wishFor(['acme/large'], { providerOrder: ['mall'] }),
    table,
    SAMPLE_CONTEXT,
  )
  assert.deepEqual(ids(decision), ['mall/acme/large', 'acme/large-1'])
})

test('a paused endpoint comes last, an unreliable one pays for its failures', () => {
  const market = marketOf(SAMPLE_ENDPOINTS, {
    'mall/open/medium-70b': { pausedUntil: 2_000_000, attempts: 9, successRate: 0.1 },
  })
  const paused = decide(
    promptOf(),
    wishFor(['open/medium-70b']),
    compileCandidates(market, SAMPLE_PRIOR),
    SAMPLE_CONTEXT,
  )
  assert.equal(ids(paused)[0], 'groq/medium-70b-versatile')
  assert.equal(ids(paused).at(-1), 'mall/open/medium-70b')
  const flaky = marketOf(SAMPLE_ENDPOINTS, { 'acme/large-1': { attempts: 50, successRate: 0.5 } })
  const avoided = decide(
    promptOf(),
    wishFor(['acme/large']),
    compileCandidates(flaky, SAMPLE_PRIOR),
    SAMPLE_CONTEXT,
  )
  assert.equal(ids(avoided)[0], 'mall/acme/large')
})

test('when the whole short list is paused, the next endpoints are found', () => {
  const many = Array.from({ length: 120 }, (_, i) => endpoint(`host${i}/m`, `acme/m${i}`, [1 + i / 100, 1]))
  const ratings = Object.fromEntries(many.map(({ model }) => [model, 1400]))
  const health = Object.fromEntries(many.slice(0, 100).map(({ id }) => [id, { pausedUntil: 2_000_000 }]))
  const crowded = compileCandidates(marketOf(many, health), priorOf({ ...ratings, 'open/small-8b': 1320 }))
  const decision = decide(promptOf(), wishFor(), crowded, SAMPLE_CONTEXT)
  assert.equal(ids(decision)[0], 'host100/m')
  assert.equal(decision.ranked.length, 20)
})

test('a measured speed replaces the prior, also for max_latency', () => {
  const health = { 'acme/large-1': { attempts: 100, firstByteMs: 100, tokensPerSecond: 1000 } }
  const measured = compileCandidates(marketOf(SAMPLE_ENDPOINTS, health), SAMPLE_PRIOR)
  const decision = decide(
    promptOf(),
    wishFor([], { limits: { maxLatencyMs: 1000 } }),
    measured,
    SAMPLE_CONTEXT,
  )
  assert.equal(ids(decision)[0], 'acme/large-1')
  assert.ok(decision.ranked[0]!.latencyMs < 1000)
})

test('max_latency holds for the predicted first byte and for the whole, whichever is asked for', () => {
  const health = {
    'acme/large-1': { attempts: 1000, firstByteMs: 5000, tokensPerSecond: 1000 },
    'mall/acme/large': { attempts: 1000, firstByteMs: 100, tokensPerSecond: 10 },
  }
  const measured = compileCandidates(marketOf(SAMPLE_ENDPOINTS, health), SAMPLE_PRIOR)
  const left = (limits: Limits) =>
    ids(decide(promptOf(), wishFor(['acme/large'], { limits }), measured, SAMPLE_CONTEXT))
  assert.deepEqual(left({ maxFirstByteMs: 1000 }), ['mall/acme/large'])
  assert.deepEqual(left({ maxLatencyMs: 10_000 }), ['acme/large-1'])
  const both = refusal(() => left({ maxFirstByteMs: 1000, maxLatencyMs: 10_000 }))
  assert.equal(both.status, 404)
  assert.match(both.message, /max_latency removed 2/)
})

test('the limit that removed the last endpoint is named, with the counts of all', () => {
  const error = refusal(() => auto('quality', { onlyProviders: ['acme'], maxCostUsd: 1e-9 }))
  assert.equal(error.status, 404)
  assert.equal(error.detail.limit, 'max_cost')
  assert.match(error.message, /max_cost removed the last.*provider\.only removed 8.*max_cost removed 2/)
})

test('a prompt that fits no context is refused as such', () => {
  const error = refusal(() => auto('quality', {}, promptOf({ tokens: 2_000_000 })))
  assert.equal(error.code, 'context_length_exceeded')
  assert.equal(error.detail.limit, 'context_length')
})

test('an unknown model is refused with the closest names', () => {
  const error = refusal(() => named('acme/lrage'))
  assert.equal(error.status, 400)
  assert.deepEqual(error.detail.metadata, {
    availability: { code: 'model_not_found', retryable: false, requested_models: ['acme/lrage'] },
    suggestions: ['acme/large'],
  })
})

test('a short name of several models is refused with their slugs', () => {
  const twins = [endpoint('mall/x', 'one/twin', [1, 1]), endpoint('mall/y', 'two/twin', [1, 1])]
  const both = compileCandidates(marketOf(twins), SAMPLE_PRIOR)
  const error = refusal(() => decide(promptOf(), wishFor(['twin']), both, SAMPLE_CONTEXT))
  assert.match(error.message, /one\/twin, two\/twin/)
})

test('a model that only providers without a key serve is refused with the keys that would help', () => {
  const enabled = SAMPLE_ENDPOINTS.filter(({ provider }) => provider === 'ollama')
  const narrow = compileCandidates(marketOf(enabled), SAMPLE_PRIOR, catalogOf(SAMPLE_ENDPOINTS))
  const error = refusal(() => decide(promptOf(), wishFor(['acme/large']), narrow, SAMPLE_CONTEXT))
  assert.equal(error.status, 404)
  assert.match(error.message, /acme \(ACME_API_KEY\), mall \(MALL_API_KEY\)/)
})

test('without any provider the error says what to do', () => {
  const empty = compileCandidates(marketOf([]), SAMPLE_PRIOR)
  assert.match(refusal(() => decide(promptOf(), wishFor(), empty, SAMPLE_CONTEXT)).message, /--practice/)
})

test('an unknown policy is refused with the names of those there are', () => {
  const error = refusal(() => decide(promptOf(), wishFor([], { policy: 'toString' }), table, SAMPLE_CONTEXT))
  assert.match(error.message, /quality, balanced, cheap, fast/)
})

const anyPrice = fc.double({ min: 0.01, max: 50, noNaN: true })
const anyMarket = fc
  .array(
    fc.record({
      provider: fc.integer({ min: 0, max: 5 }),
      model: fc.integer({ min: 0, max: 11 }),
      prompt: anyPrice,
      completion: anyPrice,
      tools: fc.boolean(),
      context: fc.constantFrom(2_000, 8_000, 128_000),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ provider, model, prompt, completion, tools, context }, i) =>
      endpoint(`p${provider}/e${i}`, `maker/m${model}`, [prompt, completion], {
        contextTokens: context,
        supports: { tools, structuredOutput: false, reasoning: false, temperature: true },
      }),
    ),
  )
const anyPolicy = fc.constantFrom<PolicyName>('quality', 'balanced', 'cheap', 'fast')
const ladder = priorOf({
  'open/small-8b': 1320,
  ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`maker/m${i}`, 1300 + 17 * i])),
})
const decideIn = (endpoints: readonly Endpoint[], policy: PolicyName, limits: Limits = {}) =>
  decide(
    promptOf(),
    wishFor([], { policy, limits }),
    compileCandidates(marketOf(endpoints), ladder),
    SAMPLE_CONTEXT,
  )

test('the order in which the catalog lists endpoints does not matter, and deciding twice gives the same', () => {
  fc.assert(
    fc.property(
      anyMarket.chain((market) =>
        fc.tuple(fc.constant(market), fc.shuffledSubarray(market, { minLength: market.length })),
      ),
      anyPolicy,
      ([market, shuffled], policy) => {
        assert.deepEqual(decideIn(shuffled, policy), decideIn(market, policy))
      },
    ),
  )
})

test('raising a price never improves the rank of an endpoint', () => {
  fc.assert(
    fc.property(
      anyMarket,
      anyPolicy,
      fc.nat(),
      fc.double({ min: 1, max: 10, noNaN: true }),
      (market, policy, n, factor) => {
        const dearer = market[n % market.length]!
        const times = (price: string) => (Number(price) * factor).toFixed(14)
        const raised = market.map((e) =>
          e === dearer
            ? { ...e, price: { prompt: times(e.price!.prompt), completion: times(e.price!.completion) } }
            : e,
        )
        const place = (decision: Decision) => {
          const at = ids(decision).indexOf(dearer.id)
          return at < 0 ? Infinity : at
        }
        assert.ok(place(decideIn(raised, policy)) >= place(decideIn(market, policy)))
      },
    ),
    { numRuns: 300 },
  )
})

test('another limit never adds an endpoint, and every endpoint is either left or counted once', () => {
  const anyLimits = fc.record(
    {
      excludedModels: fc.constant(['maker/m1*']),
      ignoredProviders: fc.constant(['p1']),
      maxCostUsd: fc.constantFrom(0.001, 0.01),
      maxLatencyMs: fc.constantFrom(3_000, 12_000),
      maxCarbonGrams: fc.constantFrom(0.1, 1),
      minQuality: fc.constantFrom(0.4, 0.55),
      noTraining: fc.constant(true as const),
      quantizations: fc.constantFrom<readonly Quantization[]>(['fp8'], ['unknown', 'bf16']),
      maxPrice: fc.constantFrom({ prompt: 1 }, { completion: 5, audio: 1 }),
      parameters: fc.constantFrom<readonly Parameter[]>(['seed'], ['top_a']),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(anyMarket, anyLimits, (market, limits) => {
      const before = decideIn(market, 'balanced')
      const count = (decision: Decision) =>
        decision.removed.reduce((sum, { endpoints }) => sum + endpoints, 0)
      let after: Decision
      try {
        after = decideIn(market, 'balanced', limits)
      } catch (error) {
        assert.ok(error instanceof MeritorderError)
        if (error.detail.limit === 'provider.ignore' && error.code === 'invalid_request') {
          assert.ok(market.every(({ provider }) => provider !== 'p1'))
          return
        }
        const removed = error.detail.metadata?.removed as Decision['removed']
        assert.equal(
          removed.reduce((sum, { endpoints }) => sum + endpoints, 0),
          market.length,
        )
        return
      }
      assert.ok(count(after) >= count(before))
      for (const { costUsd = 0, quality, latencyMs, carbonGrams, provider } of after.ranked) {
        assert.ok(costUsd <= (limits.maxCostUsd ?? Infinity))
        assert.ok(quality >= (limits.minQuality ?? 0))
        assert.ok(latencyMs <= (limits.maxLatencyMs ?? Infinity))
        assert.ok(carbonGrams <= (limits.maxCarbonGrams ?? Infinity))
        assert.ok(limits.ignoredProviders === undefined || provider.slug !== 'p1')
      }
    }),
    { numRuns: 300 },
  )
})

/** Quality that a candidate is ranked by: of unrated ones at half a standard deviation below the mean, in logits. */
function standing({ quality, qualitySd, evidence }: Candidate): number {
  if (evidence === 'arena') return quality
  const sd = qualitySd / (quality * (1 - quality))
  return 1 / (1 + Math.exp(-(Math.log(quality / (1 - quality)) - 0.5 * sd)))
}

test('a model that nobody rated does not pass a rated one by a hair', () => {
  const two = marketOf([endpoint('p/known', 'acme/known', [1, 1]), endpoint('p/new', 'new/unrated', [1, 1])])
  const first = (elo: number) => {
    const prior = priorOf({ 'open/small-8b': 1320, 'acme/known': elo })
    const policy = { ...POLICIES.quality, qualityBand: 0.02 }
    return ids(decide(promptOf(), wishFor([], { policy }), compileCandidates(two, prior), SAMPLE_CONTEXT))[0]
  }
  assert.equal(first(1270), 'p/known')
  assert.equal(first(1220), 'p/new')
})

test('the short list gives what ranking the whole market would', () => {
  fc.assert(
    fc.property(anyMarket, anyPolicy, (market, policy) => {
      const { qualityBand: band } = POLICIES[policy]
      const table = compileCandidates(marketOf(market), ladder)
      const models = [...new Set(market.map(({ model }) => model))]
      const all = decide(promptOf(), wishFor(models, { policy }), table, SAMPLE_CONTEXT).ranked
      const best = Math.max(...all.map(standing))
      const step = (row: Candidate) => Math.max(0, Math.ceil((best - standing(row)) / band - 1e-9) - 1)
      const sorted = all.toSorted(
        (a, b) =>
          step(a) - step(b) ||
          b.merit - a.merit ||
          a.costUsd! - b.costUsd! ||
          (a.endpoint.id < b.endpoint.id ? -1 : 1),
      )
      const expected = sorted.filter(
        ({ model }, i) => sorted.slice(0, i).filter((earlier) => earlier.model === model).length < 3,
      )
      assert.deepEqual(
        ids(decideIn(market, policy)),
        expected.slice(0, 20).map((candidate) => candidate.endpoint.id),
      )
    }),
    { numRuns: 300 },
  )
})

test('a host’s own id of a model finds it at the hosts that are enabled, though that host is not', () => {
  const mall = SAMPLE_ENDPOINTS.filter(({ provider }) => provider === 'mall')
  const here = compileCandidates(marketOf(mall), SAMPLE_PRIOR, catalogOf(SAMPLE_ENDPOINTS))
  const asked = (model: string) => decide(promptOf(), wishFor([model]), here, SAMPLE_CONTEXT)
  assert.deepEqual(ids(asked('large-1')), ['mall/acme/large'])
  assert.match(refusal(() => asked('acme/large-1')).message, /No enabled provider serves acme\/large/)
})
