import { cholesky, crossGram, gram, solveLower } from './cholesky.ts'
import { gaussian } from './random.ts'
import { type SparseMatrix, timesDense, transposedTimesDense } from './sparse-matrix.ts'

/** Passes over the matrix: two resolve the leading directions well enough to compare prompts. */
const PASSES = 2

/**
 * The directions along which the rows of a matrix differ most: its leading right singular space, by randomised subspace
 * iteration (Halko, Martinsson and Tropp 2011, algorithm 4.4), latent semantic analysis when the rows are texts. Time is
 * linear in the matrix' entries times `size`.
 *
 * @returns orthonormal directions as columns, matrix.width × size, row-major: a row times them gives its coordinates
 */
export function latentDirections(matrix: SparseMatrix, size: number, random: () => number): Float32Array {
  let rows: Float32Array = Float32Array.from({ length: matrix.rows * size }, () => gaussian(random))
  for (let pass = 1; ; pass++) {
    // With orthonormal rows Q, B = AᵀQ spans the space, and BᵀB = Qᵀ(AB) = LLᵀ makes BL⁻ᵀ orthonormal.
    orthonormalise(rows, size)
    const directions = transposedTimesDense(matrix, rows, size)
    const image = timesDense(matrix, directions, size)
    if (pass === PASSES) return solveRows(directions, cholesky(crossGram(rows, image, size), size), size)
    rows = image
  }
}

/** Makes the columns orthonormal, in place, by Cholesky QR; done twice, because once loses digits. */
function orthonormalise(x: Float32Array, k: number): void {
  for (let time = 0; time < 2; time++) solveRows(x, cholesky(gram(x, k), k), k)
}

/** Replaces each row r by L⁻¹r. */
function solveRows(x: Float32Array, lower: Float64Array, k: number): Float32Array {
  const row = new Float64Array(k)
  for (let at = 0; at < x.length; at += k) {
    for (let c = 0; c < k; c++) row[c] = x[at + c]!
    solveLower(lower, k, row)
    x.set(row, at)
  }
  return x
}
