import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordedRow } from '../src/simulate/recording.ts'
import { seededRandom } from '../src/simulate/seeded-random.ts'
import { type DemoCall, renderReport, reportOn } from './demo-report.ts'

/** `good` is right on even prompts for 3 USD, `cheap` on every fourth for 1 USD, `odd` on the odd ones for 2 USD. */
const rows: readonly RecordedRow[] = Array.from({ length: 100 }, (_, at) => ({
  id: `p${at}`,
  prompt: `prompt ${at}`,
  responses: { good: '', cheap: '', odd: '' },
  outcomes: {
    good: { quality: at % 2 === 0 || at % 5 === 0 ? 1 : 0, cost: 3 },
    cheap: { quality: at % 4 === 0 ? 1 : 0, cost: 1 },
    odd: { quality: at % 2 === 1 ? 1 : 0, cost: 2 },
  },
}))
const costs: Readonly<Record<string, number>> = { good: 3, cheap: 1, odd: 2 }
const callsBy = (choose: (at: number) => string): DemoCall[] =>
  rows.map(({ id }, at) => ({
    promptId: id,
    model: choose(at),
    costUsd: costs[choose(at)] ?? 0,
    overheadMs: at + 1,
  }))
const report = (calls: readonly DemoCall[]) => reportOn(calls, rows, seededRandom(1))

test('baselines are what the recorded outcomes say', () => {
  const { strategies, models, prompts } = report(callsBy(() => 'good'))
  assert.deepEqual([models, prompts], [3, 100])
  const figures = strategies.map(({ name, quality, costUsd }) => [
    name,
    quality.mean.toFixed(6),
    costUsd.mean.toFixed(6),
  ])
  assert.deepEqual(figures, [
    ['router', '0.600000', '3.000000'],
    ['best single model: good', '0.600000', '3.000000'],
    ['cheapest single model: cheap', '0.250000', '1.000000'],
    ['random mix of the models', '0.450000', '2.000000'],
    ['oracle: the cheapest right answer', '1.000000', '2.000000'],
  ])
})

test('a router that always takes the best single model differs from it by exactly nothing', () => {
  const { routerMinusBestSingle } = report(callsBy(() => 'good'))
  assert.deepEqual(routerMinusBestSingle.quality, { mean: 0, low: 0, high: 0 })
  assert.match(
    renderReport(report(callsBy(() => 'good'))),
    /the router used the best single model for everything/,
  )
})

test('a router that knows the right model for each prompt is better and cheaper', () => {
  const wise = report(callsBy((at) => (at % 2 === 1 ? 'odd' : 'good')))
  assert.equal(wise.strategies[0]?.quality.mean, 1)
  assert.ok(wise.routerMinusBestSingle.quality.low > 0.2)
  assert.ok(wise.routerMinusBestSingle.costUsd.high < 0)
  assert.match(renderReport(wise), /better and cheaper/)
})

test('a prompt without an answer counts as a wrong answer', () => {
  const { answers, strategies } = report(callsBy(() => 'good').slice(0, 50))
  assert.equal(answers, 50)
  assert.ok(Math.abs((strategies[0]?.quality.mean ?? 0) - 0.3) < 1e-9)
})

test('intervals hold the mean, and are as wide as the binomial distribution says', () => {
  const { quality } = report(callsBy(() => 'good')).strategies[0]!
  assert.ok(quality.low < quality.mean && quality.mean < quality.high)
  const expected = 2 * 1.96 * Math.sqrt((0.6 * 0.4) / 100)
  assert.ok(Math.abs(quality.high - quality.low - expected) < 0.03, `${quality.high - quality.low}`)
})

test('shares add up and say how often each model was right', () => {
  const { shares } = report(callsBy((at) => (at < 80 ? 'good' : 'cheap')))
  assert.deepEqual(shares, [
    { model: 'good', calls: 80, quality: 0.6 },
    { model: 'cheap', calls: 20, quality: 0.25 },
  ])
})

test('the gateway’s time is told in percentiles', () => {
  const { overheadMs } = report(callsBy(() => 'good'))
  assert.deepEqual(overheadMs, { p50: 50, p99: 99 })
})

test('a missing outcome is named', () => {
  const incomplete = [{ ...rows[0]!, outcomes: { good: { quality: 1 } } }]
  assert.throws(
    () => reportOn([], incomplete, seededRandom(1)),
    /prompt p0 has no recorded quality and cost of/,
  )
})
