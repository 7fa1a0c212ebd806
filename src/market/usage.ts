/** Tokens as the upstream reports them; `estimated` when it did not. */
export interface Usage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly reasoningTokens: number
  readonly cacheReadTokens: number
  readonly cacheWriteTokens: number
  readonly estimated: boolean
}
