import assert from 'node:assert/strict'
import { test } from 'node:test'
import { besideDense, timesDense } from './sparse-matrix.ts'

const SPARSE = {
  ...{ rows: 2, width: 3, starts: Int32Array.of(0, 1, 1) },
  ...{ columns: Int32Array.of(2), values: Float32Array.of(5) },
}

test('dense columns stand to the right of the sparse ones', () => {
  const both = besideDense(SPARSE, Float32Array.of(1, 2, 3, 4), 2)
  const identity = Float32Array.from({ length: 25 }, (_, at) => (at % 6 === 0 ? 1 : 0))
  assert.deepEqual([...timesDense(both, identity, 5)], [0, 0, 5, 1, 2, 0, 0, 0, 3, 4])
})
