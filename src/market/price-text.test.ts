import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseUsd } from '../money.ts'
import { perTokenFromPerMillion } from './price-text.ts'

test('a price per million tokens becomes an exact price per token', () => {
  const cases: [number, string][] = [
    [0, '0'],
    [1, '0.000001'],
    [0.59, '0.00000059'],
    [2.5, '0.0000025'],
    [0.0028, '0.0000000028'],
    [75, '0.000075'],
    [1_000_000, '1'],
    [12_500_000, '12.5'],
    [1e-7, '0.0000000000001'],
    [1e21, '1000000000000000'],
  ]
  for (const [perMillion, perToken] of cases) assert.equal(perTokenFromPerMillion(perMillion), perToken)
})

test('the noise of floating-point arithmetic is rounded away', () => {
  assert.equal(perTokenFromPerMillion(0.049999999999999996), '0.00000005')
  assert.equal(perTokenFromPerMillion(0.30000000000000004), '0.0000003')
  assert.equal(perTokenFromPerMillion(14.993999999999998), '0.000014994')
})

test('every price with at most nine decimals is kept exactly, digit for digit', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 6 }), fc.integer({ min: 0, max: 9 }), (digits, places) => {
      const perMillion = Number(`${digits}e-${places}`)
      const femtodollars = BigInt(digits) * 10n ** BigInt(9 - places)
      assert.equal(parseUsd(perTokenFromPerMillion(perMillion)), femtodollars)
    }),
  )
})

test('what is no price is refused', () => {
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => perTokenFromPerMillion(value), RangeError)
})
