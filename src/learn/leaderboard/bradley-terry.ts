import { chances, outcomeTerm, type Term } from '../ability/likelihood.ts'
import { cholesky, inverse, solve } from '../cholesky.ts'
import type { Comparisons } from './comparisons.ts'

/** Abilities fitted to comparisons: a beats b with odds e^(a − b + what style adds), ties after Davidson. */
export interface BradleyTerry {
  /** Logits about their mean, 0. */
  readonly ability: Float64Array
  /** Davidson's weight of ties; 0 where none was seen. */
  readonly ties: number
  /** What one standard deviation of lead in each covariate adds, in logits. */
  readonly effects: Float64Array
  /** Variance of the difference of two models' abilities, models × models. */
  readonly differenceVariance: Float64Array
  /** Variance of each ability about the mean of all. */
  readonly variance: Float64Array
}

/**
 * What is known before any comparison, as one more comparison with an average model, half won and half lost: a model
 * that never lost stays finite, with an interval that is neither endless nor, for a long record, undecided.
 */
const HALF = 0.5
/** Standard deviations of the log weight of ties and of the effects of covariates about 0. */
const TIES_SD = 3
const EFFECT_SD = 1

const MOST_STEPS = 50
/** Logits; what is left after a smaller Newton step is far below any interval. */
const STILL = 1e-7

/**
 * Fits abilities by maximum posterior likelihood (Bradley and Terry 1952; Davidson 1970 for ties). Variances are the
 * larger of two: the one that holds if the model is right (inverse curvature), and the one that holds if it is not
 * and rows of one prompt go together (sandwich; Huber 1967, White 1982, Liang and Zeger 1986).
 */
export function fitBradleyTerry(comparisons: Comparisons): BradleyTerry {
  const shape = shapeOf(comparisons)
  let parameters = startOf(comparisons, shape)
  let point = expand(comparisons, shape, parameters)
  for (let step = 0; step < MOST_STEPS; step++) {
    const { next, moved } = newtonStep(comparisons, shape, parameters, point)
    parameters = next
    point = expand(comparisons, shape, parameters)
    if (moved < STILL) break
  }
  const trusting = inverse(cholesky(point.curvature.slice(), shape.width), shape.width)
  const robust = sandwich(comparisons, shape, parameters, trusting)
  return summary(shape, parameters, [trusting, robust])
}

/** Where the parameters lie: abilities, log weight of ties, effects. */
interface Shape {
  readonly models: number
  readonly hasTies: boolean
  readonly covariates: number
  readonly width: number
}

function shapeOf({ models, result, covariates }: Comparisons): Shape {
  return {
    models: models.length,
    hasTies: result.includes(0.5),
    covariates: covariates.length,
    width: models.length + 1 + covariates.length,
  }
}

/** All models alike, ties as frequent as they are. */
function startOf({ result, weight }: Comparisons, { width, models, hasTies }: Shape): Float64Array {
  const start = new Float64Array(width)
  if (!hasTies) return start
  let tied = 1
  let decided = 1
  for (const [row, one] of result.entries()) {
    if (one === 0.5) tied += weight[row]!
    else decided += weight[row]!
  }
  start[models] = Math.log((2 * tied) / decided)
  return start
}

interface Expansion {
  readonly value: number
  readonly gradient: Float64Array
  /** Minus the Hessian; its lower triangle. */
  readonly curvature: Float64Array
}

/** Log posterior, gradient and curvature. The derivatives in the lead and in log ties are those of `chances`. */
function expand(comparisons: Comparisons, shape: Shape, parameters: Float64Array): Expansion {
  const { a, b, result, weight } = comparisons
  const { models, width } = shape
  const gradient = new Float64Array(width)
  const curvature = new Float64Array(width * width)
  let value = 0
  for (let row = 0; row < a.length; row++) {
    const { win, tie, loss } = chancesAt(comparisons, shape, parameters, row)
    const w = weight[row]!
    const outcome = result[row]!
    value += w * Math.log(outcome === 1 ? win : outcome === 0 ? loss : tie)
    const slope = w * (outcome - win - tie / 2)
    const bend = (w * (win + loss - (win - loss) ** 2)) / 4
    const withTies = (-w * tie * (win - loss)) / 2
    addLead(gradient, comparisons, shape, row, slope)
    addLeadSquare(curvature, comparisons, shape, row, bend)
    gradient[models]! += w * ((outcome === 0.5 ? 1 : 0) - tie)
    curvature[models * width + models]! += w * tie * (1 - tie)
    curvature[models * width + a[row]!]! += withTies
    curvature[models * width + b[row]!]! -= withTies
    for (let c = 0; c < shape.covariates; c++)
      curvature[(models + 1 + c) * width + models]! +=
        withTies * comparisons.lead[row * shape.covariates + c]!
  }
  for (let p = 0; p < width; p++) {
    const prior = priorTerm(p, parameters[p]!, shape)
    value += prior.value
    gradient[p]! += prior.slope
    curvature[p * width + p]! += prior.curvature
  }
  return { value, gradient, curvature }
}

function priorTerm(p: number, parameter: number, { models }: Shape): Term {
  if (p < models) return outcomeTerm(parameter, HALF)
  const precision = 1 / (p === models ? TIES_SD : EFFECT_SD) ** 2
  return { value: (-precision * parameter ** 2) / 2, slope: -precision * parameter, curvature: precision }
}

function chancesAt(
  { a, b, lead }: Comparisons,
  { models, hasTies, covariates }: Shape,
  parameters: Float64Array,
  row: number,
) {
  let logit = parameters[a[row]!]! - parameters[b[row]!]!
  for (let c = 0; c < covariates; c++) logit += parameters[models + 1 + c]! * lead[row * covariates + c]!
  return chances(logit, hasTies ? Math.exp(parameters[models]!) : 0)
}

/** Adds `by` × the derivative of a row's lead. */
function addLead(
  to: Float64Array,
  { a, b, lead }: Comparisons,
  { models, covariates }: Shape,
  row: number,
  by: number,
): void {
  to[a[row]!]! += by
  to[b[row]!]! -= by
  for (let c = 0; c < covariates; c++) to[models + 1 + c]! += by * lead[row * covariates + c]!
}

/** Adds `by` × the square of the derivative of a row's lead, to the lower triangle. */
function addLeadSquare(
  to: Float64Array,
  { a, b, lead }: Comparisons,
  { models, covariates, width }: Shape,
  row: number,
  by: number,
): void {
  const first = a[row]!
  const second = b[row]!
  to[first * width + first]! += by
  to[second * width + second]! += by
  to[Math.max(first, second) * width + Math.min(first, second)]! -= by
  for (let c = 0; c < covariates; c++) {
    const at = (models + 1 + c) * width
    const own = by * lead[row * covariates + c]!
    to[at + first]! += own
    to[at + second]! -= own
    for (let d = 0; d <= c; d++) to[at + models + 1 + d]! += own * lead[row * covariates + d]!
  }
}

/** A step of Newton's method, halved until the posterior does not fall. */
function newtonStep(
  comparisons: Comparisons,
  shape: Shape,
  from: Float64Array,
  { value, gradient, curvature }: Expansion,
): { next: Float64Array; moved: number } {
  const step = gradient.slice()
  solve(cholesky(curvature.slice(), shape.width), shape.width, step)
  for (let length = 1; ; length /= 2) {
    const next = from.map((parameter, p) => parameter + length * step[p]!)
    const moved = step.reduce((most, by) => Math.max(most, Math.abs(length * by)), 0)
    if (moved < STILL || logPosterior(comparisons, shape, next) >= value) return { next, moved }
  }
}

function logPosterior(comparisons: Comparisons, shape: Shape, parameters: Float64Array): number {
  let value = 0
  for (let row = 0; row < comparisons.a.length; row++) {
    const { win, tie, loss } = chancesAt(comparisons, shape, parameters, row)
    const outcome = comparisons.result[row]!
    value += comparisons.weight[row]! * Math.log(outcome === 1 ? win : outcome === 0 ? loss : tie)
  }
  return parameters.reduce((sum, parameter, p) => sum + priorTerm(p, parameter, shape).value, value)
}

/** H⁻¹ · Σ over prompts (s · sᵀ) · H⁻¹ for the summed scores s of each prompt's rows. */
function sandwich(
  comparisons: Comparisons,
  shape: Shape,
  parameters: Float64Array,
  bread: Float64Array,
): Float64Array {
  const { cluster, result, weight } = comparisons
  const { width, models } = shape
  const meat = new Float64Array(width * width)
  const order = Int32Array.from(cluster.keys()).sort((x, y) => cluster[x]! - cluster[y]!)
  const score = new Float64Array(width)
  let clusters = 0
  for (let at = 0; at < order.length; ) {
    const touched = new Set<number>()
    const own = cluster[order[at]!]!
    for (; at < order.length && cluster[order[at]!] === own; at++) {
      const row = order[at]!
      const { win, tie } = chancesAt(comparisons, shape, parameters, row)
      const outcome = result[row]!
      addLead(score, comparisons, shape, row, weight[row]! * (outcome - win - tie / 2))
      score[models]! += weight[row]! * ((outcome === 0.5 ? 1 : 0) - tie)
      touched.add(comparisons.a[row]!).add(comparisons.b[row]!)
    }
    for (let p = models; p < width; p++) touched.add(p)
    for (const p of touched) for (const q of touched) meat[p * width + q]! += score[p]! * score[q]!
    for (const p of touched) score[p] = 0
    clusters++
  }
  const correction = clusters > 1 ? clusters / (clusters - 1) : 1
  return product(product(bread, meat, width), bread, width).map((value) => value * correction)
}

function product(x: Float64Array, y: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      const value = x[i * n + k]!
      if (value !== 0) for (let j = 0; j < n; j++) out[i * n + j]! += value * y[k * n + j]!
    }
  return out
}

function summary(
  { models, width, hasTies }: Shape,
  parameters: Float64Array,
  covariances: readonly Float64Array[],
): BradleyTerry {
  const abilities = parameters.subarray(0, models)
  const mean = abilities.reduce((sum, ability) => sum + ability, 0) / models
  const differenceVariance = new Float64Array(models * models)
  const variance = new Float64Array(models)
  for (const covariance of covariances) {
    const of = (i: number, j: number) => covariance[i * width + j]!
    const rowMeans = Float64Array.from({ length: models }, (_, i) => meanOf(models, (j) => of(i, j)))
    const wholeMean = meanOf(models, (i) => rowMeans[i]!)
    for (let i = 0; i < models; i++) {
      variance[i] = Math.max(variance[i]!, of(i, i) - 2 * rowMeans[i]! + wholeMean)
      for (let j = 0; j < models; j++) {
        const between = of(i, i) + of(j, j) - 2 * of(i, j)
        differenceVariance[i * models + j] = Math.max(differenceVariance[i * models + j]!, between)
      }
    }
  }
  return {
    ability: abilities.map((ability) => ability - mean),
    ties: hasTies ? Math.exp(parameters[models]!) : 0,
    effects: parameters.slice(models + 1),
    differenceVariance,
    variance,
  }
}

function meanOf(count: number, value: (i: number) => number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += value(i)
  return sum / count
}
