import type { CandidateModel, EvidenceColumns } from './evidence.ts'
import { leadOf } from './expansion.ts'
import { averagedLogit, comparisonTerm, outcomeTerm } from './likelihood.ts'
import { type Posterior, settle } from './posterior.ts'
import { dotRow, quadraticForm, rowWidth } from './prompt-features.ts'
import { priorAt, type Scales } from './scales.ts'

/** By how much the variances of intents and directions are multiplied in turn. */
const FACTORS = [1, 2, 4]
/** One prompt in so many is held out. */
const PARTS = 5
/** Fewer rows than this cannot tell, more are not looked at. */
const LEAST_ROWS = 500
const MOST_ROWS = 200_000

/**
 * The scales, or wider ones if these predict held-out prompts better. With few rows per coefficient the fixed point
 * comes out too narrow, as approximations of binary data by a Gaussian do (Breslow and Lin 1995).
 */
export function widenedScales(
  columns: EvidenceColumns,
  models: readonly CandidateModel[],
  scales: Scales,
  coefficients: Float64Array,
): Scales {
  const rows = columns.outcomes.prompt.length + columns.comparisons.prompt.length
  if (rows < LEAST_ROWS) return scales
  const stride = Math.max(1, Math.ceil(rows / MOST_ROWS))
  const learned = somePrompts(columns, (prompt) => prompt % stride === 0 && (prompt / stride) % PARTS !== 0)
  const heldOut = somePrompts(columns, (prompt) => prompt % stride === 0 && (prompt / stride) % PARTS === 0)
  const tried = FACTORS.map((factor) => {
    const wider = {
      ...scales,
      own: scales.own.map((variance, level) => (level === 0 ? 1 : factor) * variance),
    }
    const posterior = settle(learned, priorAt(wider, models, columns.prompts), coefficients)
    return { wider, likelihood: logLikelihood(heldOut, posterior, scales.ties) }
  })
  return tried.reduce((best, one) => (one.likelihood > best.likelihood ? one : best)).wider
}

function somePrompts(
  { models, prompts, outcomes, comparisons }: EvidenceColumns,
  counts: (prompt: number) => boolean,
): EvidenceColumns {
  const isKept = (of: Int32Array) => (_: number, i: number) => counts(of[i]!)
  const outcome = isKept(outcomes.prompt)
  const comparison = isKept(comparisons.prompt)
  return {
    models,
    prompts,
    outcomes: {
      model: outcomes.model.filter(outcome),
      prompt: outcomes.prompt.filter(outcome),
      quality: outcomes.quality.filter(outcome),
    },
    comparisons: {
      a: comparisons.a.filter(comparison),
      b: comparisons.b.filter(comparison),
      prompt: comparisons.prompt.filter(comparison),
      result: comparisons.result.filter(comparison),
    },
  }
}

/** How likely rows are that were not learned from, averaged over what is not known of the models. */
function logLikelihood(
  columns: EvidenceColumns,
  { coefficients, covariance }: Posterior,
  ties: number,
): number {
  const { prompts, outcomes, comparisons } = columns
  const width = rowWidth(prompts)
  const image = new Float64Array(width)
  const variance = (m: number, prompt: number) => quadraticForm(prompts, prompt, covariance[m]!, image)
  let sum = 0
  for (const [i, m] of outcomes.model.entries()) {
    const prompt = outcomes.prompt[i]!
    const logit = dotRow(prompts, prompt, coefficients, m * width)
    sum += outcomeTerm(averagedLogit(logit, variance(m, prompt)), outcomes.quality[i]!).value
  }
  for (const [i, a] of comparisons.a.entries()) {
    const prompt = comparisons.prompt[i]!
    const uncertainty = variance(a, prompt) + variance(comparisons.b[i]!, prompt)
    const lead = averagedLogit(leadOf(columns, i, coefficients), uncertainty)
    sum += comparisonTerm(lead, comparisons.result[i]!, ties).value
  }
  return sum
}
