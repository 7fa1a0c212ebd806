import type { AnsweredEnd, FailedEnd } from './attempt-end.ts'
import type { Failing } from './turns.ts'

/** What a failed try means for those that may follow it. */
export function failingOf(end: FailedEnd): Failing {
  const { status, error, elsewhere } = end
  return {
    elsewhere,
    shuts:
      error.detail.unreachable === true
        ? 'address'
        : status === 401 || status === 402
          ? 'provider'
          : undefined,
    again: isMomentary(end),
  }
}

/**
 * True where nothing was answered, the failure says so, and a moment later something may be: then the same endpoint may be asked
 * again. A host that was sent the call and only falls silent, or breaks off, may have worked for it already. Who names a time
 * in `Retry-After` is not asked before it.
 */
function isMomentary({ failover, status, error, reported }: FailedEnd): boolean {
  const { unreachable, retryAfterSeconds } = error.detail
  if (!failover || retryAfterSeconds !== undefined) return false
  if (unreachable === true || status >= 500 || status === 408) return true
  return reported === true && MOMENTARY_CODES.has(error.code)
}

const MOMENTARY_CODES: ReadonlySet<string> = new Set(['provider_unavailable', 'provider_overloaded'])

/** A keep-alive connection that the other side closes for want of use is closed at once, not after some work. */
const RACE_MS = 1_000

/**
 * True where a kept connection was closed just as the call was written to it, and no byte of an answer had come: the host has
 * most likely not seen it (RFC 9112 §9.3.1), and it may be sent once more, on a connection of its own.
 */
export function lostTheRace({ status, error, totalMs }: FailedEnd): boolean {
  return status === 0 && error.detail.keptAlive === true && totalMs < RACE_MS
}

/** Whether a try that brought nothing may have to be paid: neither refusals are, nor calls that reached nobody. */
export function mayBeBilled({ status, error }: FailedEnd): boolean {
  return status < 300 && error.detail.unreachable !== true && !OUR_OWN.has(error.code)
}

/** What could not be said, or sent, at all. */
const OUR_OWN: ReadonlySet<string> = new Set(['invalid_request', 'server'])

/** Whether a stream that was cut speaks against the host, as `isHostsFault` has it. */
export function isHostsCut({ outcome, failover, hurried }: AnsweredEnd): boolean {
  return outcome === 'incomplete' && failover !== false && hurried !== true
}

/** Whether it speaks against the host, and not only against the call, or the caller's hurry. */
export function isHostsFault({ failover, hurried, outpaced, error }: FailedEnd): boolean {
  // What cannot be said to an endpoint does not make it a bad one.
  return failover && hurried !== true && outpaced !== true && error.code !== 'invalid_request'
}
