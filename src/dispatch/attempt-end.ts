import type { MeritorderError } from '../errors.ts'
import type { Usage } from '../market/usage.ts'
import type { Loss, ReplyReader } from '../receive/dialects/dialect.ts'
import type { Elsewhere } from './refusal.ts'

/** How one try ended. */
export type AttemptEnd = FailedEnd | AnsweredEnd

export interface FailedEnd extends AttemptTiming {
  /** Nothing has reached the caller. */
  readonly kind: 'failed'
  readonly error: MeritorderError
  /** True: another endpoint may do better. */
  readonly failover: boolean
  /** The provider itself says, inside a reply of status 200, that it failed. */
  readonly reported?: true
  /** Another endpoint that was asked beside this one has been faster. */
  readonly outpaced?: true
  /** The upstream's own JSON about a faulty request, to be passed on as it is. */
  readonly verbatim?: Buffer
  /** Where a faulty request may yet be served. */
  readonly elsewhere?: Elsewhere
}

export interface AnsweredEnd extends AttemptTiming {
  readonly kind: 'answered'
  /** `incomplete`: cut after the caller had its first bytes. */
  readonly outcome: 'complete' | 'incomplete' | 'client_closed'
  readonly said: ReplyReader
  /** Tokens as the provider reported them; undefined when it did not. */
  readonly usage: Usage | undefined
  /** True: the reply has told it to a caller who wants the cost. */
  readonly usageTold: boolean
  /** What the caller still has to get once the record is safe: the closing event, or the whole body. */
  readonly closing: Buffer
  readonly error?: MeritorderError
  /** False: it was cut for a fault of the request, so that another endpoint would have done no better. */
  readonly failover?: boolean
  /** What the endpoint could not be told, or its answer could not say in the caller's dialect. */
  readonly losses: readonly Loss[]
}

export interface AttemptTiming {
  /** HTTP status of the upstream; 0 when none came. */
  readonly status: number
  /** ms from the attempt's start to the first byte that said something. */
  readonly firstByteMs?: number
  readonly totalMs: number
  /** True: it ended for want of time that was not the host's to lose: the caller's own was shorter, or he or other hosts took it. */
  readonly hurried?: true
}
