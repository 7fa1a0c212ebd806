import { outcomeTerm } from './likelihood.ts'

/** How much easier a prompt is than its row says, and what its outcomes are worth then. */
export interface PromptOffset {
  /** The most probable offset, logits. */
  readonly offset: number
  /** 1 / variance of the offset. */
  readonly precision: number
  /** Log likelihood of the outcomes and log prior of the offset, but for a constant. */
  readonly value: number
}

const MOST_STEPS = 50
const STILL = 1e-10
/** A step is cut to this: the curvature far out says too little. */
const LONGEST = 2

/**
 * Finds what all outcomes of one prompt have in common beyond what is expected of them: the answers to one prompt are
 * not as many independent witnesses of its kind as there are models.
 * @param logits expected of each outcome
 * @param variance of the offset about 0
 */
export function promptOffset(logits: Float64Array, qualities: Float64Array, variance: number): PromptOffset {
  let offset = 0
  for (let step = 0; ; step++) {
    let slope = -offset / variance
    let precision = 1 / variance
    let value = -(offset ** 2) / (2 * variance)
    for (let i = 0; i < logits.length; i++) {
      const term = outcomeTerm(logits[i]! + offset, qualities[i]!)
      slope += term.slope
      precision += term.curvature
      value += term.value
    }
    const change = slope / precision
    if (Math.abs(change) < STILL || step === MOST_STEPS) return { offset, precision, value }
    offset += Math.max(-LONGEST, Math.min(LONGEST, change))
  }
}
