import type { Replay } from './estimate.ts'

/** What a replay allows to say about a policy on trial against what was done. */
export interface Conclusion {
  readonly verdict: 'better' | 'worse' | 'no-difference-shown' | 'cannot-tell'
  /** For people: why. */
  readonly why: string
}

/** Fewer calls alike are an anecdote. */
const LEAST_EFFECTIVE = 50
/** A policy that chooses the same differs by what summing loses. */
const ROUNDING = 1e-12
/** Where outcomes cover less of the policy's choices, the rest would be opinion. */
const LEAST_OVERLAP = 0.9

/**
 * Concludes from the doubly robust difference, or refuses to.
 * @param what what is compared, for the sentence: `quality`, `cost`
 * @param isGoodWhenHigh true for quality, false for cost
 */
export function conclude(replay: Replay, what: string, isGoodWhenHigh: boolean): Conclusion {
  const { difference } = replay
  const lack = lackOfEvidence(replay, what)
  if (lack !== undefined) return { verdict: 'cannot-tell', why: lack }
  if (difference.low <= ROUNDING && difference.high >= -ROUNDING)
    return {
      verdict: 'no-difference-shown',
      why: `The interval of the difference in ${what} holds 0.`,
    }
  const isBetter = difference.mean > 0 === isGoodWhenHigh
  return {
    verdict: isBetter ? 'better' : 'worse',
    why: `The interval of the difference in ${what} lies wholly on one side of 0.`,
  }
}

/** Why the log cannot tell how a policy would have done; undefined where it can. */
export function lackOfEvidence(
  { effectiveCalls, overlap }: Pick<Replay, 'effectiveCalls' | 'overlap'>,
  what: string,
): string | undefined {
  if (overlap.high < LEAST_OVERLAP)
    return `The log could have chosen as the policy does in about ${percent(overlap.mean)} of the calls; for the others there are only predictions. Switch on exploration, and replay again in a while.`
  if (effectiveCalls < LEAST_EFFECTIVE)
    return `Only about ${Math.round(effectiveCalls)} calls were made as the policy would make them; ${LEAST_EFFECTIVE} are the least to say something about ${what}.`
  return undefined
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
