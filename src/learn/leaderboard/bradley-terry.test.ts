import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { drawComparisons } from '../../../test/drawn-comparisons.ts'
import { seededRandom } from '../random.ts'
import { fitBradleyTerry } from './bradley-terry.ts'
import { type ComparisonRow, layOutComparisons } from './comparisons.ts'

const row = (a: string, b: string, result: number, prompt = ''): ComparisonRow => ({
  a,
  b,
  result,
  weight: 1,
  prompt,
  lead: [],
})
const fit = (rows: readonly ComparisonRow[]) => fitBradleyTerry(layOutComparisons(own(rows), []))
/** Each row of a prompt of its own, unless it says otherwise. */
const own = (rows: readonly ComparisonRow[]) =>
  rows.map((one, i) => (one.prompt === '' ? { ...one, prompt: `p${i}` } : one))
const close = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`)

test('95 % intervals hold the true ability in 93 to 97 % of synthetic cases, with ties and with style', () => {
  const random = seededRandom(7)
  for (const [rows, effects] of [
    [600, []],
    [600, [0.5, -0.3]],
    [80, []],
  ] as const) {
    let inside = 0
    let all = 0
    for (let round = 0; round < 120; round++) {
      const { comparisons, truth } = drawComparisons({ models: 12, rows, ties: 0.7, effects, random })
      const { ability, variance } = fitBradleyTerry(comparisons)
      for (const [m, mean] of ability.entries())
        if (Math.abs(mean - truth[m]!) <= 1.96 * Math.sqrt(variance[m]!)) inside++
      all += ability.length
    }
    const coverage = inside / all
    assert.ok(coverage > 0.93 && coverage < 0.97, `${coverage} of ${rows} rows, effects ${effects}`)
  }
})

test('abilities agree with Hunter’s MM algorithm, an independent way to the same maximum', () => {
  const { comparisons } = drawComparisons({
    models: 8,
    rows: 4_000,
    ties: 0,
    effects: [],
    random: seededRandom(3),
  })
  const { ability } = fitBradleyTerry(comparisons)
  const independent = minorise(comparisons)
  // The prior is worth a few hundredths of a row.
  for (const [m, mean] of ability.entries()) close(mean, independent[m]!, 0.01)
})

/** Hunter (2004), "MM algorithms for generalized Bradley–Terry models": λᵢ ← wins of i / Σ over his games 1 / (λᵢ + λⱼ). */
function minorise({
  models,
  a,
  b,
  result,
}: {
  models: readonly string[]
  a: Int32Array
  b: Int32Array
  result: Float32Array
}): number[] {
  let strength = models.map(() => 1)
  for (let round = 0; round < 2_000; round++) {
    const wins = models.map(() => 0)
    const games = models.map(() => 0)
    for (let row = 0; row < a.length; row++) {
      const [i, j] = [a[row]!, b[row]!]
      wins[result[row] === 1 ? i : j]! += 1
      for (const m of [i, j]) games[m]! += 1 / (strength[i]! + strength[j]!)
    }
    strength = strength.map((_, m) => wins[m]! / games[m]!)
  }
  const logs = strength.map(Math.log)
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  return logs.map((log) => log - mean)
}

const someRows = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 0.5, 1))
    .map(([a, step, result]) => row(`m${a}`, `m${(a + step) % 5}`, result)),
  { minLength: 2, maxLength: 60 },
)

test('whoever stands first, and in which order rows come, changes nothing', () => {
  fc.assert(
    fc.property(someRows, (rows) => {
      const before = fit(rows)
      const swapped = rows.map(({ a, b, result }) => row(b, a, 1 - result))
      const after = fit(swapped.toReversed())
      for (const [m, ability] of before.ability.entries()) {
        close(after.ability[m]!, ability, 1e-5)
        close(after.variance[m]!, before.variance[m]!, 1e-4 * before.variance[m]!)
      }
    }),
    { numRuns: 60 },
  )
})

test('one more win never lowers a model, nor raises the one that lost', () => {
  fc.assert(
    fc.property(someRows, (rows) => {
      const decided = rows.filter(({ result }) => result !== 0.5)
      const base = [...decided, row('m0', 'm1', 1), row('m1', 'm0', 1)]
      const { models } = layOutComparisons(base, [])
      const before = fit(base).ability
      const after = fit([...base, row('m0', 'm1', 1)]).ability
      const [winner, loser] = [models.indexOf('m0'), models.indexOf('m1')]
      assert.ok(after[winner]! > before[winner]!)
      assert.ok(after[loser]! < before[loser]!)
    }),
    { numRuns: 60 },
  )
})

test('a circle of wins makes all alike', () => {
  const circle = [row('a', 'b', 1), row('b', 'c', 1), row('c', 'a', 1)]
  for (const ability of fit(Array.from({ length: 20 }, () => circle).flat()).ability) close(ability, 0, 1e-6)
})

test('a model that never lost stays finite: three wins prove nothing, twenty do', () => {
  const after = (wins: number) => {
    const { ability, differenceVariance } = fit(Array.from({ length: wins }, () => row('a', 'b', 1)))
    return { lead: ability[0]! - ability[1]!, error: Math.sqrt(differenceVariance[1]!) }
  }
  const [few, many, most] = [after(3), after(20), after(10_000)]
  assert.ok(few.lead > 0 && few.lead < 1.96 * few.error, JSON.stringify(few))
  assert.ok(many.lead > 1.96 * many.error, JSON.stringify(many))
  assert.ok(most.lead > many.lead && most.lead < 20, JSON.stringify(most))
})

test('nothing but ties is no lead, and a weight of ties', () => {
  const tied = fit(Array.from({ length: 30 }, () => row('a', 'b', 0.5)))
  close(tied.ability[0]!, 0, 1e-6)
  assert.ok(tied.ties > 10)
})

test('ten rows of one prompt say less than ten rows of ten prompts', () => {
  const rows = Array.from({ length: 40 }, (_, i) => row('a', 'b', i % 4 === 0 ? 0 : 1))
  const ofTen = rows.map((one, i) => ({ ...one, prompt: `p${Math.floor(i / 4)}` }))
  const alike = rows.map((one, i) => ({
    ...one,
    result: Math.floor(i / 10) === 0 ? 0 : 1,
    prompt: `p${Math.floor(i / 10)}`,
  }))
  assert.ok(fit(alike).variance[0]! > 2 * fit(ofTen).variance[0]!)
})

test('what style is worth is found, and is not taken for ability', () => {
  const { comparisons, truth } = drawComparisons({
    models: 6,
    rows: 20_000,
    ties: 0.5,
    effects: [0.8, -0.4],
    random: seededRandom(11),
  })
  const { effects, ability } = fitBradleyTerry(comparisons)
  close(effects[0]!, 0.8, 0.06)
  close(effects[1]!, -0.4, 0.06)
  for (const [m, one] of ability.entries()) close(one, truth[m]!, 0.15)
})
