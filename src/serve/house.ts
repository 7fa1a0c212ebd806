import type { Duels } from '../compare/duels.ts'
import type { Config } from '../config/schema.ts'
import type { Conversations } from '../conversations/conversations.ts'
import type { CandidateTable } from '../decide/candidate-table.ts'
import type { Policy } from '../decide/policy.ts'
import type { CountTokens } from '../dispatch/count-tokens.ts'
import type { DispatchContext } from '../dispatch/dispatch.ts'
import type { KeyRing } from '../dispatch/key-ring.ts'
import type { FindVector } from '../embedders/live-vectors.ts'
import type { DriftBoard } from '../live/drift-board.ts'
import type { LiveExperience } from '../live/live-experience.ts'
import type { HealthBoard } from '../market/health.ts'
import type { Admission } from '../receive/admission.ts'
import type { EmbeddingsSkin } from '../receive/dialects/embeddings.ts'
import type { RerankSkin } from '../receive/dialects/rerank.ts'
import type { OwnCalls } from '../receive/own-calls.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Repeats } from '../signals/repeats.ts'
import type { IntentArtifact } from '../understand/artifact.ts'
import type { Embedder } from '../understand/embedder.ts'

/** What may change while the gateway runs; replaced as a whole, so that a running call keeps the plan it began with. */
export interface Rules {
  readonly config: Config
  readonly table: CandidateTable
  /** The same without the predictor, for prompts that it cannot be asked about. */
  readonly unlearned: CandidateTable
  /** Text space of the predictor, where one is in force. */
  readonly space: Embedder | undefined
  readonly policies: Readonly<Record<string, Policy>>
  /** Provider keys, and which of them rest. */
  readonly keys: KeyRing
}

/** Everything the trip of a prompt needs. */
export interface House {
  readonly rules: Rules
  readonly admission: Admission
  readonly ownCalls: OwnCalls
  readonly intents: IntentArtifact
  /** Where conversations have been answered. */
  readonly conversations: Conversations
  readonly health: Pick<HealthBoard, 'calledTools'>
  readonly dispatch: DispatchContext
  readonly embeddings: DispatchContext<EmbeddingsSkin>
  readonly rerank: DispatchContext<RerankSkin>
  readonly countTokens: CountTokens
  readonly recorder: Recorder
  /** Which calls of late asked the same. */
  readonly repeats: Repeats
  /** Hash of messages that are not kept themselves; undefined while none can be made. */
  readonly hashPrompt: (messages: unknown) => string | undefined
  readonly findVector: FindVector
  readonly experience: LiveExperience
  readonly drift: DriftBoard
  /** Epoch ms that never go back. */
  readonly now: () => number
  readonly random: () => number
  /** Where they are configured. */
  readonly duels?: Duels
}
