import assert from 'node:assert/strict'
import test from 'node:test'
import type { Model } from './offer.ts'
import { expectedSpeed } from './speed.ts'

const model = (slug: string, billions?: number): Model => ({
  slug,
  name: 'x',
  openWeights: false,
  reasoning: false,
  ...(billions !== undefined && { activeParameters: { low: billions, high: billions } }),
})
const price = (perToken: string) => ({ prompt: '0', completion: perToken })

test('smaller models are expected to start sooner and to write faster', () => {
  const [small, large] = [expectedSpeed(model('a/b', 8)), expectedSpeed(model('a/b', 400))]
  assert.ok(small.firstByteMs < large.firstByteMs && small.tokensPerSecond > large.tokensPerSecond)
  assert.equal(Math.round(small.tokensPerSecond), 121)
  assert.equal(large.firstByteMs, 1900)
})

test('a size stated in the name counts, and a known size counts more than the price', () => {
  assert.deepEqual(expectedSpeed(model('a/b-30b-a3b')), expectedSpeed(model('a/b', 3)))
  assert.deepEqual(expectedSpeed(model('a/b', 8), price('0.0001')), expectedSpeed(model('a/b', 8)))
})

test('where the size is unknown, dearer is slower', () => {
  const cheap = expectedSpeed(model('a/b'), price('0.0000004'))
  const dear = expectedSpeed(model('a/b'), price('0.000075'))
  assert.ok(cheap.tokensPerSecond > 2 * dear.tokensPerSecond)
})

test('free and unpriced models of unknown size get a frontier model’s speed', () => {
  assert.deepEqual(expectedSpeed(model('a/b'), price('0')), expectedSpeed(model('a/b')))
})
