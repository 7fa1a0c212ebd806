import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { formatUsd, toUsd } from '../money.ts'
import { type BilledUsage, costFemtodollars, estimatedCostUsd } from './cost.ts'
import type { Price } from './offer.ts'

const flat: Price = { prompt: '0.00000059', completion: '0.00000079' }
const full: Price = {
  prompt: '0.000003',
  completion: '0.000015',
  cacheRead: '0.0000003',
  cacheWrite: '0.00000375',
  reasoning: '0.00002',
  tiers: [
    { aboveTokens: 200_000, prompt: '0.000006', completion: '0.0000225', cacheRead: '0.0000006' },
    { aboveTokens: 400_000, prompt: '0.000009', completion: '0.00003' },
  ],
}
const cost = (price: Price, usage: BilledUsage) => formatUsd(costFemtodollars(price, usage))

test('a bill is exact against a calculation by hand', () => {
  assert.equal(cost(flat, { promptTokens: 1000, completionTokens: 200 }), '0.000748')
  assert.equal(cost(flat, { promptTokens: 1, completionTokens: 0 }), '0.00000059')
  // 600 × 3 + 300 × 0.3 + 100 × 3.75 + 80 × 15 + 20 × 20 = 3865 (per million)
  const usage = {
    promptTokens: 1000,
    cacheReadTokens: 300,
    cacheWriteTokens: 100,
    completionTokens: 100,
    reasoningTokens: 20,
  }
  assert.equal(cost(full, usage), '0.003865')
})

test('cached tokens cost the prompt price where the host states none, reasoning tokens the completion price', () => {
  const cached = {
    promptTokens: 1000,
    cacheReadTokens: 400,
    cacheWriteTokens: 300,
    completionTokens: 9,
    reasoningTokens: 5,
  }
  assert.equal(cost(flat, cached), cost(flat, { promptTokens: 1000, completionTokens: 9 }))
})

test('a prompt above a tier puts the whole call into it, one at its edge does not', () => {
  const at = (promptTokens: number) => cost(full, { promptTokens, completionTokens: 1000 })
  assert.equal(at(200_000), '0.615')
  assert.equal(at(200_001), '1.222506')
  assert.equal(at(400_001), '3.630009')
})

test('odd reports are billed as far as they make sense', () => {
  const bill = (usage: Partial<BilledUsage>) =>
    cost(flat, { promptTokens: 10, completionTokens: 0, ...usage })
  assert.equal(bill({ completionTokens: Number.NaN }), '0.0000059')
  assert.equal(bill({ completionTokens: -5 }), '0.0000059')
  assert.equal(bill({ cacheReadTokens: 1e9 }), '0.0000059')
  assert.equal(bill({ promptTokens: 1.9 }), '0.00000059')
})

const tokens = fc.integer({ min: 0, max: 100_000 })
const usd = fc.bigInt({ min: 0n, max: 10n ** 12n }).map(formatUsd)
const prices = fc.record({ prompt: usd, completion: usd, cacheRead: usd, cacheWrite: usd, reasoning: usd })
const usages = fc
  .record({
    plain: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    said: tokens,
    reasoningTokens: tokens,
  })
  .map(({ plain, said, ...rest }) => ({
    ...rest,
    promptTokens: plain + rest.cacheReadTokens + rest.cacheWriteTokens,
    completionTokens: said + rest.reasoningTokens,
  }))

test('without tiers a bill is linear: two calls cost what their sum costs', () => {
  fc.assert(
    fc.property(prices, usages, usages, (price, a, b) => {
      const sum = {
        promptTokens: a.promptTokens + b.promptTokens,
        completionTokens: a.completionTokens + b.completionTokens,
        cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
        cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
        reasoningTokens: a.reasoningTokens + b.reasoningTokens,
      }
      assert.equal(costFemtodollars(price, sum), costFemtodollars(price, a) + costFemtodollars(price, b))
    }),
  )
})

test('more tokens never cost less, tiers or not', () => {
  const plain = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(plain, plain, tokens, tokens, (promptTokens, morePrompt, completionTokens, more) => {
      const bill = (p: number, c: number) => costFemtodollars(full, { promptTokens: p, completionTokens: c })
      assert.ok(
        bill(promptTokens + morePrompt, completionTokens + more) >= bill(promptTokens, completionTokens),
      )
    }),
  )
})

test('the estimate is the bill of a plain call, within the precision of floating point', () => {
  fc.assert(
    fc.property(prices, tokens, tokens, (price, promptTokens, completionTokens) => {
      const exact = toUsd(costFemtodollars(price, { promptTokens, completionTokens }))
      const estimate = estimatedCostUsd(price, promptTokens, completionTokens)
      assert.ok(Math.abs(estimate - exact) <= 1e-12 * Math.max(exact, 1e-3))
    }),
  )
  assert.equal(estimatedCostUsd(full, 200_001, 0), 200_001 * 0.000006)
})
