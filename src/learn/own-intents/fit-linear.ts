import type { SparseMatrix } from '../sparse-matrix.ts'

/** Texts to tell apart: the first `positives` rows are of the intent, the others are not. */
export interface Separation {
  readonly texts: SparseMatrix
  readonly positives: number
  /** By row: how much it counts beside the others of its side; 0 leaves it out. */
  readonly weight: Float64Array
  /** By column: the larger, the sooner its weight is trusted; 0 leaves it out. */
  readonly stretch: Float64Array
}

/** Scores a text by bias + Σ weight × value. */
export interface LinearModel {
  readonly bias: number
  /** By column. */
  readonly weights: Float64Array
}

/** Pull of the stretched weights towards 0. */
const RIDGE = 0.003
const STEPS = 100

/**
 * Logistic regression in which the two sides count alike, however many rows they have: gradient descent with
 * Nesterov's momentum. The loss is convex, nothing is drawn by chance: the same input gives the same model.
 */
export function fitLinear(separation: Separation): LinearModel {
  const { texts, stretch } = separation
  const share = balanced(separation)
  const rate = 1 / (steepest(texts, stretch, share) + RIDGE)
  // In the stretched columns; the last entry is the bias.
  const width = texts.width
  let current = new Float64Array(width + 1)
  let before = current
  const gradient = new Float64Array(width + 1)
  for (let step = 0; step < STEPS; step++) {
    const momentum = step / (step + 3)
    const ahead = current.map((value, c) => value + momentum * (value - before[c]!))
    const weights = ahead.subarray(0, width).map((value, c) => value * stretch[c]!)
    lossGradient({ bias: ahead[width]!, weights }, separation, share, gradient)
    before = current
    current = ahead.map((value, c) =>
      c === width ? value - rate * gradient[c]! : value - rate * (stretch[c]! * gradient[c]! + RIDGE * value),
    )
  }
  return { bias: current[width]!, weights: current.subarray(0, width).map((value, c) => value * stretch[c]!) }
}

/** The score of every text. */
export function linearScores(
  { rows, starts, columns, values }: SparseMatrix,
  model: LinearModel,
): Float64Array {
  const scores = new Float64Array(rows).fill(model.bias)
  for (let row = 0; row < rows; row++) {
    for (let i = starts[row]!; i < starts[row + 1]!; i++)
      scores[row]! += model.weights[columns[i]!]! * values[i]!
  }
  return scores
}

/** Row weights that sum to a half on either side. */
function balanced({ weight, positives }: Separation): Float64Array {
  const totals = [0, 0]
  for (const [row, value] of weight.entries()) totals[row < positives ? 0 : 1]! += value
  return weight.map((value, row) => value / totals[row < positives ? 0 : 1]! / 2)
}

/** A bound on how fast the gradient changes: a quarter of the rows' mean squared length, the bias's 1 included. */
function steepest(texts: SparseMatrix, stretch: Float64Array, share: Float64Array): number {
  let squared = 1
  for (let row = 0; row < texts.rows; row++) {
    for (let i = texts.starts[row]!; i < texts.starts[row + 1]!; i++)
      squared += share[row]! * (stretch[texts.columns[i]!]! * texts.values[i]!) ** 2
  }
  return squared / 4
}

/** Gradient of the mean log loss in the columns as they are; the last entry is the bias's. */
function lossGradient(
  model: LinearModel,
  { texts, positives }: Separation,
  share: Float64Array,
  into: Float64Array,
): void {
  const { starts, columns, values } = texts
  const scores = linearScores(texts, model)
  into.fill(0)
  for (let row = 0; row < texts.rows; row++) {
    if (share[row] === 0) continue
    const error = share[row]! * (1 / (1 + Math.exp(-scores[row]!)) - (row < positives ? 1 : 0))
    into[into.length - 1]! += error
    for (let i = starts[row]!; i < starts[row + 1]!; i++) into[columns[i]!]! += error * values[i]!
  }
}
