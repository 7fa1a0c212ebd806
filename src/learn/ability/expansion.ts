import type { EvidenceColumns } from './evidence.ts'
import { comparisonTerm, outcomeTerm } from './likelihood.ts'
import { addOuter, addRow, dotRow, rowWidth } from './prompt-features.ts'
import { type PromptOffset, promptOffset } from './prompt-offset.ts'

/**
 * What is believed before the evidence. Every model has a block of coefficients, one per column of a prompt's row; they
 * spread about those of the block they share, `ease` (minus the difficulty), which itself spreads about 0.
 */
export interface Prior {
  /** Expected overall ability of each model, logits. */
  readonly mean: Float64Array
  /** 1 / variance of each coefficient about the shared one, models × width. */
  readonly precision: Float64Array
  /** 1 / variance of each shared coefficient. */
  readonly easePrecision: Float64Array
  /** Davidson's weight of ties. */
  readonly ties: number
  /** Variance of what makes single prompts easier than their rows say. */
  readonly offset: number
}

/** The log posterior near some coefficients, to the second order; coefficients lie block by block, `ease` last. */
export interface Expansion {
  readonly value: number
  readonly gradient: Float64Array
  /** Minus the second derivatives of the log likelihood within each model's block: lower triangles. */
  readonly curvature: readonly Float64Array[]
  /** The same of each outcome about its logit, and the precision of the offset of each prompt with outcomes. */
  readonly outcomes: { readonly curvature: Float64Array; readonly precision: Float64Array }
  /** The same of each comparison about its lead. */
  readonly comparisons: Float64Array
}

/** Expands the log posterior at some coefficients. Time is linear in the rows. */
export function expand(columns: EvidenceColumns, prior: Prior, coefficients: Float64Array): Expansion {
  const { models, prompts, outcomes, comparisons } = columns
  const width = rowWidth(prompts)
  const gradient = new Float64Array(coefficients.length)
  const curvature = Array.from({ length: models }, () => new Float64Array(width * width))
  const { starts, quality } = outcomes
  const logits = logitsOf(columns, coefficients)
  const offsets = promptOffsets(columns, prior.offset, coefficients)
  const ofOutcome = new Float64Array(quality.length)
  /** What is left of that when the offset is not known. */
  const known = new Float64Array(quality.length)
  const ofComparison = new Float64Array(comparisons.result.length)
  let value = addPrior(prior, coefficients, width, gradient)
  for (const [g, own] of offsets.entries()) {
    value += own.value
    for (let i = starts[g]!; i < starts[g + 1]!; i++) {
      const m = outcomes.model[i]!
      const term = outcomeTerm(logits[i]! + own.offset, quality[i]!)
      ofOutcome[i] = term.curvature
      addRow(prompts, outcomes.prompt[i]!, term.slope, gradient, m * width)
      known[i] = term.curvature - term.curvature ** 2 / own.precision
    }
  }
  for (const i of outcomes.byModel)
    addOuter(prompts, outcomes.prompt[i]!, known[i]!, curvature[outcomes.model[i]!]!)
  for (let i = 0; i < ofComparison.length; i++) {
    const a = comparisons.a[i]!
    const b = comparisons.b[i]!
    const prompt = comparisons.prompt[i]!
    const lead = leadOf(columns, i, coefficients)
    const term = comparisonTerm(lead, comparisons.result[i]!, prior.ties)
    value += term.value
    ofComparison[i] = term.curvature
    addRow(prompts, prompt, term.slope, gradient, a * width)
    addRow(prompts, prompt, -term.slope, gradient, b * width)
    addOuter(prompts, prompt, term.curvature, curvature[a]!)
    addOuter(prompts, prompt, term.curvature, curvature[b]!)
  }
  return {
    value,
    gradient,
    curvature,
    outcomes: { curvature: ofOutcome, precision: Float64Array.from(offsets, ({ precision }) => precision) },
    comparisons: ofComparison,
  }
}

/** The log posterior at some coefficients, but for a constant; offsets are at their most probable. */
export function logPosterior(columns: EvidenceColumns, prior: Prior, coefficients: Float64Array): number {
  const { comparisons } = columns
  let value = addPrior(prior, coefficients, rowWidth(columns.prompts))
  for (const own of promptOffsets(columns, prior.offset, coefficients)) value += own.value
  for (let i = 0; i < comparisons.result.length; i++)
    value += comparisonTerm(leadOf(columns, i, coefficients), comparisons.result[i]!, prior.ties).value
  return value
}

/** The offset of each prompt with outcomes, in the order of `starts`. */
export function promptOffsets(
  columns: EvidenceColumns,
  variance: number,
  coefficients: Float64Array,
): readonly PromptOffset[] {
  const { starts, quality } = columns.outcomes
  const logits = logitsOf(columns, coefficients)
  return Array.from({ length: starts.length - 1 }, (_, g) => {
    const [from, to] = [starts[g]!, starts[g + 1]!]
    return promptOffset(logits.subarray(from, to), quality.subarray(from, to), variance)
  })
}

/** What is expected of each outcome, without offsets. */
function logitsOf({ prompts, outcomes }: EvidenceColumns, coefficients: Float64Array): Float64Array {
  const width = rowWidth(prompts)
  return Float64Array.from(outcomes.model, (m, i) =>
    dotRow(prompts, outcomes.prompt[i]!, coefficients, m * width),
  )
}

/** By how much the first model of a comparison is ahead, in logits. */
export function leadOf(
  { prompts, comparisons: { a, b, prompt } }: EvidenceColumns,
  i: number,
  coefficients: Float64Array,
): number {
  const width = rowWidth(prompts)
  return (
    dotRow(prompts, prompt[i]!, coefficients, a[i]! * width) -
    dotRow(prompts, prompt[i]!, coefficients, b[i]! * width)
  )
}

/** The log prior; adds its slope to `gradient`. */
function addPrior(
  { mean, precision, easePrecision }: Prior,
  coefficients: Float64Array,
  width: number,
  gradient?: Float64Array,
): number {
  const ease = precision.length
  let value = 0
  for (let i = 0; i < ease; i++) {
    const column = i % width
    const expected = coefficients[ease + column]! + (column === 0 ? mean[i / width]! : 0)
    const pull = precision[i]! * (expected - coefficients[i]!)
    value += (pull * (coefficients[i]! - expected)) / 2
    if (gradient === undefined) continue
    gradient[i]! += pull
    gradient[ease + column]! -= pull
  }
  for (let c = 0; c < width; c++) {
    const pull = -easePrecision[c]! * coefficients[ease + c]!
    value += (pull * coefficients[ease + c]!) / 2
    if (gradient !== undefined) gradient[ease + c]! += pull
  }
  return value
}
