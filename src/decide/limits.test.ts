import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endpoint,
  marketOf,
  promptOf,
  SAMPLE_CONTEXT,
  SAMPLE_ENDPOINTS,
  SAMPLE_PRIOR,
  wishFor,
} from '../../test/sample-market.ts'
import type { Endpoint } from '../market/offer.ts'
import type { Needs } from '../understand/prompt.ts'
import { compileCandidates } from './candidates.ts'
import { decide } from './decide.ts'
import { POLICIES } from './policies.ts'
import type { Limits } from './policy.ts'

const left = (needs: Partial<Needs>, limits: Limits = {}, tokens = 1000, endpoints = SAMPLE_ENDPOINTS) =>
  decide(
    promptOf({ needs, tokens }),
    wishFor([], { limits }),
    compileCandidates(marketOf(endpoints), SAMPLE_PRIOR),
    SAMPLE_CONTEXT,
  )
const models = (needs: Partial<Needs>, limits?: Limits) => [
  ...new Set(left(needs, limits).ranked.map(({ model }) => model.slug)),
]

test('every need keeps only endpoints that meet it', () => {
  assert.ok(!models({ tools: true }).includes('open/small-8b'))
  assert.ok(!models({ jsonSchema: true }).includes('open/small-8b'))
  assert.deepEqual(models({ images: true }).sort(), ['acme/large', 'acme/middle'])
  assert.deepEqual(models({ files: true }), ['acme/large'])
})

test('tools that a host runs are had where their API is spoken, and their lack is the call’s own fault', () => {
  const family = 'openai-responses'
  const endpoints = [
    endpoint('a/chat', 'acme/m', [1, 1]),
    endpoint('b/own', 'acme/m', [9, 9], { family }),
    endpoint('c/openai', 'acme/m', [9, 9], { baseUrl: 'https://api.openai.com/v1' }),
    endpoint('d/claude', 'acme/m', [9, 9], { family: 'anthropic', baseUrl: 'https://api.openai.com/v1' }),
  ]
  const ids = left({ hostedTools: 'responses' }, {}, 1000, endpoints).ranked.map(({ endpoint: { id } }) => id)
  assert.deepEqual(ids.sort(), ['b/own', 'c/openai'])
  const [claude, ...others] = left({ hostedTools: 'messages' }, {}, 1000, endpoints).ranked
  assert.deepEqual([claude?.endpoint.id, others], ['d/claude', []])
  assert.throws(() => left({ hostedTools: 'responses' }), {
    code: 'invalid_request',
    message: /hosted_tools removed the last/,
  })
})

test('needs that nobody meets are named', () => {
  assert.throws(() => left({ audio: true }), /audio_input removed the last/)
  assert.throws(() => left({ video: true }), /video_input removed the last/)
  assert.throws(() => left({ outputModalities: ['image'] }), /output_modalities removed the last/)
  assert.throws(() => left({ outputModalities: ['hologram'] }), /output_modalities removed the last/)
})

test('prompt and answer must fit the context together, and the answer its own limit', () => {
  const ids = (tokens: number, maxCompletionTokens: number) =>
    left({ maxCompletionTokens }, {}, tokens).ranked.map(({ endpoint: { id } }) => id)
  assert.ok(ids(8_000, 192).includes('mall/open/small-8b'))
  assert.ok(!ids(8_000, 193).includes('mall/open/small-8b'))
  assert.throws(() => left({ maxCompletionTokens: 20_000 }), /max_tokens removed the last/)
})

test('the host judges the length for a named model when only the estimate is a little too long', () => {
  const endpoints: readonly Endpoint[] = [endpoint('a/m', 'acme/m', [1, 1], { contextTokens: 10_000 })]
  const table = compileCandidates(marketOf(endpoints), SAMPLE_PRIOR)
  const prompt = promptOf({ tokens: 11_000 })
  assert.equal(decide(prompt, wishFor(['acme/m']), table, SAMPLE_CONTEXT).ranked.length, 1)
  assert.throws(() => decide(prompt, wishFor(), table, SAMPLE_CONTEXT), /context_length/)
})

test('lists of models take slugs, globs, short names and endpoint ids, and excluding wins', () => {
  assert.deepEqual(models({}, { allowedModels: ['acme/*'], excludedModels: ['*/large'] }), ['acme/middle'])
  assert.deepEqual(models({}, { allowedModels: ['MIDDLE'] }), ['acme/middle'])
  const { ranked } = left({}, { allowedModels: ['mall/acme/large'] })
  assert.deepEqual(
    ranked.map(({ endpoint: { id } }) => id),
    ['mall/acme/large'],
  )
  assert.throws(() => left({}, { allowedModels: ['nobody/*'] }), /allowed_models removed the last/)
})

test('providers can be required and ignored', () => {
  const providers = (limits: Limits) => new Set(left({}, limits).ranked.map(({ provider }) => provider.slug))
  assert.deepEqual(providers({ onlyProviders: ['GROQ'] }), new Set(['groq']))
  assert.ok(!providers({ ignoredProviders: ['mall'] }).has('mall'))
})

test('an endpoint without a price cannot keep max_cost, a local server can', () => {
  const ids = left({}, { maxCostUsd: 0.0005 }).ranked.map(({ endpoint: { id } }) => id)
  assert.ok(!ids.includes('riddle/medium'))
  assert.ok(ids.includes('ollama/small:8b'))
})

const under = (shared: Limits, own: Limits) =>
  decide(
    promptOf(),
    wishFor([], { policy: { ...POLICIES.cheap, limits: shared }, limits: own }),
    compileCandidates(marketOf(SAMPLE_ENDPOINTS), SAMPLE_PRIOR),
    SAMPLE_CONTEXT,
  ).ranked

test("a policy's limits and the caller's hold together, whichever is tighter", () => {
  const providers = (shared: Limits, own: Limits) =>
    new Set(under(shared, own).map(({ provider }) => provider.slug))
  assert.deepEqual(
    providers({ onlyProviders: ['acme', 'mall'] }, { onlyProviders: ['mall', 'groq'] }),
    new Set(['mall']),
  )
  const ignoring = providers({ ignoredProviders: ['acme'] }, { ignoredProviders: ['mall'] })
  assert.ok(!ignoring.has('acme') && !ignoring.has('mall') && ignoring.has('groq'))
  const allowed = under(
    { allowedModels: ['acme/*', 'open/*'] },
    { allowedModels: ['*/large', 'open/small-8b'] },
  )
  assert.deepEqual(new Set(allowed.map(({ model }) => model.slug)), new Set(['acme/large', 'open/small-8b']))
  const excluded = under({ excludedModels: ['acme/*'] }, { excludedModels: ['open/small-8b'] })
  assert.ok(excluded.every(({ model }) => !model.slug.startsWith('acme/') && model.slug !== 'open/small-8b'))
  for (const [a, b] of [
    [0.001, 0.01],
    [0.01, 0.001],
  ] as const) {
    const costs = under({ maxCostUsd: a }, { maxCostUsd: b }).map(({ costUsd }) => costUsd ?? Infinity)
    assert.ok(costs.length > 0 && costs.every((cost) => cost <= 0.001))
    const qualities = under({ minQuality: a * 60 }, { minQuality: b * 60 }).map(({ quality }) => quality)
    assert.ok(qualities.length > 0 && qualities.every((quality) => quality >= 0.6))
  }
})

test('a share of the cheapest models keeps those and none of their dearer endpoints', () => {
  const kept = (cheapestShare: number) => under({ cheapestShare }, {}).map(({ endpoint: { id } }) => id)
  assert.deepEqual(kept(0.01), ['ollama/small:8b'])
  assert.deepEqual(kept(0.6).sort(), [
    'mall/new/unrated',
    'mall/open/medium-70b',
    'mall/open/small-8b',
    'ollama/small:8b',
    'trial/open/medium-70b',
  ])
  assert.ok(kept(1).includes('acme/large-1'))
})
