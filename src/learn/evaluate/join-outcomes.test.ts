import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinOutcomes } from './join-outcomes.ts'
import { sampleOutcomes } from './sample-outcomes.ts'

const one = { quality: 1, cost: 2 }

test('two files become one over the models of both; the others are named', () => {
  const train = sampleOutcomes([
    { id: '1', outcomes: { a: one, b: { quality: 0.5 }, old: one } },
    { id: '2', outcomes: { old: one } },
  ])
  const test = sampleOutcomes([{ id: '1', task: 't', outcomes: { b: one, a: { quality: 0 }, fresh: one } }])
  const { outcomes, trainRows, onlyInTrain, onlyInTest } = joinOutcomes(train, test)
  assert.deepEqual([outcomes.models, trainRows, onlyInTrain, onlyInTest], [['a', 'b'], 1, ['old'], ['fresh']])
  assert.deepEqual([...outcomes.quality], [1, 0.5, 0, 1])
  assert.deepEqual([...outcomes.costUsd], [2, Number.NaN, Number.NaN, 2])
  assert.deepEqual(outcomes.tasks, [undefined, 't'])
})

test('files that share one model only leave nothing to route', () => {
  const train = sampleOutcomes([{ id: '1', outcomes: { a: one, b: one } }])
  const test = sampleOutcomes([{ id: '2', outcomes: { a: one, c: one } }])
  assert.throws(() => joinOutcomes(train, test), /only the model a: there is nothing to route/)
})
