import type { Candidate } from '../decide/decision.ts'
import type { ErrorCode } from '../errors.ts'
import type { Bill } from '../market/cost.ts'
import type { Usage } from '../market/usage.ts'
import type { Loss, ToolCall } from '../receive/dialects/dialect.ts'

/** One try at one endpoint. */
export interface Attempt {
  readonly endpoint: string
  readonly model: string
  readonly provider: string
  /** ms after the call's arrival. */
  readonly startedMs: number
  /** HTTP status; 0 when none came. */
  readonly status: number
  /** Why it failed; absent on success. */
  readonly error?: { readonly code: ErrorCode; readonly message: string }
  /** ms from start to the first byte of the body; absent when none came. */
  readonly firstByteMs?: number
  readonly totalMs: number
  /** True: it was made beside another that was late. */
  readonly hedged?: true
  /** What one that was given up for a faster one may cost all the same, USD, by estimate. */
  readonly expectedCostUsd?: number
}

/**
 * - `complete`: the upstream finished and the caller got it all
 * - `incomplete`: the answer was cut after its first content
 * - `client_closed`: the caller left
 * - `failed`: no endpoint answered; the caller got an error
 */
export type Outcome = 'complete' | 'incomplete' | 'client_closed' | 'failed'

/** What came of a decision. */
export interface Answer {
  readonly outcome: Outcome
  /** Who answered; absent when nobody did. */
  readonly served?: Candidate
  readonly attempts: readonly Attempt[]
  readonly usage: Usage
  /** What the call has cost; absent where neither a price nor a cost is known. */
  readonly bill?: Bill
  readonly finishReason?: string
  /** The answer's text and tool calls as far as they came, for the record. */
  readonly text: string
  /** Calls of the caller's tools, as far as they came. */
  readonly toolCalls: readonly ToolCall[]
  /** All of a complete answer as the caller has it, where its dialect lets him ask for it again. */
  readonly whole?: Readonly<Record<string, unknown>>
  /** What got lost in translation between the caller's dialect and the provider's. */
  readonly losses: readonly Loss[]
  /** Status sent to the caller. */
  readonly status: number
  readonly error?: { readonly code: ErrorCode; readonly message: string }
  /** ms from arrival to the first content byte sent to the caller. */
  readonly firstByteMs?: number
  /** ms from arrival until the upstream finished. */
  readonly totalMs: number
}
