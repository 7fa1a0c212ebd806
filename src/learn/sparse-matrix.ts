/** A matrix of mostly zeros, row by row: row r has `columns[i]` and `values[i]` for i from starts[r] to starts[r + 1] − 1. */
export interface SparseMatrix {
  readonly rows: number
  readonly width: number
  readonly starts: Int32Array
  readonly columns: Int32Array
  readonly values: Float32Array
}

/** A · B for a dense B of `width` rows and `k` columns, row-major. Time is linear in the entries of A times k. */
export function timesDense(a: SparseMatrix, b: Float32Array, k: number): Float32Array {
  const out = new Float32Array(a.rows * k)
  for (let row = 0; row < a.rows; row++) {
    const to = row * k
    for (let i = a.starts[row]!, end = a.starts[row + 1]!; i < end; i++) {
      const value = a.values[i]!
      const from = a.columns[i]! * k
      for (let c = 0; c < k; c++) out[to + c]! += value * b[from + c]!
    }
  }
  return out
}

/** Aᵀ · B for a dense B of `rows` rows and `k` columns, row-major. */
export function transposedTimesDense(a: SparseMatrix, b: Float32Array, k: number): Float32Array {
  const out = new Float32Array(a.width * k)
  for (let row = 0; row < a.rows; row++) {
    const from = row * k
    for (let i = a.starts[row]!, end = a.starts[row + 1]!; i < end; i++) {
      const value = a.values[i]!
      const to = a.columns[i]! * k
      for (let c = 0; c < k; c++) out[to + c]! += value * b[from + c]!
    }
  }
  return out
}
