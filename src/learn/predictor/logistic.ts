import { softmax } from '../../decide/predictor/kinds.ts'
import { seededRandom, shuffle } from '../random.ts'
import type { SparseMatrix } from '../sparse-matrix.ts'

/** Tells classes apart: a row's log odds are the constants plus the row times the weights. */
export interface Logistic {
  readonly constants: Float64Array
  /** width × classes */
  readonly weights: Float64Array
}

/** Passes over the rows: more tell no more of them right, and few are the only brake that is needed (docs/learning-log.md). */
const PASSES = 4
/** How far a step goes down the slope at first; after n passes an (n + 1)th of it. */
const RATE = 6
/** Of the order in which rows are visited. */
const ORDER_SEED = 1

/**
 * Multinomial logistic regression by stochastic gradient steps from weights of zero, one row at a time in shuffled order.
 * Time is linear in the entries of the matrix times the classes. Constants are the logarithms of the classes' shares.
 *
 * @param rows about of unit length; steps as long as these would not settle on much longer ones
 * @param learned which rows to learn from
 * @param classOf class of every row of the matrix, from 0 to `classes` − 1
 */
export function fitLogistic(
  rows: SparseMatrix,
  learned: readonly number[],
  classOf: readonly number[],
  classes: number,
): Logistic {
  const { starts, columns, values } = rows
  const weights = new Float64Array(rows.width * classes)
  const constants = logShares(learned, classOf, classes)
  const order = [...learned]
  const random = seededRandom(ORDER_SEED)
  for (let step = 0, pass = 0; pass < PASSES; pass++)
    for (const row of shuffle(order, random)) {
      const missing = softmax(scoresOf(rows, row, { constants, weights }))
      missing[classOf[row]!]! -= 1
      const rate = RATE / (1 + step++ / order.length)
      for (let entry = starts[row]!, end = starts[row + 1]!; entry < end; entry++) {
        const length = rate * values[entry]!
        for (let k = 0, at = columns[entry]! * classes; k < classes; k++)
          weights[at + k]! -= length * missing[k]!
      }
    }
  return { constants, weights }
}

/** Log odds of every class for one row. */
export function scoresOf(
  { starts, columns, values }: SparseMatrix,
  row: number,
  { constants, weights }: Logistic,
): Float64Array {
  const scores = constants.slice()
  const classes = scores.length
  for (let entry = starts[row]!, end = starts[row + 1]!; entry < end; entry++) {
    const value = values[entry]!
    for (let k = 0, at = columns[entry]! * classes; k < classes; k++) scores[k]! += value * weights[at + k]!
  }
  return scores
}

/** A class that no row is of counts as one row. */
function logShares(learned: readonly number[], classOf: readonly number[], classes: number): Float64Array {
  const counts = new Float64Array(classes).fill(1)
  for (const row of learned) counts[classOf[row]!]!++
  return counts.map((count) => Math.log(count / (learned.length + classes)))
}
