import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { PromptTraits } from '../../understand/prompt.ts'
import { type Kinds, kindProbabilities } from './kinds.ts'

/** A weight, however large a file may say it is. */
const weight = fc.integer({ min: -1_000_000, max: 1_000_000 })

test('whatever the weights, probabilities of kinds are 0 to 1 and 1 together', () => {
  const weights = fc.array(weight, { minLength: 9, maxLength: 9 }).map((all) => Float32Array.from(all))
  fc.assert(
    fc.property(weights, weight, (given, value) => {
      const votes = Float32Array.of(value, 0, -value)
      const told = kindProbabilities(
        kinds(['a', 'b', 'c'], given),
        traits(value, votes),
        Float32Array.of(0.5),
      )
      assert.ok(told.every((p) => p >= 0 && p <= 1))
      assert.ok(Math.abs(told.reduce((a, b) => a + b, 0) - 1) < 1e-6)
    }),
  )
})

test('a kind is as probable as the exponential of its constant, its votes and its weighted features', () => {
  const told = kinds(['a', 'b'], Float32Array.of(0, 1, 2, 0, 0, 0))
  const sure = (votes: Float32Array) => kindProbabilities(told, traits(0.75, votes), Float32Array.of(0))[0]!
  assert.equal(sure(Float32Array.of(-0.5, 0)), 0.5)
  assert.ok(Math.abs(sure(Float32Array.of(0, 0)) - 1 / (1 + Math.exp(-0.5))) < 1e-6)
})

test('a feature far outside what was learned from counts as three standard deviations', () => {
  const told = kinds(['a', 'b'], Float32Array.of(0, 0, 1, 0, 0, 0))
  const sure = (shape: number) =>
    kindProbabilities(told, traits(shape, new Float32Array(2)), Float32Array.of(0))[0]!
  assert.equal(sure(3), sure(1000))
  assert.ok(sure(2.9) < sure(3))
})

test('without votes the coordinates tell kinds apart', () => {
  const told = {
    ...kinds(['a', 'b'], Float32Array.of(0, 0, 0, 0, 0, 0, 2, 0)),
    mean: new Float32Array(3),
    scale: new Float32Array(3).fill(1),
  }
  const sure = kindProbabilities(told, traits(0, new Float32Array(0)), Float32Array.of(0))[0]!
  assert.ok(Math.abs(sure - 1 / (1 + Math.exp(-2))) < 1e-6)
})

/** Kinds told apart by one number of the shape and one intent, as they are. */
function kinds(names: readonly string[], weights: Float32Array): Kinds {
  const [mean, scale] = [new Float32Array(2), new Float32Array(2).fill(1)]
  return { names, mean, scale, weights, table: new Float32Array(names.length) }
}

function traits(shape: number, votes: Float32Array): PromptTraits {
  return { coordinates: Float32Array.of(1), votes, shape: Float32Array.of(shape) }
}
