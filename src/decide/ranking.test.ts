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
import { POLICIES } from './policies.ts'
import { firstByteMs, successProbability } from './predict.ts'

const anyHost = fc.record({
  price: fc.double({ min: 0.1, max: 10, noNaN: true }),
  health: fc.record(
    {
      attempts: fc.double({ min: 0, max: 100, noNaN: true }),
      successRate: fc.double({ min: 0.85, max: 1, noNaN: true }),
      firstByteMs: fc.double({ min: 50, max: 60_000, noNaN: true }),
      tokensPerSecond: fc.double({ min: 5, max: 500, noNaN: true }),
      failureMs: fc.double({ min: 1, max: 120_000, noNaN: true }),
    },
    { requiredKeys: ['attempts', 'successRate', 'firstByteMs', 'tokensPerSecond'] },
  ),
})

test('the order of merit is the order of trying in which a successful answer costs least, time included', () => {
  fc.assert(
    fc.property(
      fc.array(anyHost, { minLength: 2, maxLength: 5 }),
      fc.constantFrom(0, 0.00001, 0.001, 0.01),
      (hosts, latencySeconds) => {
        const endpoints = hosts.map(({ price }, i) => endpoint(`h${i}/m`, 'acme/m', [price, price]))
        const health = Object.fromEntries(hosts.map((host, i) => [`h${i}/m`, host.health]))
        const table = compileCandidates(marketOf(endpoints, health), SAMPLE_PRIOR)
        const policy = { ...POLICIES.fast, weights: { ...POLICIES.fast.weights, latencySeconds } }
        const { ranked } = decide(promptOf(), wishFor(['acme/m'], { policy }), table, SAMPLE_CONTEXT)
        const tries = ranked.map(({ endpoint: { id }, costUsd = 0, latencyMs }) => {
          const own = table.health(id)
          const e = table.names.endpointIds.get(id)!
          const failedMs = own.failureMs ?? firstByteMs(table, e, 1000, own)
          const seconds = { answered: latencyMs / 1000, failed: failedMs / 1000 }
          return {
            success: successProbability(own),
            answered: costUsd + latencySeconds * seconds.answered,
            failed: costUsd + latencySeconds * seconds.failed,
          }
        })
        const least = Math.min(...permutations(tries).map(expectedCost))
        assert.ok(expectedCost(tries) <= least * (1 + 1e-9), `${expectedCost(tries)} > ${least}`)
      },
    ),
    { numRuns: 200 },
  )
})

interface Try {
  readonly success: number
  readonly answered: number
  readonly failed: number
}

/** Of trying one after the other until one answers; when none does, the call has cost another dollar. */
function expectedCost(order: readonly Try[]): number {
  return order.reduceRight((rest, t) => t.success * t.answered + (1 - t.success) * (t.failed + rest), 1)
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))
}
