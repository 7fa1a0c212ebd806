import type { Candidate, Decision } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import { type TimeoutsByClass, type TryTimeouts, timeoutsOf } from './timeouts.ts'

/** What one call may take in time and money, over all endpoints that are tried for it. */
export interface CallBudget {
  /** What is left for a try that begins now; undefined when nothing is. `alone`: no other endpoint is left to be tried. */
  timeoutsFor(candidate: Candidate, alone: boolean): TryTimeouts | undefined
  /** ms until the call's time is over. */
  leftMs(candidate: Candidate): number
  /** True where `max_cost` leaves enough for a try at the candidate, beside those that may have to be paid and `another`. */
  affords(candidate: Candidate, another?: Candidate): boolean
  /** Some candidate was not afforded. */
  isShort(): boolean
  /** A try at the candidate has brought nothing and may have to be paid all the same. */
  mayOwe(candidate: Candidate): void
}

/** A host that had this much of its usual time, after others had some of the call's, is to blame for being too slow. */
const FAIR_SHARE = 0.5

/**
 * The budget of a call: the time of its class, or the caller's own where that is shorter, and the lower `max_cost` of caller
 * and policy. A try is counted at its expected cost. While another endpoint is left, one may have half of the time to begin its
 * answer, so that a caller in a hurry is not left with the one that hangs.
 */
export function createCallBudget(
  { startedAt, stream, timeoutMs = Number.POSITIVE_INFINITY, wishes }: Call<Skin>,
  { policy }: Decision,
  byClass: TimeoutsByClass,
): CallBudget {
  const { maxCostUsd: callers = Number.POSITIVE_INFINITY } = wishes.limits
  const { maxCostUsd: policys = Number.POSITIVE_INFINITY } = policy.limits ?? {}
  const maxCostUsd = Math.min(callers, policys)
  let owedUsd = 0
  let isShort = false
  const leftMs = (candidate: Candidate) =>
    Math.min(timeoutsOf(candidate, byClass).totalMs, timeoutMs) - (performance.now() - startedAt)
  return {
    leftMs,
    timeoutsFor(candidate, alone) {
      const left = leftMs(candidate)
      if (left <= 0) return undefined
      const { firstByteMs, wholeMs, idleMs, totalMs } = timeoutsOf(candidate, byClass)
      const share = alone ? 1 : 0.5
      const usualMs = Math.min(stream ? firstByteMs : wholeMs, totalMs * share)
      const answerMs = Math.min(usualMs, left * share)
      const least = timeoutMs < totalMs ? 1 : FAIR_SHARE
      const hurried = { answer: answerMs < usualMs * least, total: left < totalMs * least }
      return { answerMs, idleMs, totalMs: left, hurried }
    },
    affords({ costUsd = 0 }, another) {
      const others = owedUsd + (another?.costUsd ?? 0)
      const can = others === 0 || others + costUsd <= maxCostUsd
      isShort ||= !can && another === undefined
      return can
    },
    isShort: () => isShort,
    mayOwe({ costUsd = 0 }) {
      owedUsd += costUsd
    },
  }
}
