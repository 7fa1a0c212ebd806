import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAutoRouter } from './auto-router.ts'

const read = (settings: object) => readAutoRouter({ id: 'auto-router', ...settings })
const policyOf = (settings: object) =>
  read(settings).dials[0]!.policy as Exclude<ReturnType<typeof read>['dials'][number]['policy'], string>
const bandOf = (tradeoff: number) => policyOf({ cost_quality_tradeoff: tradeoff }).qualityBand

test('lists of models become limits', () => {
  assert.deepEqual(read({ allowed_models: ['anthropic/*'], excluded_models: ['*/opus'] }), {
    limits: { allowedModels: ['anthropic/*'], excludedModels: ['*/opus'] },
    dials: [],
  })
})

test('a cost tier asks for the best model up to its place among all models by cost', () => {
  const tiers = { low: 0.2, medium: 0.4, high: 0.6, xhigh: 0.8, max: 1 }
  for (const [tier, share] of Object.entries(tiers)) {
    const policy = policyOf({ cost_tier: tier })
    assert.equal(policy.name, `cost_tier:${tier}`)
    assert.equal(policy.qualityBand, 0.005)
    assert.deepEqual(policy.limits, { cheapestShare: share })
  }
})

test('the trade-off from 0 to 10 widens the band: 0 is quality, 4 about balanced, 7 cheap', () => {
  const bands = Array.from({ length: 11 }, (_, tradeoff) => bandOf(tradeoff))
  assert.equal(bands[0], 0.005)
  assert.ok(Math.abs(bands[4]! - 0.05) < 0.003)
  assert.ok(Math.abs(bands[7]! - 0.15) < 0.001)
  assert.equal(bands[10], 0.3)
  assert.ok(bands.every((band, i) => i === 0 || band > bands[i - 1]!))
})

test('without the plugin nothing is asked for', () => {
  assert.deepEqual(readAutoRouter(undefined), { limits: {}, dials: [] })
})

test('unknown members and other values are refused by name', () => {
  assert.throws(() => read({ pin_model: true }), /plugins\[\]\.pin_model must be false or left out/)
  assert.throws(() => read({ pin: true }), /plugins\[\]\.pin must be one of the known members: id, enabled/)
  assert.throws(
    () => read({ cost_tier: 'cheapest' }),
    /plugins\[\]\.cost_tier must be one of low, medium, high/,
  )
  assert.throws(
    () => read({ cost_quality_tradeoff: 11 }),
    /plugins\[\]\.cost_quality_tradeoff .*from 0 to 10/,
  )
})
