import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SparseMatrix } from '../sparse-matrix.ts'
import { fitLinear, linearScores } from './fit-linear.ts'

/** Each text is the columns that it has, each with the value 1. */
function textsOf(width: number, ...rows: readonly (readonly number[])[]): SparseMatrix {
  const columns = rows.flat()
  return {
    rows: rows.length,
    width,
    starts: Int32Array.from([0, ...rows.map((_, r) => rows.slice(0, r + 1).flat().length)]),
    columns: Int32Array.from(columns),
    values: new Float32Array(columns.length).fill(1),
  }
}

const texts = textsOf(3, [0, 2], [0], [1, 2], [1], [1])
const weight = new Float64Array(5).fill(1)
const stretch = new Float64Array(3).fill(1)

test('the two sides come apart, and what both have counts little', () => {
  const model = fitLinear({ texts, positives: 2, weight, stretch })
  const scores = linearScores(texts, model)
  for (const [row, score] of scores.entries()) assert.ok(row < 2 ? score > 1 : score < -1, `${row}: ${score}`)
  assert.ok(Math.abs(model.weights[2]!) < Math.abs(model.weights[0]!) / 3)
})

test('a side that is three times as large counts no more', () => {
  const more = textsOf(3, [0, 2], [0], [1, 2], [1], [1], [1, 2], [1], [1], [1, 2], [1], [1])
  const model = fitLinear({ texts, positives: 2, weight, stretch })
  const larger = fitLinear({ texts: more, positives: 2, weight: new Float64Array(11).fill(1), stretch })
  assert.ok(Math.abs(model.bias - larger.bias) < 1e-9)
})

test('rows and columns that are left out change nothing', () => {
  const odd = textsOf(3, [0, 2], [0], [1, 2], [1], [1], [0])
  const left = Float64Array.of(1, 1, 1, 1, 1, 0)
  assert.deepEqual(
    fitLinear({ texts: odd, positives: 2, weight: left, stretch }),
    fitLinear({ texts, positives: 2, weight, stretch }),
  )
  assert.equal(fitLinear({ texts, positives: 2, weight, stretch: Float64Array.of(1, 1, 0) }).weights[2], 0)
})
