import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { endpoint, marketOf, priorOf, promptOf, SAMPLE_CONTEXT } from '../../test/sample-market.ts'
import { compileCandidates } from './candidates.ts'
import { mixOfPrompt } from './category-mix.ts'
import { nearBest } from './near-best.ts'
import { POLICIES } from './policies.ts'
import { predictStandings, ratingsFor } from './quality.ts'
import { takeRows } from './rows.ts'

const KEEP = { keep: 3, keepPerModel: 2 }

test('every model within the band, and enough for a short list by quality, stand near the best', () => {
  const ratings = fc.array(fc.double({ min: 600, max: 1_900, noNaN: true }), { minLength: 20, maxLength: 60 })
  const bands = fc.constantFrom(0, 0.001, 0.02, 0.3, 1)
  fc.assert(
    fc.property(ratings, bands, (elos, qualityBand) => {
      const prior = priorOf({
        'open/small-8b': 1320,
        ...Object.fromEntries(elos.map((elo, m) => [`maker/m${m}`, elo])),
      })
      const table = compileCandidates(
        marketOf(elos.map((_, m) => endpoint(`h/${m}`, `maker/m${m}`, [1, 1]))),
        prior,
      )
      const all = takeRows(table, 0, elos.length, () => true, table.scratch.rows)
      const seen = ratingsFor(table.quality, mixOfPrompt(promptOf()))
      const policy = { ...POLICIES.cheap, qualityBand }
      const ordering = { policy, providerOrder: undefined, now: SAMPLE_CONTEXT.now, ...KEEP }
      const near = new Set(nearBest(table, all, ordering, seen).models)
      const standing = table.scratch.standing.slice()
      predictStandings(seen, all.models, table.scratch.standing)
      const ranked = [...all.models].sort((a, b) => table.scratch.standing[b]! - table.scratch.standing[a]!)
      const best = table.scratch.standing[ranked[0]!]!
      for (const [rank, m] of ranked.entries()) {
        const own = table.scratch.standing[m]!
        if (rank < 2 * KEEP.keep || best - own <= qualityBand) assert.ok(near.has(m), `rank ${rank}`)
        if (near.has(m)) assert.equal(standing[m], own)
      }
    }),
    { numRuns: 200 },
  )
})

test('far behind the best nobody is predicted', () => {
  const slugs = Array.from({ length: 100 }, (_, m) => `maker/m${m}`)
  const prior = priorOf({
    'open/small-8b': 1320,
    ...Object.fromEntries(slugs.map((slug, m) => [slug, 1_000 + 5 * m])),
  })
  const table = compileCandidates(marketOf(slugs.map((slug, m) => endpoint(`h/${m}`, slug, [1, 1]))), prior)
  const all = takeRows(table, 0, slugs.length, () => true, table.scratch.rows)
  const ratings = ratingsFor(table.quality, mixOfPrompt(promptOf()))
  const ordering = { policy: POLICIES.quality, providerOrder: undefined, now: 0, ...KEEP }
  const { models } = nearBest(table, all, ordering, ratings)
  assert.ok(models.length < 20, `${models.length}`)
})
