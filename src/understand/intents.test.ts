import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { INTENTS } from './intent-names.ts'
import { type IntentHead, intentProbabilities, topIntents } from './intents.ts'

const DIMENSIONS = 8
const HEAD: IntentHead = {
  weights: Float32Array.from({ length: INTENTS.length * DIMENSIONS }, (_, i) => Math.sin(i) * 5),
  bias: Float32Array.from(INTENTS, (_, c) => c / 100),
}

test('probabilities sum to 1 and none is negative, whatever the embedding', () => {
  const embedding = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -50, max: 50 }), {
    minLength: DIMENSIONS,
    maxLength: DIMENSIONS,
  })
  fc.assert(
    fc.property(embedding, (values) => {
      const probabilities = intentProbabilities(Float32Array.from(values), HEAD)
      const sum = probabilities.reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`)
      assert.ok(probabilities.every((p) => p >= 0))
    }),
  )
})

test('the softmax is that of the dot products', () => {
  const embedding = Float32Array.from({ length: DIMENSIONS }, (_, d) => (d + 1) / 16)
  const logits = INTENTS.map((_, c) => {
    const row = HEAD.weights.subarray(c * DIMENSIONS, (c + 1) * DIMENSIONS)
    return row.reduce((sum, weight, d) => sum + weight * embedding[d]!, HEAD.bias[c]!)
  })
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
  const probabilities = intentProbabilities(embedding, HEAD)
  for (const [c, logit] of logits.entries()) {
    assert.ok(Math.abs(probabilities[c]! - Math.exp(logit) / total) < 1e-6)
  }
})

test('the five most probable intents come best first', () => {
  const probabilities = new Float32Array(INTENTS.length)
  for (const [rank, c] of [7, 58, 0, 30, 12, 44].entries()) probabilities[c] = 0.4 / 2 ** rank
  const top = topIntents(probabilities)
  assert.deepEqual(
    top.map(({ intent }) => intent),
    [7, 58, 0, 30, 12].map((c) => INTENTS[c]),
  )
  assert.equal(top[0]?.p, probabilities[7])
})

test('equally probable intents keep their order', () => {
  const top = topIntents(new Float32Array(INTENTS.length).fill(1 / INTENTS.length))
  assert.deepEqual(
    top.map(({ intent }) => intent),
    INTENTS.slice(0, 5),
  )
})
