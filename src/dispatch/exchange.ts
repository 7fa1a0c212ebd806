import type { Candidate } from '../decide/decision.ts'
import type { MeritorderError } from '../errors.ts'
import type { Call } from '../receive/call.ts'

/** One try at one endpoint, ready to be sent. */
export interface Exchange {
  readonly call: Call
  readonly candidate: Candidate
  /** The provider's key; absent for local servers that need none. */
  readonly apiKey?: string
  /** Aborted when the caller leaves or the attempt runs out of time: the upstream request must be torn down at once. */
  readonly signal: AbortSignal
  readonly timeouts: Timeouts
}

/** Limits of one attempt, ms. */
export interface Timeouts {
  readonly connectMs: number
  /** Until the first byte of the reply's body. */
  readonly firstByteMs: number
  /** Between two chunks of the body. */
  readonly idleMs: number
}

/**
 * Where a reply goes as it arrives, in the caller's dialect.
 * Order: `head` once, then any number of `data`, then exactly one of `end` and `fail` (`fail` may come first of all).
 */
export interface ReplySink {
  head(head: ReplyHead): void
  /** Bytes of the body. A returned promise means "the caller is slow": send nothing more until it resolves. */
  data(chunk: Buffer): undefined | Promise<void>
  end(): void
  fail(error: MeritorderError): void
}

export interface ReplyHead {
  readonly status: number
  readonly contentType: string
  readonly retryAfterSeconds?: number
}

/** A provider family: sends one exchange and reports the reply to the sink. Never throws; every failure goes to `sink.fail`. */
export type Send = (exchange: Exchange, sink: ReplySink) => void
