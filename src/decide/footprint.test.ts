import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carbonGrams } from '../market/climate.ts'
import { expectedSpeed } from '../market/speed.ts'
import { footprint } from './footprint.ts'

const model = { slug: 'x/y-70b', name: 'Y', openWeights: true, reasoning: false }
const price = { prompt: '0.0000005', completion: '0.000001' }

test('speed and carbon per token are what the market expects of the model at that price', () => {
  const print = footprint(model, 'acme', price)
  const { firstByteMs, tokensPerSecond } = expectedSpeed(model, price)
  assert.equal(print.firstByteMs, firstByteMs)
  assert.equal(print.msPerToken, 1000 / tokensPerSecond)
  assert.equal(print.gramsPerToken, carbonGrams(model, 1).mid)
})

test('hosts on their own chips write faster, and emit the same', () => {
  const usual = footprint(model, 'acme', price)
  const fast = footprint(model, 'cerebras', price)
  assert.equal(fast.msPerToken, usual.msPerToken / 20)
  assert.equal(fast.gramsPerToken, usual.gramsPerToken)
})
