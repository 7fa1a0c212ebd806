import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { formatUsd, parseUsd } from './money.ts'

test('writing an amount and reading it back is exact', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), (amount) => parseUsd(formatUsd(amount)) === amount),
  )
})

test('decimals and exponents are read exactly', () => {
  assert.equal(parseUsd('0.0000025'), 2_500_000_000n)
  assert.equal(parseUsd('2.5e-6'), 2_500_000_000n)
  assert.equal(parseUsd('1e-15'), 1n)
  assert.equal(parseUsd('3'), 3_000_000_000_000_000n)
  assert.equal(parseUsd('0.00'), 0n)
})

test('what is no decimal amount, or finer than 1e-15 USD, is refused', () => {
  for (const text of ['', '-1', 'NaN', '1,5', '1e-16', '0.0000000000000001', '0x10'])
    assert.throws(() => parseUsd(text), RangeError, text)
})
