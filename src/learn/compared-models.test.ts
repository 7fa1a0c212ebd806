import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparedModels } from './compared-models.ts'

test('a comparison has two models that are named and are not the same', () => {
  assert.deepEqual(comparedModels({ model_a: 'x', model_b: 'y' }), ['x', 'y'])
  assert.deepEqual(comparedModels({ one: 'x', two: 'y' }, ['one', 'two']), ['x', 'y'])
  for (const row of [{}, { model_a: 'x' }, { model_a: 'x', model_b: '' }, { model_a: 1, model_b: 2 }])
    assert.equal(comparedModels(row), 'has no "model_a" and "model_b"')
  assert.equal(comparedModels({ one: 'x' }, ['one', 'two']), 'has no "one" and "two"')
  assert.equal(comparedModels({ model_a: 'x', model_b: 'x' }), 'sets a model against itself')
})
