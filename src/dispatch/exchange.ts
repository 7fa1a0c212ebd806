import type { Candidate } from '../decide/decision.ts'
import type { MeritorderError } from '../errors.ts'
import type { Usage } from '../market/usage.ts'
import type { Call } from '../receive/call.ts'
import type { Dialect, Loss, Skin } from '../receive/dialects/dialect.ts'

/** One try at one endpoint, ready to be sent. */
export interface Exchange<S extends Skin = Dialect> {
  readonly call: Call<S>
  readonly candidate: Candidate
  /** The provider's key; absent for local servers that need none. */
  readonly apiKey?: string
  /** A connection of its own is made for it: one that was kept alive has just been closed under a try. */
  readonly fresh?: true
}

/**
 * Where a reply goes as it arrives, in the caller's dialect.
 * Order: `head` once, then any number of `data` and `usage`, then exactly one of `end` and `fail` (`fail` may come first of all).
 * After an abort nothing is called any more, or it is ignored.
 */
export interface ReplySink {
  head(head: ReplyHead): void
  /** Bytes of the body. A returned promise means "the caller is slow": send nothing more until it resolves. */
  data(chunk: Buffer): undefined | Promise<void>
  /** What the provider reported, where the reply in the caller's dialect may say less. It comes before the data that tell it. */
  usage(reported: Usage): void
  end(): void
  /** Nothing (more) comes. `detail.status` is the upstream's HTTP status where there was one. */
  fail(error: MeritorderError): void
}

export interface ReplyHead {
  readonly status: number
  readonly contentType: string
  readonly retryAfterSeconds?: number
  /** What got lost in translation, or had to be left out of bytes that pass through; absent where nothing was. */
  readonly losses?: readonly Loss[]
}

/** Tears the upstream request down at once; harmless after the end. */
export type Abort = () => void

/**
 * A provider family: sends one exchange and reports the reply to the sink. Never throws: every failure
 * goes to `sink.fail`. Timeouts are the attempt's business, which aborts.
 */
export type Send<S extends Skin = Dialect> = (exchange: Exchange<S>, sink: ReplySink) => Abort
