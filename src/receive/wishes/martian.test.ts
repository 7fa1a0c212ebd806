import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Policy } from '../../decide/policy.ts'
import { readMartian } from './martian.ts'

const constraint = (routing_constraint: unknown) =>
  readMartian({ routing_constraint }).dials[0]!.policy as Policy

test('max_cost limits the call', () => {
  assert.deepEqual(readMartian({ max_cost: 0.02 }), { maxCostUsd: 0.02, dials: [] })
})

test('willingness_to_pay is USD for a tenth of quality, and merit alone decides', () => {
  const policy = readMartian({ willingness_to_pay: 0.1 }).dials[0]!.policy as Policy
  assert.equal(policy.qualityBand, 1)
  assert.deepEqual(policy.weights, { quality: 1, costUsd: 1, latencySeconds: 0, carbonKg: 0 })
})

test('a quality constraint asks for the cheapest that is good enough', () => {
  const number = constraint({ quality_constraint: { numeric_value: 0.6 } })
  assert.equal(number.qualityBand, 1)
  assert.deepEqual(number.limits, { minQuality: 0.6 })
  const model = constraint({ quality_constraint: { model_name: 'openai/gpt-4o' } })
  assert.equal(model.qualityBand, 1)
  assert.deepEqual(model.atLeast, { model: 'openai/gpt-4o', probability: 0.5 })
})

test('a cost constraint asks for the best that is cheap enough', () => {
  const number = constraint({ cost_constraint: { numeric_value: 0.01 } })
  assert.equal(number.qualityBand, 0.005)
  assert.deepEqual(number.limits, { maxCostUsd: 0.01 })
  const model = constraint({ cost_constraint: { model_name: 'openai/gpt-4o' } })
  assert.deepEqual(model.limits, { maxCostOfModel: 'openai/gpt-4o' })
})

test('what does not fit is refused by name', () => {
  const cases: [unknown, RegExp][] = [
    [{}, /routing_constraint must be an object with one of quality_constraint and cost_constraint/],
    [{ latency_constraint: {} }, /routing_constraint\.latency_constraint must be one of/],
    [
      { quality_constraint: { numeric_value: 0.5 }, cost_constraint: { numeric_value: 1 } },
      /routing_constraint must be an object with one of/,
    ],
    [
      { quality_constraint: { numeric_value: 2 } },
      /quality_constraint\.numeric_value must be a number from 0 to 1/,
    ],
    [
      { quality_constraint: { model: 'a/b' } },
      /quality_constraint\.model must be one of numeric_value, model_name/,
    ],
    [{ cost_constraint: {} }, /cost_constraint must be an object with one of numeric_value and model_name/],
    [{ cost_constraint: { numeric_value: 1, model_name: 'a/b' } }, /cost_constraint must be/],
  ]
  for (const [value, message] of cases) assert.throws(() => constraint(value), message)
  assert.throws(
    () => readMartian({ max_cost_per_million_tokens: 5 }),
    /max_cost_per_million_tokens.*max_cost/,
  )
  assert.throws(
    () => readMartian({ willingness_to_pay: -1 }),
    /willingness_to_pay must be a number of at least 0/,
  )
})
