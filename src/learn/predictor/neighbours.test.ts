import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '../../decide/predictor/neighbours.ts'
import { inSteps } from '../../decide/predictor/steps.ts'
import { seededRandom } from '../random.ts'
import { cellsOf } from './cells.ts'
import { indexNeighbours } from './neighbours.ts'

const WIDTH = 8

/** Points around so many topics, told apart by the number of the topic: point i belongs to topic i % topics. */
function clustered(count: number, topics: number, seed: number): Float32Array {
  const random = seededRandom(seed)
  const middles = Array.from({ length: topics }, () => Array.from({ length: WIDTH }, () => random() - 0.5))
  const points = new Float32Array(count * WIDTH)
  for (let i = 0; i < count; i++) {
    const values = middles[i % topics]!.map((value) => value + 0.1 * (random() - 0.5))
    const norm = Math.hypot(...values)
    points.set(
      values.map((value) => value / norm),
      i * WIDTH,
    )
  }
  return points
}

function pointAt(points: Float32Array, i: number): Float32Array {
  return points.subarray(i * WIDTH, (i + 1) * WIDTH)
}

const nothing = { models: 0, values: new Float64Array(0) }

test('every point is in one cell, and alike points are in the same', () => {
  const points = clustered(5_000, 4, 3)
  const { prompts, starts } = cellsOf(points, WIDTH, 4, seededRandom(5))
  assert.deepEqual(
    [...prompts].sort((a, b) => a - b),
    Array.from({ length: 5_000 }, (_, i) => i),
  )
  assert.deepEqual([starts[0], starts.at(-1)], [0, 5_000])
  const topicsOf = (cell: number) =>
    new Set(prompts.subarray(starts[cell], starts[cell + 1]).map((i) => i % 4))
  const pure = [0, 1, 2, 3].filter((cell) => topicsOf(cell).size <= 1)
  assert.ok(pure.length >= 2, `${pure.length} of 4 cells hold one topic`)
})

test('a small index is searched exactly, whatever cells its anchors are in', () => {
  const points = clustered(400, 7, 11)
  const { index, prompts } = indexNeighbours(points, WIDTH, nothing, seededRandom(2))
  const asked = pointAt(clustered(3, 7, 12), 2)
  const cosine = (i: number) => {
    const steps = inSteps(pointAt(points, i))
    return inSteps(asked).reduce((sum, value, d) => sum + value * steps[d]!, 0) / 223 ** 2
  }
  const even = (anchor: number) => prompts[anchor]! % 2 === 0
  for (const mayCount of [undefined, even]) {
    const { anchors, similarity } = nearest(index, asked, mayCount)
    const expected = Array.from(prompts)
      .filter((i) => mayCount === undefined || i % 2 === 0)
      .map((i) => Math.min(1, cosine(i)))
      .filter((value) => value > 0)
      .sort((a, b) => b - a)
      .slice(0, 100)
    assert.deepEqual(similarity, expected)
    assert.deepEqual(
      anchors.map((anchor) => Math.min(1, cosine(prompts[anchor]!))),
      expected,
    )
  }
})

test('of a large index only near cells are looked at, and most of the nearest are found', () => {
  const points = clustered(30_000, 50, 21)
  const { index, prompts } = indexNeighbours(points, WIDTH, nothing, seededRandom(2))
  for (const i of [1, 4_321, 29_999]) {
    let looked = 0
    const { anchors } = nearest(index, pointAt(points, i), () => {
      looked++
      return true
    })
    assert.ok(looked < 10_000, `${looked} anchors were looked at`)
    assert.ok(anchors.some((anchor) => prompts[anchor] === i))
    assert.ok(anchors.every((anchor) => prompts[anchor]! % 50 === i % 50))
  }
})
