/**
 * Tokens of one call as OpenAI counts them, whoever reported them: `promptTokens` include the cached ones (read and
 * written), audio and images; `completionTokens` include thoughts, audio and images.
 */
export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly reasoningTokens: number
  readonly cacheReadTokens: number
  /** All that were written to a cache, those kept for an hour among them. */
  readonly cacheWriteTokens: number
  /** Of the written ones, those that are kept for an hour. */
  readonly cacheWrite1hTokens?: number
  readonly audioInputTokens?: number
  /** Audio among the tokens read from a cache. */
  readonly audioCacheReadTokens?: number
  readonly audioOutputTokens?: number
  readonly imageInputTokens?: number
  readonly imageOutputTokens?: number
  /** Searches that a ranking is billed as: a query with up to 100 documents. */
  readonly searchUnits?: number
  /** Web searches that the provider made for the call. */
  readonly webSearches?: number
  /** What the host charges for, where it says that this is not what it counted (Cohere's `billed_units`). */
  readonly billed?: { readonly promptTokens: number; readonly completionTokens: number }
  /** What the host itself says the call has cost: exact decimal USD. It knows its discounts and fees. */
  readonly reportedUsd?: string
  /** True when the upstream reported nothing and the tokens were counted here. */
  readonly estimated: boolean
}
