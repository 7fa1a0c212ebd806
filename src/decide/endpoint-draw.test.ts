import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endpoint,
  marketOf,
  promptOf,
  SAMPLE_CONTEXT,
  SAMPLE_PRIOR,
  wishFor,
} from '../../test/sample-market.ts'
import type { Endpoint, EndpointHealth } from '../market/offer.ts'
import { seededRandom } from '../simulate/seeded-random.ts'
import { compileCandidates } from './candidates.ts'
import { type DecideContext, decide } from './decide.ts'
import type { Decision } from './decision.ts'
import { POLICIES } from './policies.ts'
import type { PolicyRequest } from './policy.ts'

const HOSTS: readonly Endpoint[] = [
  endpoint('one/m', 'acme/m', [1, 1]),
  endpoint('two/m', 'acme/m', [2, 2]),
  endpoint('three/m', 'acme/m', [3, 3]),
  endpoint('ten/m', 'acme/m', [10, 10]),
]

interface Case {
  readonly hosts?: readonly Endpoint[]
  readonly health?: Readonly<Record<string, Partial<EndpointHealth>>>
  readonly full?: readonly string[]
  readonly wishes?: Partial<PolicyRequest>
  readonly context?: Partial<DecideContext>
}

function decideOn({ hosts = HOSTS, health = {}, full = [], wishes, context }: Case): Decision {
  const market = {
    ...marketOf(hosts, health),
    fullUntil: (id: string) => (full.includes(id) ? 2_000_000 : 0),
  }
  const table = compileCandidates(market, SAMPLE_PRIOR)
  return decide(promptOf(), wishFor(['acme/m'], wishes), table, { ...SAMPLE_CONTEXT, ...context })
}
const ids = (decision: Decision) => decision.ranked.map(({ endpoint: { id } }) => id)
const drawing = (values: readonly number[]) => {
  const left = [...values]
  return () => left.shift() ?? assert.fail('more was drawn than expected')
}

/** `one` is the cheapest, and half of its attempts failed. */
const ONE_FAILED = { 'one/m': { attempts: 20, successRate: 0.5 } }
const PRICE_WEIGHTED = { policy: { ...POLICIES.balanced, endpointChoice: 'price_weighted' as const } }

test('an ailing host comes last, and is tried in a share of the calls, as it would be cheaper if it had recovered', () => {
  const context = { exploredEndpoints: 0.02 }
  const kept = decideOn({ health: ONE_FAILED, context: { ...context, random: drawing([0.02]) } })
  assert.deepEqual(ids(kept), ['two/m', 'three/m', 'ten/m', 'one/m'])
  assert.equal(kept.ranked[0]?.propensity, 0.98)
  const tried = decideOn({ health: ONE_FAILED, context: { ...context, random: drawing([0.019, 0.5]) } })
  assert.deepEqual(ids(tried), ['one/m', 'two/m', 'three/m', 'ten/m'])
  assert.equal(tried.ranked[0]?.propensity, 0.02)
  assert.equal(tried.propensity, 1)
  assert.match(tried.reason, /ONE is first.*was drawn with probability 0\.0200 instead of two/)
})

test('a host that could not be ahead at its price is never tried, nor one that is paused or full', () => {
  const context = { exploredEndpoints: 1, random: drawing([]) }
  assert.equal(decideOn({ context }).ranked[0]?.propensity, undefined)
  const paused = { 'one/m': { attempts: 20, successRate: 0.5, pausedUntil: 2_000_000 } }
  assert.equal(ids(decideOn({ health: paused, context }))[0], 'two/m')
  assert.equal(ids(decideOn({ full: ['one/m'], context }))[0], 'two/m')
})

test('nobody is tried on callers who sort, order, prefer speeds, or do without fall-backs', () => {
  const context = { exploredEndpoints: 1, random: drawing([]) }
  const cases: Partial<PolicyRequest>[] = [
    { sort: { by: 'price', acrossModels: false } },
    { sort: { by: 'latency', acrossModels: true } },
    { providerOrder: ['three'] },
    { preferences: { maxFirstByteMs: { p50: 60_000 } } },
    { allowFallbacks: false },
  ]
  for (const wishes of cases) decideOn({ health: ONE_FAILED, wishes, context })
})

test('a model that was chosen automatically has its hosts tried as well', () => {
  const wishes = { selector: { kind: 'auto' as const }, requested: 'auto' }
  const context = { exploredEndpoints: 1, random: drawing([0, 0]) }
  const decision = decideOn({ health: ONE_FAILED, wishes, context })
  assert.equal(ids(decision)[0], 'one/m')
  assert.equal(decision.ranked[0]?.propensity, 1)
})

test('price-weighted: $1 is drawn nine times as often as $3, then come the others by price', () => {
  const random = seededRandom(1)
  const firsts = new Map<string, number>()
  const rounds = 6000
  for (let i = 0; i < rounds; i++) {
    const decision = decideOn({ hosts: [HOSTS[0]!, HOSTS[2]!], wishes: PRICE_WEIGHTED, context: { random } })
    const [first = ''] = ids(decision)
    firsts.set(first, (firsts.get(first) ?? 0) + 1)
    assert.ok(Math.abs(decision.ranked[0]!.propensity! - (first === 'one/m' ? 0.9 : 0.1)) < 1e-9)
  }
  assert.ok(Math.abs(firsts.get('one/m')! / rounds - 0.9) < 0.015, String(firsts.get('one/m')))
  const last = decideOn({ wishes: PRICE_WEIGHTED, context: { random: () => 0.999999 } })
  assert.deepEqual(ids(last), ['ten/m', 'one/m', 'two/m', 'three/m'])
  assert.match(
    last.reason,
    /the host was drawn with probability 0\.00\d+, by the inverse square of its price\.$/,
  )
})

test('price-weighted: hosts with an outage and prices that cannot be compared are left for the end', () => {
  const hosts = [...HOSTS, endpoint('free/m', 'acme/m', [0, 0]), endpoint('riddle/m', 'acme/m')]
  const random = seededRandom(2)
  for (let i = 0; i < 50; i++) {
    const decision = decideOn({
      hosts,
      health: ONE_FAILED,
      full: ['two/m'],
      wishes: PRICE_WEIGHTED,
      context: { random },
    })
    assert.deepEqual(new Set(ids(decision).slice(0, 2)), new Set(['three/m', 'ten/m']))
    assert.equal(ids(decision).at(-1), 'two/m')
  }
})

test('price-weighted: a model that was chosen automatically keeps three of its hosts, drawn and then by price', () => {
  const wishes = { ...PRICE_WEIGHTED, selector: { kind: 'auto' as const }, requested: 'auto' }
  const decision = decideOn({ wishes, context: { random: () => 0.999999 } })
  assert.deepEqual(ids(decision), ['ten/m', 'one/m', 'two/m'])
})

test('price-weighted: what costs nothing shares all calls', () => {
  const hosts = [
    endpoint('ollama/a', 'acme/m', undefined),
    endpoint('ollama/b', 'acme/m', undefined),
    HOSTS[0]!,
  ]
  const decision = decideOn({ hosts, wishes: PRICE_WEIGHTED, context: { random: () => 0.6 } })
  assert.deepEqual(ids(decision), ['ollama/b', 'ollama/a', 'one/m'])
  assert.equal(decision.ranked[0]?.propensity, 0.5)
})

test('an endpoint without room comes behind those with room and before those that are paused', () => {
  const health = { 'two/m': { pausedUntil: 2_000_000 } }
  assert.deepEqual(ids(decideOn({ full: ['one/m'], health })), ['three/m', 'ten/m', 'one/m', 'two/m'])
})
