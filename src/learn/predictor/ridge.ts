import { cholesky, gram, solve } from '../cholesky.ts'
import { type Member, PARTS, type PromptViews, type Residuals } from './member.ts'

/** Strengths of the pull towards the mean that are tried. */
const PENALTIES = [0.3, 1, 3, 10]

/**
 * Quality as a linear function of the coordinates, pulled towards the model's mean: ridge regression, with the penalty
 * that predicts held-out parts best over all models. Models not run on a prompt count as their mean.
 *
 * @returns fitted: weights, coordinates × models
 */
export function fitRidge(views: PromptViews, { models, values, part }: Residuals): Member<Float32Array> {
  const { coordinates, directions: k } = views
  const parts = Array.from({ length: PARTS }, (_, p) =>
    momentsOf(coordinates, values, k, models, (i) => part[i] === p),
  )
  const whole = parts.reduce((sum, one) => combined(sum, one, 1))
  const fits = PENALTIES.map((penalty) => {
    const heldOut = new Float64Array(values.length)
    for (const [p, one] of parts.entries())
      addLinear(
        heldOut,
        coordinates,
        solved(combined(whole, one, -1), penalty, k, models),
        k,
        models,
        (i) => part[i] === p,
      )
    return { penalty, heldOut, error: squaredError(heldOut, values) }
  })
  const best = fits.reduce((a, b) => (b.error < a.error ? b : a))
  return { heldOut: best.heldOut, fitted: Float32Array.from(solved(whole, best.penalty, k, models)) }
}

interface Moments {
  /** XᵀX, the lower triangle. */
  readonly square: Float64Array
  /** XᵀY, k × models; unknown outcomes count as 0, the mean. */
  readonly cross: Float64Array
}

function momentsOf(
  x: Float32Array,
  y: Float64Array,
  k: number,
  models: number,
  counts: (row: number) => boolean,
): Moments {
  const cross = new Float64Array(k * models)
  const rows = Array.from({ length: x.length / k }, (_, i) => i).filter(counts)
  const own = new Float32Array(rows.length * k)
  for (const [at, i] of rows.entries()) {
    own.set(x.subarray(i * k, (i + 1) * k), at * k)
    for (let m = 0; m < models; m++) {
      const value = y[i * models + m]!
      if (!Number.isNaN(value)) for (let a = 0; a < k; a++) cross[a * models + m]! += x[i * k + a]! * value
    }
  }
  return { square: gram(own, k), cross }
}

function combined(a: Moments, b: Moments, sign: 1 | -1): Moments {
  return {
    square: a.square.map((value, cell) => value + sign * b.square[cell]!),
    cross: a.cross.map((value, cell) => value + sign * b.cross[cell]!),
  }
}

/** Weights, k × models. */
function solved({ square, cross }: Moments, penalty: number, k: number, models: number): Float64Array {
  const lower = square.slice()
  for (let a = 0; a < k; a++) lower[a * k + a]! += penalty
  cholesky(lower, k)
  const weights = new Float64Array(k * models)
  const column = new Float64Array(k)
  for (let m = 0; m < models; m++) {
    for (let a = 0; a < k; a++) column[a] = cross[a * models + m]!
    solve(lower, k, column)
    for (let a = 0; a < k; a++) weights[a * models + m] = column[a]!
  }
  return weights
}

/** Adds X·W to the rows that count. */
function addLinear(
  out: Float64Array,
  x: Float32Array,
  weights: Float64Array,
  k: number,
  models: number,
  counts: (row: number) => boolean,
): void {
  for (let i = 0; i * k < x.length; i++) {
    if (!counts(i)) continue
    for (let a = 0; a < k; a++) {
      const value = x[i * k + a]!
      for (let m = 0; m < models; m++) out[i * models + m]! += value * weights[a * models + m]!
    }
  }
}

function squaredError(predicted: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let cell = 0; cell < y.length; cell++)
    if (!Number.isNaN(y[cell]!)) sum += (predicted[cell]! - y[cell]!) ** 2
  return sum
}
