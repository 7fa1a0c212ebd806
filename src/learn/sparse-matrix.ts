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

/** Rows of another matrix beside those of a sparse one, to their right; alone where there is none. */
export function besideDense(
  left: SparseMatrix | undefined,
  dense: Float32Array,
  width: number,
): SparseMatrix {
  const rows = dense.length / width
  const before = left?.width ?? 0
  const held = left?.columns.length ?? 0
  const starts = Int32Array.from({ length: rows + 1 }, (_, row) => (left?.starts[row] ?? 0) + row * width)
  const columns = new Int32Array(held + dense.length)
  const values = new Float32Array(held + dense.length)
  for (let row = 0; row < rows; row++) {
    let at = starts[row]!
    for (let i = left?.starts[row] ?? 0, end = left?.starts[row + 1] ?? 0; i < end; i++, at++) {
      columns[at] = left!.columns[i]!
      values[at] = left!.values[i]!
    }
    for (let column = 0; column < width; column++, at++) {
      columns[at] = before + column
      values[at] = dense[row * width + column]!
    }
  }
  return { rows, width: before + width, starts, columns, values }
}
