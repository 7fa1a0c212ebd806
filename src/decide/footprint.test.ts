import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carbonGrams } from '../market/climate.ts'
import { siteOf } from '../market/site.ts'
import { expectedSpeed } from '../market/speed.ts'
import { footprint } from './footprint.ts'

const model = { slug: 'x/y-70b', name: 'Y', openWeights: true, reasoning: false }
const price = { prompt: '0.0000005', completion: '0.000001' }

test('speed and carbon per token are what the market expects of the model at that price', () => {
  const print = footprint(model, { price }, { slug: 'acme' })
  const { firstByteMs, tokensPerSecond } = expectedSpeed(model, price)
  assert.equal(print.firstByteMs, firstByteMs)
  assert.equal(print.msPerToken, 1000 / tokensPerSecond)
  assert.deepEqual(print.gramsPerToken, carbonGrams(model, 1, siteOf('acme', undefined)))
})

test('hosts on their own chips write faster, and emit the same', () => {
  const usual = footprint(model, { price }, { slug: 'acme' })
  const fast = footprint(model, { price }, { slug: 'cerebras' })
  assert.equal(fast.msPerToken, usual.msPerToken / 20)
  assert.deepEqual(fast.gramsPerToken, usual.gramsPerToken)
})

test('the electricity is that of the endpoint’s region, else of its provider’s', () => {
  const grams = (regions?: string[], ofProvider?: string[]) =>
    footprint(
      model,
      { price, ...(regions && { regions }) },
      { slug: 'acme', ...(ofProvider && { regions: ofProvider }) },
    ).gramsPerToken.mid
  assert.equal(grams(['SE'], ['PL']), grams(['SE']))
  assert.equal(grams(undefined, ['PL']), grams(['PL']))
  assert.ok(grams(['SE']) < grams() && grams() < grams(['PL']))
})
