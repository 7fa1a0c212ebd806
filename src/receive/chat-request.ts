/** One content part of a message, as far as the gateway reads it. Unknown parts pass through in the bytes. */
export interface ContentPart {
  readonly type: string
  readonly text?: string
}

/** OpenAI's Responses API, Anthropic's Messages API. */
export type HostedBy = 'responses' | 'messages'

export interface ChatMessage {
  readonly role: string
  readonly content?: string | readonly ContentPart[] | null
  /** Which call a tool's result answers; as the caller wrote it, unchecked. */
  readonly tool_call_id?: unknown
}

/** The fields of a chat request that Meritorder reads. Everything else stays in the bytes. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[]
  readonly tools?: readonly unknown[]
  readonly response_format?: { readonly type: string }
  readonly max_tokens?: number
  /** OpenAI's newer name of `max_tokens`; wins over it. */
  readonly max_completion_tokens?: number
  readonly modalities?: readonly string[]
  /** Asks for what only hosts have that speak this API themselves: tools that they run, files that they store. */
  readonly hosted?: HostedBy
}
