import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { formatUsd, toUsd } from '../money.ts'
import { type BilledUsage, billOf, estimatedCostUsd } from './cost.ts'
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
/** A Thursday, 12:00 UTC. */
const NOON = Date.UTC(2026, 0, 1, 12)
const total = (price: Price, usage: BilledUsage, at = NOON) => billOf(price, usage, at)!.total
const cost = (price: Price, usage: BilledUsage, at?: number) => formatUsd(total(price, usage, at))

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

test('an hour’s cache, audio, images, searches and the call itself have prices of their own', () => {
  const price: Price = {
    prompt: '0.000001',
    completion: '0.000002',
    cacheRead: '0.0000001',
    cacheWrite: '0.00000125',
    cacheWrite1h: '0.000002',
    audioInput: '0.00001',
    audioCacheRead: '0.000001',
    audioOutput: '0.00002',
    imageInput: '0.000003',
    imageOutput: '0.00003',
    request: '0.005',
    webSearch: '0.01',
  }
  const usage: BilledUsage = {
    promptTokens: 1000,
    cacheReadTokens: 200,
    audioCacheReadTokens: 50,
    cacheWriteTokens: 300,
    cacheWrite1hTokens: 100,
    audioInputTokens: 150,
    imageInputTokens: 60,
    completionTokens: 100,
    audioOutputTokens: 30,
    imageOutputTokens: 20,
    webSearches: 2,
  }
  // Prompt: 340 × 1 + 150 × 0.1 + 50 × 1 + 200 × 1.25 + 100 × 2 + 100 × 10 + 60 × 3 = 2035 per million
  // Answer: 50 × 2 + 30 × 20 + 20 × 30 = 1300 per million; fees: 0.005 + 2 × 0.01
  const bill = billOf(price, usage, NOON)!
  const { prompt, completion } = bill
  assert.deepEqual([prompt, completion, bill.total].map(formatUsd), ['0.002035', '0.0013', '0.028335'])
})

test('an hour’s cache costs what a cache costs where the host states no other price', () => {
  const usage = { promptTokens: 100, cacheWriteTokens: 100, cacheWrite1hTokens: 40, completionTokens: 0 }
  assert.equal(cost(full, usage), cost(full, { ...usage, cacheWrite1hTokens: 0 }))
})

test('at the hours that a host names everything costs its share, from their start until before their end', () => {
  const night = [{ from: '16:30', to: '00:30', share: '0.5' }]
  const weekdays = [{ from: '01:00', to: '04:00', weekdays: true, share: '2' }]
  const usage = { promptTokens: 1000, completionTokens: 0 }
  const at = (hours: Price['hours'], iso: string) =>
    cost({ ...flat, hours: hours! }, usage, Date.parse(`${iso}Z`))
  for (const time of ['2026-01-01T16:30', '2026-01-01T23:59:59.999', '2026-01-02T00:29'])
    assert.equal(at(night, time), '0.000295', time)
  for (const time of ['2026-01-01T16:29:59', '2026-01-02T00:30'])
    assert.equal(at(night, time), '0.00059', time)
  assert.equal(at(weekdays, '2026-01-02T01:00'), '0.00118')
  for (const time of ['2026-01-02T04:00', '2026-01-03T02:00', '2026-01-04T02:00'])
    assert.equal(at(weekdays, time), '0.00059', time)
  // A third of a femtodollar is no money: halves are rounded up.
  assert.equal(at([{ from: '00:00', to: '23:59', share: '0.3333' }], '2026-01-01T12:00'), '0.000196647')
})

test('what the host says that the call has cost is the total, with or without a price', () => {
  const usage = { promptTokens: 1000, completionTokens: 200, reportedUsd: '0.0123' }
  assert.deepEqual(billOf(flat, usage, NOON), {
    total: 12_300_000_000_000n,
    prompt: 590_000_000_000n,
    completion: 158_000_000_000n,
  })
  assert.equal(formatUsd(billOf(undefined, usage, NOON)!.total), '0.0123')
  assert.equal(billOf(undefined, { promptTokens: 1, completionTokens: 1 }, NOON), undefined)
})

test('a host that counts some tokens and bills others is paid for those', () => {
  const billed = { promptTokens: 39, completionTokens: 27 }
  assert.equal(
    cost(flat, { promptTokens: 1683, completionTokens: 62, billed }),
    cost(flat, { promptTokens: 39, completionTokens: 27 }),
  )
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
      assert.equal(total(price, sum), total(price, a) + total(price, b))
    }),
  )
})

test('more tokens never cost less, tiers or not', () => {
  const plain = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(plain, plain, tokens, tokens, (promptTokens, morePrompt, completionTokens, more) => {
      const bill = (p: number, c: number) => total(full, { promptTokens: p, completionTokens: c })
      assert.ok(
        bill(promptTokens + morePrompt, completionTokens + more) >= bill(promptTokens, completionTokens),
      )
    }),
  )
})

test('the estimate is the bill of a plain call, within the precision of floating point', () => {
  fc.assert(
    fc.property(prices, tokens, tokens, (price, promptTokens, completionTokens) => {
      const exact = toUsd(total(price, { promptTokens, completionTokens }))
      const estimate = estimatedCostUsd(price, promptTokens, completionTokens)
      assert.ok(Math.abs(estimate - exact) <= 1e-12 * Math.max(exact, 1e-3))
    }),
  )
  assert.equal(estimatedCostUsd(full, 200_001, 0), 200_001 * 0.000006)
})
