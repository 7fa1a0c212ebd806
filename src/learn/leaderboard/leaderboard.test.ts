import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawComparisons } from '../../../test/drawn-comparisons.ts'
import { MeritorderError } from '../../errors.ts'
import { seededRandom } from '../random.ts'
import { layOutComparisons } from './comparisons.ts'
import { leaderboardOf } from './leaderboard.ts'

const rows = (list: readonly (readonly [a: string, b: string, result: number, times: number])[]) =>
  layOutComparisons(
    list.flatMap(([a, b, result, times], k) =>
      Array.from({ length: times }, (_, i) => ({ a, b, result, weight: 1, prompt: `${k}-${i}`, lead: [] })),
    ),
    [],
  )

test('standings carry counts, an interval about a mean of 1,000, and ranks that only say what is beyond chance', () => {
  const board = leaderboardOf(
    rows([
      ['strong', 'weak', 1, 90],
      ['strong', 'weak', 0, 10],
      ['strong', 'twin', 1, 20],
      ['strong', 'twin', 0, 20],
      ['strong', 'twin', 0.5, 10],
      ['twin', 'weak', 1, 45],
      ['twin', 'weak', 0, 5],
    ]),
    10,
  )
  const mean = board.standings.reduce((sum, { rating }) => sum + rating, 0) / 3
  assert.ok(Math.abs(mean - 1000) < 1e-6)
  const [first, second, third] = board.standings
  assert.equal(third?.model, 'weak')
  assert.deepEqual(
    [first?.rank, second?.rank, third?.rank],
    [
      { best: 1, worst: 2 },
      { best: 1, worst: 2 },
      { best: 3, worst: 3 },
    ],
  )
  assert.ok(first!.leadByChance! > 0.5)
  assert.ok(second!.leadByChance! < 0.001)
  assert.equal(third?.leadByChance, undefined)
  const strong = board.standings.find(({ model }) => model === 'strong')!
  assert.deepEqual([strong.comparisons, strong.wins, strong.ties, strong.losses], [150, 110, 10, 30])
  assert.ok(Math.abs(board.tied - 10 / 200) < 1e-9)
  assert.deepEqual(board.groups, [])
})

test('a model with too few comparisons waits, and still counts as an opponent', () => {
  const board = leaderboardOf(
    rows([
      ['a', 'b', 1, 30],
      ['a', 'b', 0, 20],
      ['newcomer', 'a', 1, 3],
    ]),
    10,
  )
  assert.deepEqual(board.waiting, [{ model: 'newcomer', comparisons: 3 }])
  assert.deepEqual(
    board.standings.map(({ model, rank }) => [model, rank.worst]),
    [
      ['a', 2],
      ['b', 2],
    ],
  )
})

test('models that never met are told apart, and no rank is claimed between them', () => {
  const board = leaderboardOf(
    rows([
      ['a', 'b', 1, 80],
      ['a', 'b', 0, 20],
      ['c', 'd', 1, 99],
      ['c', 'd', 0, 1],
    ]),
    10,
  )
  assert.deepEqual(
    board.groups.map((group) => [...group].sort()),
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  )
  const rankOf = (model: string) => board.standings.find((standing) => standing.model === model)!.rank
  assert.deepEqual(rankOf('c'), { best: 1, worst: 3 })
  assert.deepEqual(rankOf('b'), { best: 2, worst: 4 })
})

test('a true rank lies within its range in at least 95 % of cases', () => {
  const random = seededRandom(5)
  let inside = 0
  let all = 0
  for (let round = 0; round < 60; round++) {
    const { comparisons, truth } = drawComparisons({ models: 8, rows: 500, ties: 0.5, effects: [], random })
    const order = [...truth.keys()].sort((x, y) => truth[y]! - truth[x]!).map((m) => comparisons.models[m])
    for (const { model, rank } of leaderboardOf(comparisons, 1).standings) {
      const place = order.indexOf(model) + 1
      if (rank.best <= place && place <= rank.worst) inside++
      all++
    }
  }
  assert.ok(inside / all >= 0.95, `${inside} of ${all}`)
})

test('one model alone, or none, is refused', () => {
  assert.throws(
    () => leaderboardOf(layOutComparisons([], []), 10),
    (error) => error instanceof MeritorderError && error.code === 'invalid_request',
  )
})
