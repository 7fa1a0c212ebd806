/**
 * An answer that its caller may ask for again, and go on from, by the id that he was told. Plain JSON: a member of the
 * journal's record of the call, whose request has what was asked.
 */
export interface StoredResponse {
  /** As the caller was told it: the host's own where its bytes passed through, so that it may not be the only one. */
  readonly id: string
  /** The response that this one goes on from. */
  readonly previous: string | null
  /** Ids of the items of its output, which a later call may name instead of sending them. */
  readonly items: readonly string[]
  /** JSON text. */
  readonly body: string
}

/** A stored response with the body of the request that it answers. */
export interface FoundResponse {
  readonly request: Uint8Array
  readonly body: string
}

/** How much of a conversation is read at most. */
export interface ConversationLimits {
  readonly responses: number
  readonly bytes: number
}

/**
 * A conversation as far as it is there: its responses, oldest first.
 * - `missing`: a response of it that is not stored (any more) - `too_long`: there are more responses, or bytes, than asked for
 */
export type FoundConversation =
  | { readonly kind: 'whole'; readonly responses: readonly FoundResponse[] }
  | { readonly kind: 'missing'; readonly id: string }
  | { readonly kind: 'too_long' }
