import type { Continuation, Decision } from '../decide/decision.ts'

/** What became of a conversation, as kept in the record. */
export interface RecordedConversation {
  readonly endpoint: string
  readonly model: string
  readonly cached_tokens: number
  readonly cache_usd: number
  readonly outcome: Continuation['outcome']
  readonly lost_usd: number
}

/** The model that a tool loop is bound to, as kept in the record. */
export interface RecordedToolLoop {
  readonly model: string
  readonly outcome: 'kept' | 'broken'
}

/** A conversation that goes on, in the words of the API: used by the record, by `/v1/route` and in `openrouter_metadata` alike. */
export function recordedConversation({ conversation, toolLoop }: Decision): {
  readonly conversation: RecordedConversation | null
  readonly tool_loop: RecordedToolLoop | null
} {
  return {
    conversation:
      conversation === undefined
        ? null
        : {
            endpoint: conversation.endpoint,
            model: conversation.model,
            cached_tokens: Math.round(conversation.cachedTokens),
            cache_usd: conversation.cacheUsd,
            outcome: conversation.outcome,
            lost_usd: conversation.lostUsd,
          },
    tool_loop: toolLoop ?? null,
  }
}
