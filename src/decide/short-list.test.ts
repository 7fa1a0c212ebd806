import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endpoint, marketOf, priorOf, promptOf, SAMPLE_CONTEXT, wishFor } from '../../test/sample-market.ts'
import type { Endpoint } from '../market/offer.ts'
import { readAsk } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { compileCandidates } from './candidates.ts'
import { marketRows } from './market-rows.ts'
import { POLICIES } from './policies.ts'
import type { Policy, SortBy } from './policy.ts'
import { type Ranked, rank } from './ranking.ts'

const KEEP = 3
const KEEP_PER_MODEL = 2

const MODELS = Array.from({ length: 40 }, (_, m) => `maker/m${m}`)
const PRIOR = priorOf({
  'open/small-8b': 1320,
  ...Object.fromEntries(MODELS.slice(0, 30).map((slug, m) => [slug, 1200 + 10 * m])),
})

const usd = fc.constantFrom(0.1, 0.2, 0.3, 1, 2, 3, 4, 5)
const anyOffer = fc.record({
  model: fc.constantFrom(...MODELS),
  price: fc.oneof(
    { weight: 8, arbitrary: fc.tuple(usd, usd) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, [0, 0] as const) },
  ),
  // Larger prompts may cost less.
  larger: fc.option(fc.tuple(usd, usd), { nil: undefined }),
})
const anyPolicy = fc.record({
  qualityBand: fc.constantFrom(0, 0.005, 0.05, 0.3, 1),
  weights: fc.record({
    quality: fc.constantFrom(0, 0.01, 1),
    costUsd: fc.constantFrom(0, 1),
    latencySeconds: fc.constantFrom(0, 0.00001, 0.01),
    carbonKg: fc.constantFrom(0, 5),
  }),
})

test('the best of a large market are those that sorting all of it puts first', () => {
  fc.assert(
    fc.property(
      fc.array(anyOffer, { minLength: 60, maxLength: 120 }),
      anyPolicy,
      fc.constantFrom<SortBy | undefined>(undefined, undefined, 'price', 'latency'),
      fc.option(fc.tuple(fc.nat(29), fc.constantFrom(0.0001, 0.001, 0.01)), { nil: undefined }),
      (offers, weighing, sortBy, inCache) => {
        const table = compileCandidates(marketOf(offers.map(offered)), PRIOR)
        const policy: Policy = { ...POLICIES.balanced, ...weighing }
        const expected = { overall: 300, completionTokens: table.scratch.completionTokens.fill(300) }
        const asked = readAsk(promptOf(), wishFor(), policy, table, expected, () => 0, undefined)
        const ask = inCache ? { ...asked, cached: [{ endpoint: inCache[0], savesUsd: inCache[1] }] } : asked
        for (let m = 0; m < table.models.length; m++) table.scratch.standing[m] = (m % 3) / 3
        const rows = marketRows(table, ask)
        const ordering = {
          policy,
          providerOrder: undefined,
          now: SAMPLE_CONTEXT.now,
          ...(sortBy && { sortBy }),
        }
        const best = rank(table, ask, rows, { ...ordering, keep: KEEP, keepPerModel: KEEP_PER_MODEL })
        const all = rank(table, ask, rows, { ...ordering, keep: Infinity, keepPerModel: Infinity })
        assert.equal(all.length, rows.endpoints.length)
        assert.deepEqual(best, firstOf(table, all))
      },
    ),
    { numRuns: 300 },
  )
})

test('where all of the best are paused, those behind them are found', () => {
  const endpoints = MODELS.map((model, m) => endpoint(`h${m}/x`, model, [m + 1, m + 1]))
  const paused = Object.fromEntries(endpoints.slice(0, 38).map(({ id }) => [id, { pausedUntil: Infinity }]))
  const table = compileCandidates(marketOf(endpoints, paused), PRIOR)
  const expected = { overall: 300, completionTokens: table.scratch.completionTokens.fill(300) }
  const ask = readAsk(promptOf(), wishFor(), POLICIES.cheap, table, expected, () => 0, undefined)
  const ordering = { policy: POLICIES.cheap, providerOrder: undefined, now: 0, keep: KEEP, keepPerModel: 1 }
  const [first, second] = rank(table, ask, marketRows(table, ask), ordering)
  assert.deepEqual(
    [first, second].map((row) => table.endpoints[row!.endpoint]!.id),
    ['h38/x', 'h39/x'],
  )
})

function offered({ model, price, larger }: Offer, i: number): Endpoint {
  const id = `host${i % 7}/${i}`
  const plain = endpoint(id, model, price)
  if (plain.price === undefined || larger === undefined) return plain
  const [prompt, completion] = larger.map((each) => (each / 1e6).toFixed(12)) as [string, string]
  return { ...plain, price: { ...plain.price, tiers: [{ aboveTokens: 500, prompt, completion }] } }
}

interface Offer {
  readonly model: string
  readonly price: readonly [number, number] | undefined
  readonly larger: readonly [number, number] | undefined
}

function firstOf({ model }: CandidateTable, all: readonly Ranked[]): readonly Ranked[] {
  const kept: Ranked[] = []
  for (const row of all) {
    const already = kept.filter(({ endpoint: e }) => model[e] === model[row.endpoint]).length
    if (already < KEEP_PER_MODEL && kept.length < KEEP) kept.push(row)
  }
  return kept
}
