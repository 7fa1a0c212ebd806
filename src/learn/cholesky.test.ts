import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cholesky, gram, inverse, solve } from './cholesky.ts'

const K = 4
const table = fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 3 * K, maxLength: 10 * K })

test('what is solved, multiplied again, is what was asked for', () => {
  fc.assert(
    fc.property(
      table,
      fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: K, maxLength: K }),
      (x, b) => {
        const square = gram(Float32Array.from(x.slice(0, x.length - (x.length % K))), K)
        for (let a = 0; a < K; a++) square[a * K + a]! += 1
        const solution = Float64Array.from(b)
        solve(cholesky(square.slice(), K), K, solution)
        for (let a = 0; a < K; a++) {
          let sum = 0
          for (let c = 0; c < K; c++) sum += square[Math.max(a, c) * K + Math.min(a, c)]! * solution[c]!
          assert.ok(Math.abs(sum - b[a]!) < 1e-6, `${sum} ${b[a]}`)
        }
      },
    ),
  )
})

test('along a direction that is already spanned the solution is 0', () => {
  const twice = gram(Float32Array.of(1, 2, 3, 3, 4, 5, 1, 1, 0, 2, 1, 1), K)
  const solution = Float64Array.of(1, 1, 1, 1)
  solve(cholesky(twice, K), K, solution)
  assert.ok(solution.every(Number.isFinite), `${solution}`)
  assert.equal(solution[3], 0)
})

test('a matrix of zeros gives zeros', () => {
  const solution = Float64Array.of(1, 2, 3, 4)
  solve(cholesky(new Float64Array(K * K), K), K, solution)
  assert.deepEqual([...solution], [0, 0, 0, 0])
})

test('a matrix times its inverse is one', () => {
  fc.assert(
    fc.property(table, (x) => {
      const square = gram(Float32Array.from(x.slice(0, x.length - (x.length % K))), K)
      for (let a = 0; a < K; a++) square[a * K + a]! += 1
      const inverted = inverse(cholesky(square.slice(), K), K)
      for (let a = 0; a < K; a++)
        for (let b = 0; b < K; b++) {
          let sum = 0
          for (let c = 0; c < K; c++)
            sum += square[Math.max(a, c) * K + Math.min(a, c)]! * inverted[c * K + b]!
          assert.ok(Math.abs(sum - (a === b ? 1 : 0)) < 1e-6, `${sum}`)
        }
    }),
  )
})
