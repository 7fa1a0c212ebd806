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
  const lead = (values: Float64Array, { a, b, intents }: Compared) => {
    let sum = 0
    for (const { intent, p } of intents)
      sum += p * (values[intent * models + a]! - values[intent * models + b]!)
    return sum
  }
  const addTo = (values: Float64Array, { a, b, intents }: Compared, amount: number) => {
    for (const { intent, p } of intents) {
      values[intent * models + a]! += p * amount
      values[intent * models + b]! -= p * amount
    }
  }
  const pull = new Float64Array(table.values.length)
  for (const row of rows) {
    const expected = scale * (standing[row.a]! - standing[row.b]! + lead(table.values, row))
    addTo(pull, row, ratio * scale * (row.result - expected))
  }
  const moved = conjugateGradients(
    (vector) => vector.map((value, cell) => value / table.weight[cell]!),
    (vector) => {
      const product = new Float64Array(vector.length)
      for (const row of rows) addTo(product, row, -ratio * scale ** 2 * lead(vector, row))
      return product
    },
    pull,
  )
  return table.values.map((value, cell) => value + moved[cell]!)
}
