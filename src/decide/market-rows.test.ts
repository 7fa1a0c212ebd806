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
import { compileCandidates } from './candidates.ts'
import { decide } from './decide.ts'
import type { Limits } from './policy.ts'

const sizes = fc.option(fc.constantFrom(4_000, 8_000, 8_001, 32_000), { nil: undefined })
const endpoints = fc.array(
  fc.record({
    contextTokens: sizes,
    maxPromptTokens: sizes,
    maxCompletionTokens: sizes,
    usd: fc.constantFrom(1, 2, 3),
    larger: fc.constantFrom(1, 4),
    tools: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)
const calls = fc.array(
  fc.record({
    tokens: fc.constantFrom(100, 3_700, 3_999, 4_000, 7_701, 8_001, 40_000),
    maxCompletionTokens: fc.option(fc.constantFrom(300, 4_000, 8_001), { nil: undefined }),
    tools: fc.boolean(),
    limits: fc.constantFrom<Limits>(
      {},
      { allowedModels: ['acme/m0', 'acme/m1'] },
      { excludedModels: ['acme/m0', 'acme/m1'] },
      { ignoredProviders: ['h0'] },
      { onlyProviders: ['h0'] },
      { maxPrice: { prompt: 2 } },
      { maxPrice: { completion: 2 } },
      { minQuality: 0.1 },
    ),
  }),
  { minLength: 1, maxLength: 20 },
)

test('a market that was asked before answers as one that was not', () => {
  fc.assert(
    fc.property(endpoints, calls, (offers, asked) => {
      const market = marketOf(
        offers.map(({ usd, larger, tools, ...facts }, i) => {
          const one = endpoint(`h${i % 3}/${i}`, `acme/m${i % 4}`, [usd, usd])
          const dearer = (larger / 1e6).toFixed(12)
          const tiers = [{ aboveTokens: 3_800, prompt: dearer, completion: dearer }]
          const sized = Object.fromEntries(Object.entries(facts).filter(([, size]) => size !== undefined))
          return {
            ...one,
            price: { ...one.price!, tiers },
            supports: { ...one.supports, tools },
            contextTokens: undefined as unknown as number,
            ...sized,
          }
        }),
      )
      const used = compileCandidates(market, SAMPLE_PRIOR)
      for (const { tokens, limits, ...needs } of asked) {
        const prompt = promptOf({
          tokens,
          needs: {
            tools: needs.tools,
            ...(needs.maxCompletionTokens && { maxCompletionTokens: needs.maxCompletionTokens }),
          },
        })
        const outcome = (table: typeof used) => {
          try {
            const { ranked, removed } = decide(prompt, wishFor([], { limits }), table, SAMPLE_CONTEXT)
            return { ids: ranked.map(({ endpoint: { id } }) => id), removed }
          } catch (error) {
            return String(error)
          }
        }
        assert.deepEqual(outcome(used), outcome(compileCandidates(market, SAMPLE_PRIOR)))
      }
    }),
    { numRuns: 100 },
  )
})
