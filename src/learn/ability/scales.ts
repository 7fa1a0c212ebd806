import type { CandidateModel, EvidenceColumns } from './evidence.ts'
import { leadOf, type Prior, promptOffsets } from './expansion.ts'
import { chances } from './likelihood.ts'
import type { Posterior } from './posterior.ts'
import { type PromptFeatures, rowWidth } from './prompt-features.ts'

/** How far coefficients spread, as variances in logits², by level: overall, intents, directions. */
export interface Scales {
  /** Of a model's coefficients about the shared ones. */
  readonly own: readonly number[]
  /** Of the shared ones about 0. */
  readonly ease: readonly number[]
  /** Davidson's weight of ties: a tie is this often as likely as a win between equals. */
  readonly ties: number
  /** Variance of what makes single prompts easier than their rows say. */
  readonly offset: number
  /** What of it is added to a prediction's variance. */
  readonly unseen: number
}

/** What is assumed before any evidence; each counts as much as ten coefficients, ties as three comparisons. */
export const FIRST_SCALES: Scales = {
  own: [1, 0.25, 1],
  ease: [4, 0.25, 1],
  ties: 1,
  offset: 0.5,
  unseen: 0.25,
}
const PSEUDO_COEFFICIENTS = 10
const PSEUDO_COMPARISONS = 3
/** Bounds that keep the arithmetic sound where evidence says that a level does not matter, or is all that does. */
const LEAST = 1e-4
const MOST = 100

/** The prior that scales amount to, for some models. */
export function priorAt(scales: Scales, models: readonly CandidateModel[], features: PromptFeatures): Prior {
  const width = rowWidth(features)
  const precision = new Float64Array(models.length * width)
  for (const [m, { prior }] of models.entries()) {
    for (let c = 0; c < width; c++) precision[m * width + c] = 1 / scales.own[levelOf(c, features)]!
    if (prior !== undefined) precision[m * width] = 1 / prior.sd ** 2
  }
  return {
    mean: Float64Array.from(models, ({ prior }) => prior?.mean ?? 0),
    precision,
    easePrecision: Float64Array.from({ length: width }, (_, c) => 1 / scales.ease[levelOf(c, features)]!),
    ties: scales.ties,
    offset: scales.offset,
  }
}

/**
 * Scales under which what was learned is less surprising: MacKay's (1992) fixed point of the evidence, which sets each
 * variance to the squares of its coefficients over the number of them that the data determine.
 */
export function betterScales(
  columns: EvidenceColumns,
  models: readonly CandidateModel[],
  scales: Scales,
  prior: Prior,
  { coefficients, covariance, easeCovariance }: Posterior,
): Scales {
  const { prompts } = columns
  const width = rowWidth(prompts)
  const ease = coefficients.subarray(models.length * width)
  const own = scales.own.map(evidenceOf)
  for (const [m, block] of covariance.entries()) {
    const precision = prior.precision.subarray(m * width, (m + 1) * width)
    const variance = ownVariances(block, precision, easeCovariance)
    for (let c = 0; c < width; c++)
      if (c > 0 || models[m]!.prior === undefined)
        own[levelOf(c, prompts)]!.add(coefficients[m * width + c]! - ease[c]!, variance[c]!)
  }
  const shared = scales.ease.map(evidenceOf)
  for (let c = 1; c < width; c++) shared[levelOf(c, prompts)]!.add(ease[c]!, easeCovariance[c * width + c]!)
  const offset = betterOffset(columns, scales.offset, coefficients)
  return {
    own: own.map(({ better }, level) => better(FIRST_SCALES.own[level]!)),
    ease: shared.map(({ better }, level) =>
      level === 0 ? scales.ease[0]! : better(FIRST_SCALES.ease[level]!),
    ),
    ties: betterTies(columns, scales.ties, coefficients),
    offset,
    unseen: offset / 2,
  }
}

/** The largest change from one to the other, as a difference of logarithms. */
export function scaleChange(a: Scales, b: Scales): number {
  const flat = ({ own, ease, ties, offset }: Scales) => [...own, ...ease, ties, offset]
  const other = flat(b)
  return Math.max(...flat(a).map((value, i) => Math.abs(Math.log(value / other[i]!))))
}

/** Level of a column: 0 overall, 1 intents, 2 directions. */
function levelOf(column: number, { intents }: PromptFeatures): number {
  return column === 0 ? 0 : column <= intents ? 1 : 2
}

/** Gathers what a level's coefficients say about its variance. */
function evidenceOf(variance: number) {
  let squares = 0
  let determined = 0
  return {
    add(value: number, uncertainty: number) {
      squares += value ** 2
      determined += Math.max(0, 1 - uncertainty / variance)
    },
    better(first: number) {
      const found = (squares + PSEUDO_COEFFICIENTS * first) / (determined + PSEUDO_COEFFICIENTS)
      return Math.min(MOST, Math.max(LEAST, found))
    },
  }
}

/**
 * Variances of a model's coefficients about the shared ones: C, when those are known, and what not knowing them adds,
 * N·E·Nᵀ with N = I − C·Λ.
 */
function ownVariances(block: Float64Array, precision: Float64Array, ease: Float64Array): Float64Array {
  const width = precision.length
  const row = new Float64Array(width)
  const image = new Float64Array(width)
  return precision.map((_, i) => {
    for (let j = 0; j < width; j++) row[j] = (i === j ? 1 : 0) - block[i * width + j]! * precision[j]!
    image.fill(0)
    for (let j = 0; j < width; j++)
      if (row[j] !== 0) for (let k = 0; k < width; k++) image[k]! += row[j]! * ease[j * width + k]!
    return row.reduce((sum, value, k) => sum + value * image[k]!, block[i * width + i]!)
  })
}

/** The variance of offsets; a prompt with one outcome says nothing about it. */
function betterOffset(columns: EvidenceColumns, variance: number, coefficients: Float64Array): number {
  const { starts } = columns.outcomes
  const tally = evidenceOf(variance)
  for (const [g, { offset, precision }] of promptOffsets(columns, variance, coefficients).entries())
    if (starts[g + 1]! - starts[g]! > 1) tally.add(offset, 1 / precision)
  return tally.better(FIRST_SCALES.offset)
}

/** The weight at which as many ties are expected as there are; one tie in three comparisons of equals is added. */
function betterTies(columns: EvidenceColumns, ties: number, coefficients: Float64Array): number {
  let expected = PSEUDO_COMPARISONS * chances(0, ties).tie
  let seen = 1
  for (const [i, result] of columns.comparisons.result.entries()) {
    expected += chances(leadOf(columns, i, coefficients), ties).tie
    if (result === 0.5) seen++
  }
  return (ties * seen) / expected
}
