import { shuffle } from '../random.ts'
import type { Document } from './documents.ts'

const EPOCHS = 8
/** Low on purpose: rows that move little generalise better. Tuned on one half of the public file. */
const LEARNING_RATE = 0.2
/** Share of the target spread over all classes: keeps rows small and probabilities honest. */
const SMOOTHING = 0.02

/**
 * Fits one row of class scores per feature row: multinomial logistic regression by stochastic gradient descent
 * with a learning rate falling to 0 and label smoothing. The same inputs and seed
 * give the same bits.
 * @returns rows × classes, row-major
 */
export function fitRows(
  documents: readonly Document[],
  rows: number,
  classes: number,
  random: () => number,
): Float32Array {
  const weights = new Float32Array(rows * classes)
  const order = documents.map((_, number) => number)
  const gradient = new Float64Array(classes)
  const steps = EPOCHS * documents.length
  for (let step = 0, epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random)
    for (const number of order) {
      const { rows: indices, values, slopes, label, weight } = documents[number]!
      scores(weights, indices, values, gradient)
      toGradient(gradient, label, LEARNING_RATE * (1 - step++ / steps) * weight)
      for (let i = 0; i < indices.length; i++) {
        const at = indices[i]! * classes
        const slope = slopes[i]!
        for (let c = 0; c < classes; c++) weights[at + c]! += slope * gradient[c]!
      }
    }
  }
  return weights
}

function scores(weights: Float32Array, indices: Int32Array, values: Float64Array, out: Float64Array): void {
  const classes = out.length
  out.fill(0)
  for (let i = 0; i < indices.length; i++) {
    const at = indices[i]! * classes
    const value = values[i]!
    for (let c = 0; c < classes; c++) out[c]! += value * weights[at + c]!
  }
}

/** Turns scores into `rate` times the negative gradient of the cross entropy, in place. */
function toGradient(scored: Float64Array, label: number, rate: number): void {
  const classes = scored.length
  const highest = scored.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (let c = 0; c < classes; c++) {
    scored[c] = Math.exp(scored[c]! - highest)
    sum += scored[c]!
  }
  for (let c = 0; c < classes; c++) {
    const target = SMOOTHING / classes + (c === label ? 1 - SMOOTHING : 0)
    scored[c] = rate * (target - scored[c]! / sum)
  }
}
