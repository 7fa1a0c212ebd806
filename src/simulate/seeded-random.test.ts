import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawLogNormal, drawNormal, drawOne, seededRandom } from './seeded-random.ts'

const take = (count: number, draw: () => number) => Array.from({ length: count }, draw)

test('the same seed gives the same sequence, another seed another one', () => {
  assert.deepEqual(take(20, seededRandom(1, 'a')), take(20, seededRandom(1, 'a')))
  assert.notDeepEqual(take(20, seededRandom(1, 'a')), take(20, seededRandom(2, 'a')))
  assert.notDeepEqual(take(20, seededRandom(1, 'a')), take(20, seededRandom(1, 'b')))
})

test('seed parts do not run into each other', () => {
  assert.notEqual(seededRandom('ab', 'c')(), seededRandom('a', 'bc')())
})

test('numbers fill [0, 1) evenly', () => {
  const numbers = take(20_000, seededRandom(7))
  const tenths = new Array<number>(10).fill(0)
  for (const number of numbers) {
    assert.ok(number >= 0 && number < 1)
    tenths[Math.floor(number * 10)]! += 1
  }
  for (const count of tenths) assert.ok(Math.abs(count - 2000) < 200, `a tenth holds ${count} of 20,000`)
})

test('normal draws have mean 0 and deviation 1', () => {
  const random = seededRandom(11)
  const draws = take(20_000, () => drawNormal(random))
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length
  const deviation = Math.sqrt(draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length)
  assert.ok(Math.abs(mean) < 0.03, `mean ${mean}`)
  assert.ok(Math.abs(deviation - 1) < 0.03, `deviation ${deviation}`)
})

test('half of the lognormal draws lie under the median, none under zero', () => {
  const random = seededRandom(13)
  const draws = take(20_000, () => drawLogNormal(random, 250, 0.5))
  const under = draws.filter((x) => x < 250).length / draws.length
  assert.ok(Math.abs(under - 0.5) < 0.02, `${under} lie under the median`)
  assert.ok(draws.every((x) => x > 0))
})

test('drawing one element reaches each of them and refuses an empty list', () => {
  const random = seededRandom(17)
  const drawn = new Set(Array.from({ length: 200 }, () => drawOne(random, ['a', 'b', 'c'])))
  assert.deepEqual([...drawn].sort(), ['a', 'b', 'c'])
  assert.throws(() => drawOne(random, []), RangeError)
})
