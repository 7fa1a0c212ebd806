import { type CandidateModel, type EvidenceColumns, somePrompts } from './evidence.ts'
import { leadOf } from './expansion.ts'
import { averagedLogit, comparisonTerm, outcomeTerm } from './likelihood.ts'
import { type Posterior, settle } from './posterior.ts'
import { dotRow, quadraticForm, rowWidth } from './prompt-features.ts'
import { priorAt, type Scales } from './scales.ts'

/** By how much the variances of intents and directions are multiplied in turn. */
const FACTORS = [1, 2, 4]
/** Shares of the offsets' variance that are added to predictions in turn. */
const UNSEEN = [0.5, 0, 1]
/** The share of the prompts that is held out. */
const HELD_OUT = 0.2
/** Fewer rows than this cannot tell. */
const LEAST_ROWS = 500

/**
 * The scales, or those among wider ones that predict held-out prompts best. With few rows per coefficient or prompt the
 * fixed point is off, as approximations of binary data by a Gaussian are (Breslow and Lin 1995).
 * @param share of the prompts that is looked at
 */
export function widenedScales(
  columns: EvidenceColumns,
  share: number,
  models: readonly CandidateModel[],
  scales: Scales,
  coefficients: Float64Array,
): Scales {
  if (columns.outcomes.prompt.length + columns.comparisons.prompt.length < LEAST_ROWS) return scales
  const heldOut = somePrompts(columns, 0, share * HELD_OUT)
  const learned = somePrompts(columns, share * HELD_OUT, share)
  const tried = FACTORS.flatMap((factor) => {
    const own = scales.own.map((variance, level) => (level === 0 ? 1 : factor) * variance)
    const posterior = settle(learned, priorAt({ ...scales, own }, models, columns.prompts), coefficients)
    return UNSEEN.map((part) => {
      const wider = { ...scales, own, unseen: part * scales.offset }
      return { wider, likelihood: logLikelihood(heldOut, posterior, wider) }
    })
  })
  return tried.reduce((best, one) => (one.likelihood > best.likelihood ? one : best)).wider
}

/** How likely rows are that were not learned from, averaged over what is not known of the models. */
function logLikelihood(
  columns: EvidenceColumns,
  { coefficients, covariance }: Posterior,
  { ties, unseen }: Scales,
): number {
  const { prompts, outcomes, comparisons } = columns
  const width = rowWidth(prompts)
  const image = new Float64Array(width)
  const variance = (m: number, prompt: number) => quadraticForm(prompts, prompt, covariance[m]!, image)
  let sum = 0
  for (const [i, m] of outcomes.model.entries()) {
    const prompt = outcomes.prompt[i]!
    const logit = dotRow(prompts, prompt, coefficients, m * width)
    sum += outcomeTerm(averagedLogit(logit, variance(m, prompt) + unseen), outcomes.quality[i]!).value
  }
  for (const [i, a] of comparisons.a.entries()) {
    const prompt = comparisons.prompt[i]!
    const uncertainty = variance(a, prompt) + variance(comparisons.b[i]!, prompt)
    const lead = averagedLogit(leadOf(columns, i, coefficients), uncertainty)
    sum += comparisonTerm(lead, comparisons.result[i]!, ties).value
  }
  return sum
}
