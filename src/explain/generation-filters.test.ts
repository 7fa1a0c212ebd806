import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MeritorderError } from '../errors.ts'
import { readFilters } from './generation-filters.ts'

const read = (query: string) => readFilters(new URLSearchParams(query))

test('every filter is read into the query', () => {
  assert.deepEqual(read(''), { limit: 20 })
  assert.deepEqual(
    read(
      'limit=5&before=gen-1&since=2026-11-26T00:00:00Z&until=1795651200000&model=a/b&provider=p&intent=chitchat&caller=ann&outcome=failed&min_cost=0.1&max_cost=2&rated=0.2..0.5&text=a+b&whole=true&tag.user=u&tag.metadata.team=t',
    ),
    {
      limit: 5,
      before: 'gen-1',
      since: Date.UTC(2026, 10, 26),
      until: 1_795_651_200_000,
      model: 'a/b',
      provider: 'p',
      intent: 'chitchat',
      caller: 'ann',
      outcome: 'failed',
      minCostUsd: 0.1,
      maxCostUsd: 2,
      rated: { least: 0.2, most: 0.5 },
      text: 'a b',
      whole: true,
      tags: { user: 'u', 'metadata.team': 't' },
    },
  )
  assert.deepEqual(Object.entries(read('tag.__proto__=x').tags ?? {}), [['__proto__', 'x']])
  assert.deepEqual(read('rated=any').rated, {})
  assert.deepEqual(read('rated=good').rated, { least: 0.5 })
})

for (const query of [
  'limit=0',
  'limit=1001',
  'limit=1e2',
  'limit=500&whole=true',
  'since=yesterday',
  'until=99999999999999999',
  'min_cost=-1',
  'max_cost=',
  'rated=1..0',
  'rated=maybe',
  'rated=constructor',
  'rated=0.1.2..0.5',
  'caller=%00',
  'tag.a=%00',
  'model=',
  'whole=yes',
  'tag.=x',
  'colour=red',
  '__proto__=x',
])
  test(`${query} is refused by name`, () => {
    const field = query.includes('whole=true') ? 'limit' : query.split('=')[0]
    assert.throws(
      () => read(query),
      (error) =>
        error instanceof MeritorderError && error.code === 'invalid_request' && error.detail.limit === field,
    )
  })
