import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy } from '../../decide/policy.ts'
import { readNotDiamond } from './not-diamond.ts'

const policyOf = (body: object) => readNotDiamond(body as Record<string, unknown>)[0]?.policy as Policy

test('cost and latency count among what is nearly as good as the best', () => {
  const cost = policyOf({ tradeoff: 'cost' })
  const latency = policyOf({ tradeoff: 'latency' })
  assert.equal(cost.qualityBand, 0.05)
  assert.equal(latency.qualityBand, 0.05)
  assert.ok(latency.weights.latencySeconds > 100 * cost.weights.latencySeconds)
})

test('the scale from 0 to 10 means what it does for the auto-router plugin', () => {
  assert.equal(policyOf({ cost_quality_tradeoff: 0 }).qualityBand, 0.005)
  assert.equal(policyOf({ cost_quality_tradeoff: 10 }).qualityBand, 0.3)
})

test('other values and unsupported fields are refused by name', () => {
  assert.throws(() => policyOf({ tradeoff: 'quality' }), /tradeoff must be one of cost, latency/)
  assert.throws(
    () => policyOf({ cost_quality_tradeoff: -1 }),
    /cost_quality_tradeoff must be a number from 0 to 10/,
  )
  assert.throws(() => policyOf({ preference_id: 'x' }), /preference_id must be left out: it is not supported/)
  assert.throws(() => policyOf({ llm_providers: [] }), /llm_providers must be left out.*models lists/)
})
