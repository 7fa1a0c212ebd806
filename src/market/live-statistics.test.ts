import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLiveStatistics } from './live-statistics.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = Date.UTC(2026, 0, 1, 12)

test('a limited rate says nothing about uptime, and has a figure of its own', () => {
  const statistics = createLiveStatistics()
  for (let i = 0; i < 3; i++) statistics.succeeded('a/x', {}, NOW)
  statistics.failed('a/x', 429, NOW)
  const seen = statistics.of('a/x', NOW)
  assert.equal(seen?.rateLimited, 0.25)
  assert.equal(seen?.uptime.last5m, 1)
  assert.equal(statistics.of('a/x', NOW + 31 * MINUTE)?.rateLimited, undefined)
})

test('a host that fails was reached: its failures count as admitted, and refusals of the request count nowhere', () => {
  const statistics = createLiveStatistics()
  statistics.failed('a/x', 503, NOW)
  statistics.failed('a/x', 400, NOW)
  assert.deepEqual(statistics.of('a/x', NOW), {
    uptime: { last5m: 0, last30m: 0, last1d: 0 },
    rateLimited: 0,
  })
  statistics.failed('b/x', 400, NOW)
  assert.equal(statistics.of('b/x', NOW), undefined)
})

test('the share of answers with valid tool calls is over a day', () => {
  const statistics = createLiveStatistics()
  statistics.calledTools('a/x', true, NOW)
  statistics.calledTools('a/x', false, NOW + 10 * HOUR)
  assert.equal(statistics.of('a/x', NOW + 11 * HOUR)?.validToolCalls, 0.5)
  assert.equal(statistics.of('a/x', NOW + 25 * HOUR)?.validToolCalls, 0)
})

test('a clock that jumps back an hour loses nothing, and what is counted then ages as ever', () => {
  const statistics = createLiveStatistics()
  statistics.failed('a/x', 503, NOW)
  statistics.succeeded('a/x', { firstByteMs: 100 }, NOW - HOUR)
  const seen = statistics.of('a/x', NOW - HOUR)
  assert.equal(seen?.uptime.last5m, 0.5)
  assert.ok(seen?.firstByteMs)
  assert.equal(statistics.of('a/x', NOW - HOUR + 6 * MINUTE)?.uptime.last5m, undefined)
  assert.equal(statistics.of('a/x', NOW - HOUR + 6 * MINUTE)?.uptime.last30m, 0.5)
})

test('what is saved and restored tells the same', () => {
  const before = createLiveStatistics()
  for (let i = 0; i < 50; i++)
    before.succeeded('a/x', { firstByteMs: 100 + i, tokensPerSecond: 50 }, NOW + i * MINUTE)
  before.failed('a/x', 503, NOW + 50 * MINUTE)
  before.failed('a/x', 429, NOW + 50 * MINUTE)
  before.calledTools('a/x', true, NOW + 50 * MINUTE)
  const after = createLiveStatistics()
  after.restore('a/x', before.save('a/x', NOW + HOUR)!, NOW + HOUR)
  assert.deepEqual(after.of('a/x', NOW + HOUR), before.of('a/x', NOW + HOUR))
})

test('the figures of a thousand endpoints are kept, and those called longest ago go first', () => {
  const statistics = createLiveStatistics()
  for (let i = 0; i < 1_000; i++) statistics.succeeded(`a/${i}`, {}, NOW)
  statistics.succeeded('a/0', {}, NOW)
  statistics.succeeded('a/1000', {}, NOW)
  assert.ok(statistics.of('a/0', NOW))
  assert.equal(statistics.of('a/1', NOW), undefined)
  assert.equal(statistics.endpoints().length, 1_000)
})
