import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { keepRankings } from './kept-rankings.ts'
import type { LeaderboardJson, RankingWork } from './ranking.ts'

const work = (intent: string): RankingWork => ({ dataFolder: '', scope: { intent }, least: 1, style: true })

/** Rankings that end when they are told to. */
function ranker() {
  let at = 0
  const begun: { readonly intent: string | undefined; end(): void; fail(): void }[] = []
  const ranked = keepRankings(
    ({ scope: { intent } }) =>
      new Promise((resolve, reject) => {
        const board = { intent } as unknown as LeaderboardJson
        begun.push({ intent, end: () => resolve(board), fail: () => reject(new Error('broken')) })
      }),
    () => at,
  )
  return {
    ranked,
    begun,
    pass: (ms: number) => {
      at += ms
    },
  }
}

test('one leaderboard is ranked at a time, and the same one once, however long that takes', async () => {
  const { ranked, begun, pass } = ranker()
  const first = ranked(work('a'))
  const other = ranked(work('b'))
  await setImmediate()
  assert.equal(begun.length, 1)
  pass(60_000)
  const again = ranked(work('a'))
  begun[0]!.end()
  assert.equal(await first, await again)
  await setImmediate()
  assert.deepEqual(
    begun.map(({ intent }) => intent),
    ['a', 'b'],
  )
  begun[1]!.end()
  await other
})

test('it is new for half a minute from when it was ranked, and one that failed is not kept', async () => {
  const { ranked, begun, pass } = ranker()
  const ask = async (end: 'end' | 'fail') => {
    const board = ranked(work('a'))
    await setImmediate()
    begun.at(-1)?.[end]()
    await board.catch(() => {})
    return begun.length
  }
  assert.equal(await ask('end'), 1)
  pass(29_999)
  assert.equal(await ask('end'), 1)
  pass(1)
  assert.equal(await ask('fail'), 2)
  assert.equal(await ask('end'), 3)
})

test('whoever asks for one more while eight wait is told when to come again', async () => {
  const { ranked, begun } = ranker()
  const all = Array.from({ length: 9 }, (_, i) => ranked(work(`${i}`)))
  await assert.rejects(ranked(work('more')), {
    code: 'provider_overloaded',
    detail: { retryAfterSeconds: 10, limit: 'leaderboard' },
  })
  for (let i = 0; i < all.length; i++) {
    await setImmediate()
    begun[i]!.end()
    await all[i]
  }
  const more = ranked(work('more'))
  await setImmediate()
  begun.at(-1)!.end()
  await more
})
