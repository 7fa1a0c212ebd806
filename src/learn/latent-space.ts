import { cholesky, crossGram, gram, solveLower } from './cholesky.ts'
import { gaussian } from './random.ts'
import { type SparseMatrix, timesDense, transposedTimesDense } from './sparse-matrix.ts'

/** The directions along which some texts differ most. */
export interface LatentSpace {
  readonly size: number
  /** width × size, row-major, not yet orthonormal: `lower` makes the coordinates so. */
  readonly directions: Float32Array
  readonly lower: Float64Array
}

/** Passes over the matrix: two resolve the leading directions well enough to compare prompts. */
const PASSES = 2

/**
 * Finds the leading right singular space of a matrix by randomised subspace iteration (Halko, Martinsson and Tropp 2011,
 * algorithm 4.4): latent semantic analysis when its rows are texts. Time is linear in the matrix' entries times `size`;
 * nothing is orthonormalised along the width, which is long: only along the rows.
 */
export function latentSpace(matrix: SparseMatrix, size: number, random: () => number): LatentSpace {
  let rows: Float32Array = Float32Array.from({ length: matrix.rows * size }, () => gaussian(random))
  for (let pass = 1; ; pass++) {
    // With orthonormal rows Q, B = AᵀQ spans the space, and BᵀB = Qᵀ(AB) = LLᵀ makes L⁻¹Bᵀx orthonormal coordinates.
    orthonormalise(rows, size)
    const directions = transposedTimesDense(matrix, rows, size)
    const image = timesDense(matrix, directions, size)
    if (pass === PASSES) return { size, directions, lower: cholesky(crossGram(rows, image, size), size) }
    rows = image
  }
}

/** Coordinates of a matrix' rows in the space, rows × size. */
export function project({ size, directions, lower }: LatentSpace, matrix: SparseMatrix): Float32Array {
  return solveRows(timesDense(matrix, directions, size), lower, size)
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
