import type { MeritorderError } from '../errors.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { FailedEnd } from './attempt-end.ts'
import type { Exchange, ReplyHead } from './exchange.ts'
import type { Heard } from './heard.ts'

/** The course of one try, as those who read its reply see it. */
export interface Course {
  readonly exchange: Exchange<Skin>
  readonly heard: Heard
  /** The caller has some of the answer. */
  hasBegun(): boolean
  /** A byte came that says something; only the first one counts. */
  firstByte(): void
  /** The stream goes on. */
  progress(): void
  /** Sends bytes of a stream to the caller; before the first, its head. A promise means that the caller is slow. */
  write(bytes: Buffer): undefined | Promise<void>
  /** The upstream has said all: `closing` waits for the record. */
  complete(closing: Buffer): void
  /** Nothing good came, or nothing more comes. */
  fail(error: MeritorderError, facts?: FailureFacts): void
  /** The upstream answers with an error status, and this page. */
  refuse(head: ReplyHead, page: Buffer): void
  /** The same as `fail`, in words about the provider. */
  unavailable(what: string): void
  /** Tears the upstream request down. */
  abort(): void
}

/** What is known of a failure beside its error; `failover` is true unless said otherwise. */
export type FailureFacts = Partial<Pick<FailedEnd, 'failover' | 'reported' | 'outpaced' | 'hurried'>>

/** Reads the body of one reply. */
export interface BodyReader {
  /** A promise means "send nothing more until it resolves". */
  data(chunk: Buffer): undefined | Promise<void>
  end(): void
  /** The connection broke. */
  broke(): void
}
