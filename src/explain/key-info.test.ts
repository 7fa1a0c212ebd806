import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SpendingQuery } from '../record/spending.queries.ts'
import { keyInfo } from './key-info.ts'

test('a key’s usage is since UTC’s day, Monday and first of the month, and of its caller alone', async () => {
  const asked: SpendingQuery[] = []
  const recorder = {
    spending: async (query: SpendingQuery) => {
      asked.push(query)
      return { total: '4', day: '1', week: '2.5', month: '3' }
    },
  }
  const { label, usage, usage_daily, usage_weekly, usage_monthly, limit } = await keyInfo(
    recorder,
    'alice',
    Date.parse('2026-03-01T13:00:00Z'),
  )
  assert.deepEqual(
    [label, usage, usage_daily, usage_weekly, usage_monthly, limit],
    ['alice', 4, 1, 2.5, 3, null],
  )
  assert.deepEqual(asked, [
    {
      caller: 'alice',
      day: Date.parse('2026-03-01'),
      week: Date.parse('2026-02-23'),
      month: Date.parse('2026-03-01'),
    },
  ])
  await keyInfo(recorder, undefined, 0)
  assert.equal('caller' in asked[1]!, false)
})
