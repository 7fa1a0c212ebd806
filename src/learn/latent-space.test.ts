import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latentDirections } from './latent-space.ts'
import { seededRandom } from './random.ts'
import { type SparseMatrix, timesDense } from './sparse-matrix.ts'

/** Two kinds of rows that share no column, with a little of their own each. */
function twoKinds(rows: number): SparseMatrix {
  const random = seededRandom(3)
  const columns = Array.from({ length: rows }, (_, row) => [row % 2, 2 + Math.floor(random() * 40)])
  return {
    rows,
    width: 42,
    starts: Int32Array.from({ length: rows + 1 }, (_, row) => 2 * row),
    columns: Int32Array.from(columns.flat()),
    values: Float32Array.from(columns.flatMap(() => [1, 0.2])),
  }
}

/** Coordinates along the leading directions. */
function coordinates(matrix: SparseMatrix, size: number): Float32Array {
  return timesDense(matrix, latentDirections(matrix, size, seededRandom(1)), size)
}

test('rows of one kind lie together and the two kinds apart', () => {
  const matrix = twoKinds(60)
  const points = coordinates(matrix, 4)
  const cosine = (a: number, b: number) => {
    const dot = (x: number, y: number) =>
      [0, 1, 2, 3].reduce((sum, c) => sum + points[x * 4 + c]! * points[y * 4 + c]!, 0)
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  }
  assert.ok(cosine(0, 2) > 0.8, `${cosine(0, 2)}`)
  assert.ok(Math.abs(cosine(0, 1)) < 0.3, `${cosine(0, 1)}`)
})

test('with as many directions as the matrix has, lengths are kept', () => {
  const matrix = twoKinds(60)
  const points = coordinates(matrix, 42)
  for (let row = 0; row < 60; row++) {
    const length = Math.hypot(...points.subarray(row * 42, row * 42 + 42))
    assert.ok(Math.abs(length - Math.hypot(1, 0.2)) < 1e-3, `${length}`)
  }
})

test('the same seed gives the same bits', () => {
  const matrix = twoKinds(60)
  const one = coordinates(matrix, 4)
  assert.deepEqual(coordinates(matrix, 4), one)
})
