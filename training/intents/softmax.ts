import type { Document } from './vocabulary.ts'

const EPOCHS = 20
const LEARNING_RATE = 1
/** Share of the target spread over all classes: keeps rows small and probabilities honest. */
const SMOOTHING = 0.1

/**
 * Fits one row of class scores per feature row: multinomial logistic regression by stochastic gradient descent
 * with a learning rate falling to 0, label smoothing and classes weighted to count alike. The same inputs and seed
 * give the same bits.
 * @returns rows × classes, row-major
 */
export function fitRows(
  documents: readonly Document[],
  labels: readonly number[],
  rows: number,
  classes: number,
  random: () => number,
): Float32Array {
  const weights = new Float32Array(rows * classes)
  const classWeight = balance(labels, classes)
  const order = documents.map((_, number) => number)
  const gradient = new Float64Array(classes)
  const steps = EPOCHS * documents.length
  for (let step = 0, epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random)
    for (const number of order) {
      const { rows: indices, values, slopes } = documents[number]!
      const label = labels[number]!
      scores(weights, indices, values, gradient)
      toGradient(gradient, label, LEARNING_RATE * (1 - step++ / steps) * classWeight[label]!)
      for (let i = 0; i < indices.length; i++) {
        const at = indices[i]! * classes
        const slope = slopes[i]!
        for (let c = 0; c < classes; c++) weights[at + c]! += slope * gradient[c]!
      }
    }
  }
  return weights
}

/** A seeded stream of numbers in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Fisher–Yates, in place. */
export function shuffle<T>(items: T[], random: () => number): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const item = items[i]!
    items[i] = items[j]!
    items[j] = item
  }
  return items
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

function balance(labels: readonly number[], classes: number): Float64Array {
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label]!++
  return counts.map((count) => (count === 0 ? 0 : labels.length / classes / count))
}
