import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gaussian, seededRandom } from '../random.ts'
import { chartRating, NEW_CHART, type QualityDrift } from './quality-drift.ts'

/** Thumbs of a model that is predicted `offset` too low, and that falls by `fall` after `before` ratings. */
function alarms(
  seed: number,
  ratings: number,
  fall: number,
  before = 1_000,
  harder = 0,
): [number, QualityDrift][] {
  const random = seededRandom(seed)
  const offset = 0.08 * gaussian(random)
  const found: [number, QualityDrift][] = []
  let chart = NEW_CHART
  for (let at = 0; at < ratings; at++) {
    const gone = at < before ? 0 : 1
    const predicted = 0.7 + 0.1 * (2 * random() - 1) - gone * harder
    const next = chartRating(chart, predicted, random() < predicted + offset - gone * fall ? 1 : 0)
    chart = next.chart
    if (next.drift !== undefined) found.push([at, next.drift])
  }
  return found
}

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed + 1)

test('a fall of 10 points after 1,000 ratings is mostly found within 300', () => {
  const delays = SEEDS.map((seed) => alarms(seed, 3_000, 0.1).find(([at]) => at >= 1_000)?.[0] ?? Infinity)
    .map((at) => at - 1_000)
    .sort((a, b) => a - b)
  assert.ok(delays[30]! <= 250, `median ${delays[30]}`)
  assert.ok(
    delays.filter((delay) => delay <= 300).length >= 45,
    `${delays.filter((d) => d <= 300).length} of 60`,
  )
})

test('where nothing changes there is at most about one alarm in 10,000 ratings', () => {
  const count = SEEDS.flatMap((seed) => alarms(seed, 5_000, 0)).length
  assert.ok(count <= 40, `${count} alarms in 300,000`)
})

test('prompts that get harder as predicted are no fall', () => {
  const count = SEEDS.flatMap((seed) => alarms(seed, 3_000, 0, 1_000, 0.2)).length
  assert.ok(count <= 45, `${count} alarms in 180,000`)
})

test('the drift says about when it began and how far the model fell', () => {
  const found = SEEDS.flatMap((seed) =>
    alarms(seed, 2_000, 0.25)
      .filter(([at]) => at >= 1_000)
      .slice(0, 1),
  )
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const begins = mean(found.map(([at, { ratings }]) => at - ratings))
  assert.ok(Math.abs(begins - 1_000) < 30, `begins at ${begins}`)
  const falls = mean(found.map(([, { before, since }]) => before - since))
  assert.ok(Math.abs(falls - 0.3) < 0.08, `falls by ${falls}`)
})

test('scores between 0 and 1 tell of a fall as thumbs do', () => {
  const random = seededRandom(3)
  let chart = NEW_CHART
  for (let at = 0; at < 1_500; at++) {
    const quality = 0.25 * Math.floor(5 * random())
    const next = chartRating(chart, 0.5, at < 1_000 ? quality : 0.5 * quality)
    chart = next.chart
    assert.ok(at >= 1_000 || next.drift === undefined)
    if (next.drift === undefined) continue
    assert.ok(Math.abs(at - next.drift.ratings - 1_000) < 30, `${at} ${next.drift.ratings}`)
    assert.ok(Math.abs(next.drift.since + 0.25) < 0.1, `${next.drift.since}`)
    return
  }
  assert.fail('no fall was found')
})
