import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  endpoint,
  marketOf,
  promptOf,
  SAMPLE_CONTEXT,
  SAMPLE_PRIOR,
  wishFor,
} from '../../test/sample-market.ts'
import type { EndpointHealth } from '../market/offer.ts'
import { compileCandidates } from './candidates.ts'
import type { Stay } from './conversation.ts'
import { decide } from './decide.ts'
import type { PolicyRequest } from './policy.ts'

const usd = (perMillion: number) => (perMillion / 1e6).toFixed(12)
const sold = (id: string, model: string, perMillion: number, cacheRead?: number) =>
  endpoint(id, model, undefined, {
    price: {
      prompt: usd(perMillion),
      // Nothing to speak of, but not free: what costs nothing makes vectors.
      completion: '0.000000000000001',
      ...(cacheRead !== undefined && { cacheRead: usd(cacheRead) }),
    },
  })

const NEAR = sold('near/m', 'open/medium-70b', 1, 0.1)
const FAR = sold('far/m', 'open/medium-70b', 0.9, 0.1)
const LARGE = sold('near/l', 'acme/large', 1, 0.1)

function decided(
  stays: readonly Stay[],
  { health, ...more }: { health?: Record<string, Partial<EndpointHealth>>; toolCaller?: string } = {},
  wish: PolicyRequest = wishFor(['open/medium-70b']),
  endpoints = [NEAR, FAR, LARGE],
) {
  const table = compileCandidates(marketOf(endpoints, health), SAMPLE_PRIOR)
  return decide(promptOf(), wish, table, { ...SAMPLE_CONTEXT, conversation: { stays, ...more } })
}
const chosen = (...args: Parameters<typeof decided>) => decided(...args).ranked[0]!.endpoint.id

test('the cached part of a prompt costs its cached price, at the endpoint that holds it and nowhere else', () => {
  const { ranked } = decided([{ endpoint: NEAR, cachedTokens: 600 }])
  const cost = (id: string) => ranked.find((one) => one.endpoint.id === id)!.costUsd!
  assert.ok(Math.abs(cost('near/m') - (400 * 1e-6 + 600 * 0.1e-6)) < 1e-12)
  assert.ok(Math.abs(cost('far/m') - 1000 * 0.9e-6) < 1e-12)
})

test('a conversation stays exactly while its cache is worth more than the other is cheaper', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 120 }), (cached, cents) => {
      const other = sold('far/m', 'open/medium-70b', cents / 100)
      const here = (1000 - Math.min(cached, 1000) * 0.9) / 1e6
      const there = cents / 100 / 1e3
      fc.pre(Math.abs(here - there) > 1e-9)
      const wish = wishFor(['open/medium-70b'], { sort: { by: 'price', acrossModels: false } })
      const id = chosen([{ endpoint: NEAR, cachedTokens: cached }], {}, wish, [NEAR, other])
      assert.equal(id, here < there ? 'near/m' : 'far/m')
    }),
    { numRuns: 60 },
  )
})

test('a host that does not charge less for what it reads from a cache is not stayed with', () => {
  const plain = sold('near/m', 'open/medium-70b', 1)
  assert.equal(chosen([{ endpoint: plain, cachedTokens: 1000 }], {}, undefined, [plain, FAR]), 'far/m')
})

test('a paused host is left, and what that gives up is told; less where the new one holds some too', () => {
  const health = { 'near/m': { pausedUntil: 2_000_000 } }
  const stay = { endpoint: NEAR, cachedTokens: 1000 }
  const { conversation, reason } = decided([stay], { health })
  assert.equal(conversation?.outcome, 'changes_host')
  assert.ok(Math.abs(conversation!.lostUsd - 0.0009) < 1e-12)
  assert.match(reason, /leaves near\/m, which gives up \$0\.00090 of prompt cache\.$/)
  const both = decided([stay, { endpoint: FAR, cachedTokens: 500 }], { health }).conversation!
  assert.ok(Math.abs(both.lostUsd - (0.0009 - 500 * 0.8e-6)) < 1e-12)
})

test('who names another model is not told that the conversation changed', () => {
  const stays = [
    { endpoint: LARGE, cachedTokens: 1000 },
    { endpoint: NEAR, cachedTokens: 1000 },
  ]
  assert.equal(decided(stays).conversation?.outcome, 'stays')
  assert.equal(decided(stays.slice(0, 1)).conversation, undefined)
  assert.equal(decided(stays, {}, wishFor([], { policy: 'cheap' })).conversation?.endpoint, 'near/l')
})

test('an endpoint that is gone from the market is still told, with what was given up', () => {
  const gone = sold('gone/m', 'open/medium-70b', 2, 0.5)
  const { conversation } = decided([{ endpoint: gone, cachedTokens: 1000 }])
  assert.equal(conversation?.outcome, 'changes_host')
  assert.ok(Math.abs(conversation!.lostUsd - 0.0015) < 1e-12)
})

test('the model that called tools is kept by an automatic choice that would not take it, and never explored away from', () => {
  const best = wishFor([], { policy: 'quality' })
  assert.equal(chosen([], {}, best), 'near/l')
  const kept = decided([], { toolCaller: 'open/medium-70b' }, best)
  assert.equal(kept.ranked[0]!.endpoint.model, 'open/medium-70b')
  assert.deepEqual(kept.toolLoop, { model: 'open/medium-70b', outcome: 'kept' })
  assert.equal(kept.propensity, 1)
  // The rest is there to fall back on.
  assert.equal(kept.ranked.at(-1)!.endpoint.id, 'near/l')
})

test('it is not kept when all its hosts are paused or a limit excludes it, and the reason says so', () => {
  const best = wishFor([], { policy: 'quality' })
  const health = { 'near/m': { pausedUntil: 2_000_000 }, 'far/m': { pausedUntil: 2_000_000 } }
  const excluded = wishFor([], { policy: 'quality', limits: { excludedModels: ['open/*'] } })
  for (const decision of [
    decided([], { toolCaller: 'open/medium-70b', health }, best),
    decided([], { toolCaller: 'open/medium-70b' }, excluded),
    decided([], { toolCaller: 'nobody/sells-it' }, best),
  ]) {
    assert.equal(decision.ranked[0]!.endpoint.id, 'near/l')
    assert.equal(decision.toolLoop?.outcome, 'broken')
    assert.match(decision.reason, /cannot be had for this call any more, so another model is chosen/)
  }
})
