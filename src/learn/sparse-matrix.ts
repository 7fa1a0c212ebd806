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
  for (let row = 0; row < a.rows; row++)
    for (let i = a.starts[row]!, end = a.starts[row + 1]!; i < end; i++)
      addScaled(out, row * k, b, a.columns[i]! * k, a.values[i]!, k)
  return out
}

/** Aᵀ · B for a dense B of `rows` rows and `k` columns, row-major. */
export function transposedTimesDense(a: SparseMatrix, b: Float32Array, k: number): Float32Array {
  const out = new Float32Array(a.width * k)
  for (let row = 0; row < a.rows; row++)
    for (let i = a.starts[row]!, end = a.starts[row + 1]!; i < end; i++)
      addScaled(out, a.columns[i]! * k, b, row * k, a.values[i]!, k)
  return out
}

/** `to[at … at + k)` += scale · `from[start … start + k)` */
function addScaled(
  to: Float32Array,
  at: number,
  from: Float32Array,
  start: number,
  scale: number,
  k: number,
): void {
  for (let c = 0; c < k; c++) to[at + c]! += scale * from[start + c]!
}
