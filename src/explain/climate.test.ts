import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { climateJson, readClimateQuery } from './climate.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const DAY = 86_400_000
const read = (query: string, caller?: string) => readClimateQuery(new URLSearchParams(query), caller, NOW)

test('by default the last 30 days are summed by day, today the last of them', () => {
  const until = Date.parse('2026-11-27')
  assert.deepEqual(read(''), { by: 'day', since: until - 30 * DAY, until, limit: 100 })
})

test('with keys nobody is told of another’s calls', () => {
  assert.equal(read('by=key', 'alice').caller, 'alice')
})

test('what is not known, and times that would sum up too much, are refused by name', () => {
  for (const [query, named] of [
    ['by=model', /^by must be one of day, key/],
    ['caller=bob', /^caller must be one of by, since, until, limit/],
    ['limit=0', /^limit/],
    ['since=yesterday', /^since/],
    ['since=2020-01-01', /^since must be before until, by at most 366 days/],
    ['since=2026-11-02&until=2026-11-01', /^since must be before until/],
  ] as const)
    assert.throws(
      () => read(query),
      (error) => error instanceof MeritorderError && error.status === 400 && named.test(error.message),
      query,
    )
})

test('sums are told under what they are of', () => {
  const sum = { name: 'alice', calls: 3, estimated: 2, low: 1, mid: 2, high: 3 }
  assert.deepEqual(climateJson(read('by=key'), [sum]).data, [
    {
      key: 'alice',
      calls: 3,
      estimated_calls: 2,
      carbon_low_g: 1,
      carbon_g: 2,
      carbon_high_g: 3,
    },
  ])
})
