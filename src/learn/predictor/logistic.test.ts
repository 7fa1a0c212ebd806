import assert from 'node:assert/strict'
import { test } from 'node:test'
import { softmax } from '../../decide/predictor/kinds.ts'
import { besideDense } from '../sparse-matrix.ts'
import { fitLogistic, scoresOf } from './logistic.ts'

/** Three rows in four are of class 0 and have the first column, the others the second; the last row has nothing. */
const CLASS_OF = Array.from({ length: 80 }, (_, i) => (i % 4 === 3 ? 1 : 0))
const DENSE = Float32Array.from([...CLASS_OF.flatMap((k) => (k === 0 ? [1, 0] : [0, 1])), 0, 0])
const ROWS = besideDense(undefined, DENSE, 2)
const LEARNED = [...CLASS_OF.keys()]

test('classes are told apart by what only one of them has', () => {
  const fitted = fitLogistic(ROWS, LEARNED, CLASS_OF, 2)
  for (const [row, own] of CLASS_OF.entries())
    assert.ok(softmax(scoresOf(ROWS, row, fitted))[own]! > 0.9, `row ${row}`)
})

test('of a row that says nothing, classes are as probable as they are frequent', () => {
  const told = softmax(scoresOf(ROWS, CLASS_OF.length, fitLogistic(ROWS, LEARNED, CLASS_OF, 2)))
  assert.ok(Math.abs(told[0]! - 0.75) < 0.02, `${told}`)
})

test('rows that are not learned from do not matter', () => {
  const some = LEARNED.slice(0, 40)
  const others = CLASS_OF.map((k, row) => (row < 40 ? k : 1 - k))
  assert.deepEqual(fitLogistic(ROWS, some, CLASS_OF, 2), fitLogistic(ROWS, some, others, 2))
})
