import type { Attempt, Outcome } from '../dispatch/answer.ts'
import type { Usage } from '../market/usage.ts'
import type { StorageMode } from '../storage-mode.ts'
import type { Fingerprint } from './fingerprint.ts'
import type { RecordedCandidate } from './recorded-candidate.ts'
import type { RecordedConversation, RecordedToolLoop } from './recorded-conversation.ts'
import type { StoredResponse } from './stored-response.ts'

/** One finished call as recorded (OpenRouter's word). Plain JSON: this is the journal's format and the database's row. */
export interface Generation {
  readonly id: string
  /** Epoch ms. */
  readonly createdAt: number
  readonly caller: string
  readonly dialect: string
  readonly streamed: boolean
  readonly requestedModel: string
  readonly policy: string
  readonly strategy: string
  readonly reason: string
  /** Who answered; null when nobody did. */
  readonly model: string | null
  readonly provider: string | null
  readonly endpoint: string | null
  readonly simulated: boolean
  readonly outcome: Outcome
  readonly status: number
  readonly finishReason: string | null
  readonly error: { readonly code: string; readonly message: string } | null
  readonly usage: Usage
  /** Exact decimal USD; null when the host states no price. */
  readonly costUsd: string | null
  readonly baseline: { readonly model: string; readonly cost_usd: number; readonly quality: number } | null
  /** g CO₂e: the middle of the estimate, and its bounds; null where nothing was generated. */
  readonly carbonGrams: number | null
  readonly carbonLowGrams: number | null
  readonly carbonHighGrams: number | null
  readonly firstByteMs: number | null
  readonly totalMs: number
  /** Time the gateway itself spent before the first attempt was sent, ms. */
  readonly overheadMs: number
  readonly promptTokensEstimated: number
  readonly language: string
  readonly codeShare: number
  readonly intents: readonly { readonly intent: string; readonly p: number }[]
  readonly candidates: readonly RecordedCandidate[]
  readonly removed: readonly { readonly limit: string; readonly endpoints: number }[]
  readonly attempts: readonly Attempt[]
  readonly propensity: number
  /** Null where no conversation goes on that is known here. */
  readonly conversation: RecordedConversation | null
  /** Null outside of tool loops. */
  readonly toolLoop: RecordedToolLoop | null
  readonly artifact: string
  readonly tags: Readonly<Record<string, string>>
  /** How much was kept; null: not known, of calls that were made before it was. */
  readonly storage: StorageMode | null
}

/** A generation with the bodies, where the storage mode keeps them. */
export interface RecordedCall {
  readonly generation: Generation
  /** The request body as it arrived; null unless stored. */
  readonly request: Uint8Array | null
  /** The answer's text; null unless stored. */
  readonly answer: string | null
  /** The answer as its caller may ask for it again; absent where he may not, and in what is read back. */
  readonly response?: StoredResponse
  /** What is kept of a prompt in the place of its words; absent where they are, and where nothing is. */
  readonly fingerprint?: Fingerprint
}
