/** What one row of evidence says about the logit it depends on: log likelihood, its slope, and minus its curvature. */
export interface Term {
  readonly value: number
  readonly slope: number
  readonly curvature: number
}

/** An outcome of `quality` (0..1), a fractional Bernoulli, when an answer is good with probability σ(logit). */
export function outcomeTerm(logit: number, quality: number): Term {
  const p = sigmoid(logit)
  return { value: quality * logit - softplus(logit), slope: quality - p, curvature: p * (1 - p) }
}

/**
 * A comparison after Davidson (1970): the first wins, ties or loses in proportion to e^(lead/2) : ties : e^(−lead/2).
 * Without ties that is a win with probability σ(lead).
 */
export function comparisonTerm(lead: number, result: number, ties: number): Term {
  const { win, tie, loss } = chances(lead, ties)
  return {
    value: Math.log(result === 1 ? win : result === 0 ? loss : tie),
    slope: result - win - tie / 2,
    curvature: (win + loss - (win - loss) ** 2) / 4,
  }
}

/** Chances of a win, a tie and a loss at a lead in logits. */
export function chances(lead: number, ties: number): { win: number; tie: number; loss: number } {
  // Both powers are divided by the larger one, so that nothing overflows.
  const other = Math.exp(-Math.abs(lead))
  const tie = ties * Math.exp(-Math.abs(lead) / 2)
  const total = 1 + other + tie
  return lead >= 0
    ? { win: 1 / total, tie: tie / total, loss: other / total }
    : { win: other / total, tie: tie / total, loss: 1 / total }
}

/** 1 / (1 + e^−logit) */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}

/** The logit of σ averaged over a Gaussian, by MacKay's (1992) approximation: σ of it is within 0.02 of the mean. */
export function averagedLogit(mean: number, variance: number): number {
  return mean / Math.sqrt(1 + (Math.PI * variance) / 8)
}

/** ln(1 + e^logit) */
function softplus(logit: number): number {
  return logit > 0 ? logit + Math.log1p(Math.exp(-logit)) : Math.log1p(Math.exp(logit))
}
