import type { PolicyRequest } from '../decide/policy.ts'
import type { JsonMember } from '../json/json-members.ts'
import type { StorageMode } from '../storage-mode.ts'
import type { Dialect, Loss, Skin } from './dialects/dialect.ts'
import type { OwnPurpose } from './own-calls.ts'

/** Who sends the call. Without configured keys every caller is `local`. */
export interface Caller {
  readonly name: string
  /** How much is kept of his calls; absent: as much as of all. */
  readonly storage?: StorageMode | undefined
  /** Most calls under way at once; absent = no limit of its own. */
  readonly max_calls?: number | undefined
  readonly calls_per_minute?: number | undefined
}

/** An HTTP request, understood as far as its dialect goes: who asks, what is asked, under which policy. */
export interface Call<S extends Skin = Dialect> {
  /** Generation id, `gen-…`: names the call everywhere from here on. */
  readonly id: string
  /** Epoch ms. */
  readonly receivedAt: number
  /** `performance.now()` when the whole body had arrived; all durations are measured from it. */
  readonly startedAt: number
  readonly caller: Caller
  readonly dialect: S
  /** True under `/api/v1`: the client is OpenRouter's and gets its additions. */
  readonly openRouterClient: boolean
  /** The body as it arrived. */
  readonly bytes: Buffer
  readonly members: readonly JsonMember[]
  readonly request: ReturnType<S['readRequest']>
  /** The parsed body, for the canonical form of other dialects. */
  readonly body: Readonly<Record<string, unknown>>
  /** The caller's headers that belong to the dialect, for hosts that speak it. */
  readonly ownHeaders: Readonly<Record<string, string>>
  /** The part of the conversation that is kept here and not in the body, in the words of the dialect. */
  readonly earlier?: readonly unknown[]
  readonly stream: boolean
  /** True when the client asked for the usage chunk itself. */
  readonly wantsUsage: boolean
  /** True when the client is to be told with the usage what the call has cost. */
  readonly wantsCost: boolean
  /** True when the client asked for `openrouter_metadata`. */
  readonly wantsMetadata: boolean
  /** What the caller wants decided, and how. */
  readonly wishes: PolicyRequest
  /** What the body that is sent has not of the one that came; absent where that is nothing. */
  readonly losses?: readonly Loss[]
  /** How much is kept of this call. */
  readonly storage: StorageMode
  /** The most time that the call may take, ms, where the caller gives less than the configuration does. */
  readonly timeoutMs?: number
  /** Set on calls that the gateway makes itself: what for. They say nothing of what a caller wants. */
  readonly own?: OwnPurpose
  /** Facts the caller attached, kept with the record. */
  readonly tags: Readonly<Record<string, string>>
}
