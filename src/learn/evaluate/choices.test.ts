import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  atExchangeRate,
  bestSingle,
  cheapestPredictedWithin,
  cheapestWithin,
  guarded,
  type HeldOutPrompt,
  taskOracle,
} from './choices.ts'

/** Model 0 is dear and best, 1 cheap and nearly as good, 2 of unknown cost. */
function prompt(given: Partial<HeldOutPrompt> = {}): HeldOutPrompt {
  return {
    row: 0,
    task: undefined,
    predicted: Float64Array.of(0.7, 0.7, 0.7),
    byNeighbours: Float64Array.of(0.7, 0.7, 0.7),
    available: [0, 1, 2],
    training: {
      quality: Float64Array.of(0.8, 0.77, 0.5),
      costUsd: Float64Array.of(0.01, 0.001, Number.NaN),
      qualityOfTask: new Map([['sums', Float64Array.of(0.1, 0.2, 0.9)]]),
    },
    guard: 0.01,
    ...given,
  }
}

test('the router leaves the best single model only for a predicted gain above the guard', () => {
  assert.equal(guarded(prompt({ predicted: Float64Array.of(0.7, 0.705, 0) })), 0)
  assert.equal(guarded(prompt({ predicted: Float64Array.of(0.7, 0.72, 0) })), 1)
  assert.equal(guarded(prompt({ predicted: Float64Array.of(0.7, 0.75, 0.75) })), 1, 'the cheaper of equals')
})

test('only models with an outcome on the prompt are chosen', () => {
  const rest = prompt({ available: [1, 2], predicted: Float64Array.of(0.9, 0.1, 0.2) })
  for (const choose of [guarded, bestSingle, taskOracle, cheapestWithin(1), atExchangeRate(0)])
    assert.notEqual(choose(rest), 0)
  assert.equal(bestSingle(rest), 1)
  assert.equal(guarded(rest), 2)
})

test('a band holds the cheapest model within it, by what training or the prediction says', () => {
  assert.equal(cheapestWithin(0.05)(prompt()), 1)
  assert.equal(cheapestWithin(0.01)(prompt()), 0)
  const choose = cheapestPredictedWithin(0.05)
  assert.equal(choose(prompt({ predicted: Float64Array.of(0.7, 0.66, 0.71) })), 1)
  assert.equal(choose(prompt({ predicted: Float64Array.of(0.7, 0.6, 0.71) })), 0)
  assert.equal(
    choose(prompt({ predicted: Float64Array.of(0.6, 0.6, 0.71) })),
    2,
    'of unknown cost, but alone',
  )
})

test('the task oracle knows the best model of a task it has seen, else it takes the best single model', () => {
  assert.equal(taskOracle(prompt({ task: 'sums' })), 2)
  assert.equal(taskOracle(prompt({ task: 'unseen' })), 0)
})

test('an exchange rate moves the choice from the best to the cheapest', () => {
  const asked = prompt({ predicted: Float64Array.of(0.8, 0.5, 0.9) })
  assert.equal(atExchangeRate(0)(asked), 0, 'models of unknown cost are left out')
  assert.equal(atExchangeRate(1000)(asked), 1)
  assert.equal(atExchangeRate(1)(prompt({ available: [2] })), 2)
})
