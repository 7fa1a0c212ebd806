import { cholesky, inverse } from '../cholesky.ts'
import { conjugateGradients } from './conjugate-gradients.ts'
import type { EvidenceColumns } from './evidence.ts'
import { type Expansion, expand, logPosterior, type Prior } from './expansion.ts'
import { addRow, dotRow, rowWidth } from './prompt-features.ts'

/** A Gaussian that stands for the posterior (Laplace). */
export interface Posterior extends Arrow {
  /** Mean: every model's block of coefficients, `ease` last. */
  readonly coefficients: Float64Array
  /** The largest change of a coefficient in the step that led here. */
  readonly moved: number
}

/** A step is not shortened further than this. */
const SHORTEST = 1e-3
/** Share of the log posterior that summing many rows may lose. */
const ROUNDING = 1e-10

/** A posterior is found when a step moves no coefficient by more than this, in logits: what is left is a thousandth of it. */
const STILL = 1e-5
const MOST_STEPS = 30

/** The posterior, by Newton's method from some coefficients. */
export function settle(columns: EvidenceColumns, prior: Prior, from: Float64Array): Posterior {
  let posterior = newtonStep(columns, prior, from)
  for (let step = 1; step < MOST_STEPS && posterior.moved > STILL; step++)
    posterior = newtonStep(columns, prior, posterior.coefficients)
  return posterior
}

/** One step of Newton's method from some coefficients, shortened until the log posterior does not fall. */
export function newtonStep(columns: EvidenceColumns, prior: Prior, from: Float64Array): Posterior {
  const expansion = expand(columns, prior, from)
  const arrow = invertArrow(expansion, prior)
  const step = conjugateGradients(
    (vector) => solveArrow(arrow, prior, vector),
    (vector) => timesBetween(columns, expansion, vector),
    expansion.gradient,
  )
  const least = expansion.value - ROUNDING * Math.abs(expansion.value)
  for (let length = 1; ; length /= 2) {
    const coefficients = from.map((value, i) => value + length * step[i]!)
    if (length > SHORTEST && !(logPosterior(columns, prior, coefficients) >= least)) continue
    return {
      ...arrow,
      coefficients,
      moved: step.reduce((most, by) => Math.max(most, Math.abs(length * by)), 0),
    }
  }
}

/**
 * The inverse of the curvature without what lies between compared models. Then models depend on each other through
 * `ease` alone: the matrix has the shape of an arrow, and a block at a time can be eliminated.
 */
interface Arrow {
  /** Covariance of each model's block when `ease` and the other models are known, width × width. */
  readonly covariance: readonly Float64Array[]
  /** Covariance of `ease`, width × width. */
  readonly easeCovariance: Float64Array
}

function invertArrow({ curvature }: Expansion, { precision, easePrecision }: Prior): Arrow {
  const width = easePrecision.length
  const ease = new Float64Array(width * width)
  for (let c = 0; c < width; c++) ease[c * width + c] = easePrecision[c]!
  const covariance = curvature.map((block, m) => {
    const own = precision.subarray(m * width, (m + 1) * width)
    for (let c = 0; c < width; c++) block[c * width + c]! += own[c]!
    const inverted = inverse(cholesky(block, width), width)
    for (let i = 0; i < width; i++) {
      ease[i * width + i]! += own[i]!
      for (let j = 0; j <= i; j++) ease[i * width + j]! -= own[i]! * inverted[i * width + j]! * own[j]!
    }
    return inverted
  })
  return { covariance, easeCovariance: inverse(cholesky(ease, width), width) }
}

function solveArrow(
  { covariance, easeCovariance }: Arrow,
  { precision }: Prior,
  vector: Float64Array,
): Float64Array {
  const ease = precision.length
  const width = vector.length - ease
  const out = new Float64Array(vector.length)
  const pushed = vector.slice(ease)
  for (const [m, block] of covariance.entries()) {
    addProduct(block, width, vector, m * width, out, m * width)
    for (let c = 0; c < width; c++) pushed[c]! += precision[m * width + c]! * out[m * width + c]!
  }
  addProduct(easeCovariance, width, pushed, 0, out, ease)
  const pulled = new Float64Array(width)
  for (const [m, block] of covariance.entries()) {
    for (let c = 0; c < width; c++) pulled[c] = precision[m * width + c]! * out[ease + c]!
    addProduct(block, width, pulled, 0, out, m * width)
  }
  return out
}

/**
 * What the curvature between models, which the arrow lacks, takes away from the arrow · vector: between those compared,
 * and between those with outcomes on one prompt, which share its offset.
 */
function timesBetween(columns: EvidenceColumns, expansion: Expansion, vector: Float64Array): Float64Array {
  const { prompts, outcomes, comparisons } = columns
  const { curvature, precision } = expansion.outcomes
  const width = rowWidth(prompts)
  const out = new Float64Array(vector.length)
  const pulls = curvature.map(
    (c, i) => c * dotRow(prompts, outcomes.prompt[i]!, vector, outcomes.model[i]! * width),
  )
  for (let g = 0; g < precision.length; g++) {
    const [from, to] = [outcomes.starts[g]!, outcomes.starts[g + 1]!]
    if (to - from === 1) continue
    let together = 0
    for (let i = from; i < to; i++) together += pulls[i]!
    for (let i = from; i < to; i++) {
      const others = (curvature[i]! * (together - pulls[i]!)) / precision[g]!
      addRow(prompts, outcomes.prompt[i]!, others, out, outcomes.model[i]! * width)
    }
  }
  for (const [i, c] of expansion.comparisons.entries()) {
    const prompt = comparisons.prompt[i]!
    const a = comparisons.a[i]! * width
    const b = comparisons.b[i]! * width
    addRow(prompts, prompt, c * dotRow(prompts, prompt, vector, b), out, a)
    addRow(prompts, prompt, c * dotRow(prompts, prompt, vector, a), out, b)
  }
  return out
}

/** Adds A · vector to `out`, for a symmetric A (width × width); vector and out begin at places of their own. */
function addProduct(
  a: Float64Array,
  width: number,
  vector: Float64Array,
  from: number,
  out: Float64Array,
  to: number,
): void {
  for (let i = 0; i < width; i++) {
    let sum = 0
    for (let j = 0; j < width; j++) sum += a[i * width + j]! * vector[from + j]!
    out[to + i]! += sum
  }
}
