import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitMixedModel, predictMixedModel } from './mixed-model.ts'

/** value = 10 + 3x + effect of the group + a disturbance that repeats. */
const effects = { a: 20, b: 0, c: -20 }
const observations = Object.entries(effects).flatMap(([group, effect]) =>
  Array.from({ length: 40 }, (_, i) => ({
    features: [1, i / 10],
    groups: [group],
    value: 10 + 3 * (i / 10) + effect + 2 * Math.sin(i * 2.4),
  })),
)
const model = fitMixedModel(observations)

test('slope, effects and deviations are recovered', () => {
  assert.ok(Math.abs(model.coefficients[1]! - 3) < 0.1)
  const [byGroup] = model.effects
  assert.ok(Math.abs(byGroup!.get('a')!.mean - byGroup!.get('c')!.mean - 40) < 1)
  assert.ok(Math.abs(model.residualSd - Math.SQRT2) < 0.1)
  assert.ok(model.groupSd[0]! > 12 && model.groupSd[0]! < 25)
})

test('a group with one observation is drawn to the others, a group never seen has none of it', () => {
  const rare = fitMixedModel([...observations, { features: [1, 2], groups: ['rare'], value: 16 + 30 }])
  const effect = rare.effects[0]!.get('rare')!.mean
  assert.ok(effect > 0 && effect < 30)
  const known = predictMixedModel(model, { features: [1, 0], groups: ['a'] })
  const stranger = predictMixedModel(model, { features: [1, 0], groups: ['z'] })
  assert.ok(known.mean > stranger.mean + 15)
  assert.ok(stranger.sd > model.groupSd[0]!)
})

test('two levels share what is common to both', () => {
  const nested = fitMixedModel(
    observations.map((row, i) => ({ ...row, groups: [...row.groups, `${row.groups[0]}${i % 2}`] })),
  )
  assert.equal(nested.effects.length, 2)
  assert.ok(nested.groupSd[1]! < nested.groupSd[0]!)
})
