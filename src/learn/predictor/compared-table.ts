import { conjugateGradients } from '../ability/conjugate-gradients.ts'
import type { Compared } from './compared.ts'
import { type ComparedMeans, OUTCOME_VARIANCE, RESULT_VARIANCE } from './comparison-means.ts'

/** A table over classes and models, in quality above the model's mean. */
export interface Table {
  /** classes × models */
  readonly values: Float64Array
  /** How many outcomes each cell counts for. */
  readonly weight: Float64Array
}

/** What comparisons one of whose classes is known are told by. */
export interface TableComparisons {
  readonly compared: readonly Compared[]
  readonly means: Pick<ComparedMeans, 'scale' | 'standing'>
}

/**
 * A table with what comparisons say: the mean of a Gaussian whose cells are known as well as outcomes have left them, after
 * results that are explained by `scale · (standing_a − standing_b + Σ_c p_c (T_ca − T_cb))`. Cells with many outcomes
 * are hardly moved.
 */
export function withComparisons(
  table: Table,
  models: number,
  { compared, means }: TableComparisons,
): Float64Array {
  const { scale, standing } = means
  const rows = compared.filter(({ intents }) => intents.length > 0)
  if (rows.length === 0 || scale === 0) return table.values
  const ratio = OUTCOME_VARIANCE / RESULT_VARIANCE
  const cells = cellsOf(rows, models)
  const pull = new Float64Array(table.values.length)
  for (const [row, { a, b, result }] of rows.entries()) {
    const expected = scale * (standing[a]! - standing[b]! + leadIn(table.values, cells, row))
    addTo(pull, cells, row, ratio * scale * (result - expected))
  }
  const moved = conjugateGradients(
    (vector) => vector.map((value, cell) => value / table.weight[cell]!),
    (vector) => {
      const product = new Float64Array(vector.length)
      for (let row = 0; row < rows.length; row++)
        addTo(product, cells, row, -ratio * scale ** 2 * leadIn(vector, cells, row))
      return product
    },
    pull,
  )
  return table.values.map((value, cell) => value + moved[cell]!)
}

/** The cells that each comparison is about, laid out: they are gone through hundreds of times. */
interface Cells {
  /** Those of row r are from starts[r] up to and without starts[r + 1]. */
  readonly starts: Int32Array
  readonly ofA: Int32Array
  readonly ofB: Int32Array
  readonly p: Float64Array
}

function cellsOf(rows: readonly Compared[], models: number): Cells {
  const starts = new Int32Array(rows.length + 1)
  for (const [row, { intents }] of rows.entries()) starts[row + 1] = starts[row]! + intents.length
  const count = starts[rows.length]!
  const cells = { starts, ofA: new Int32Array(count), ofB: new Int32Array(count), p: new Float64Array(count) }
  for (const [row, { a, b, intents }] of rows.entries())
    for (const [i, { intent, p }] of intents.entries()) {
      const at = starts[row]! + i
      cells.ofA[at] = intent * models + a
      cells.ofB[at] = intent * models + b
      cells.p[at] = p
    }
  return cells
}

/** Σ_c p_c (T_ca − T_cb) */
function leadIn(values: Float64Array, { starts, ofA, ofB, p }: Cells, row: number): number {
  let sum = 0
  for (let at = starts[row]!; at < starts[row + 1]!; at++)
    sum += p[at]! * (values[ofA[at]!]! - values[ofB[at]!]!)
  return sum
}

function addTo(values: Float64Array, { starts, ofA, ofB, p }: Cells, row: number, amount: number): void {
  for (let at = starts[row]!; at < starts[row + 1]!; at++) {
    values[ofA[at]!]! += p[at]! * amount
    values[ofB[at]!]! -= p[at]! * amount
  }
}
