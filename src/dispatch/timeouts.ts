import type { Candidate } from '../decide/decision.ts'

/** How long the phases of an answer may take, ms. Connecting has a time of its own, in the pools. */
export interface PhaseTimeouts {
  /** Until a stream says something; what only announces an answer says nothing. */
  readonly firstByteMs: number
  /** Until an unstreamed reply is there as a whole. */
  readonly wholeMs: number
  /** Between two pieces of a stream; also how long a caller may read nothing. */
  readonly idleMs: number
  /** For the whole call, from its arrival over all endpoints that are tried. */
  readonly totalMs: number
}

/** Models that think before they answer are given more time. */
export interface TimeoutsByClass {
  readonly ordinary: PhaseTimeouts
  readonly reasoning: PhaseTimeouts
}

/** The times of the class that a candidate's model is in. */
export function timeoutsOf({ model }: Candidate, { ordinary, reasoning }: TimeoutsByClass): PhaseTimeouts {
  return model.reasoning ? reasoning : ordinary
}

/** What is left of these for one try, ms from its beginning. */
export interface TryTimeouts {
  /** Until a stream says something, or an unstreamed reply is there. */
  readonly answerMs: number
  readonly idleMs: number
  /** Until the end of the answer. */
  readonly totalMs: number
  /** Which of these are so short for the caller's own sake, or for what others have taken, that a host that is too slow for them is not to blame. */
  readonly hurried: { readonly answer: boolean; readonly total: boolean }
}
