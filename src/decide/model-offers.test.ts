import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint } from '../../test/sample-market.ts'
import { modelOffers } from './model-offers.ts'

const usd = (...prices: readonly (number | undefined)[]) =>
  modelOffers(
    prices.map((price, i) => endpoint(`h${i}/x`, 'a/x', price === undefined ? price : [0, price])),
  ).get('a/x')?.medianUsd

test('the price of a model is the median of those above zero', () => {
  assert.ok(Math.abs(usd(3, 0.1, 4, 0, undefined)! - 3) < 1e-9)
  assert.ok(Math.abs(usd(3, 4)! - 3.5) < 1e-9)
  assert.equal(usd(0, undefined), undefined)
})

test('a model makes media when most of its endpoints do', () => {
  const image = { output: ['text', 'image'] } as const
  const makesMedia = (...facts: readonly object[]) =>
    modelOffers(facts.map((fact, i) => endpoint(`h${i}/x`, 'a/x', [1, 1], fact))).get('a/x')?.makesMedia
  assert.equal(makesMedia(image), true)
  assert.equal(makesMedia(image, image, {}), true)
  assert.equal(makesMedia(image, {}), false)
  assert.equal(makesMedia({}), false)
})
