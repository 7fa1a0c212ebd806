import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from '@ai-sdk/provider'

/** OpenAI's `finish_reason`, and the provider's own word as OpenRouter's `native_finish_reason`. */
export function endingOf({ unified, raw }: LanguageModelV4FinishReason, hasToolCalls: boolean) {
  // A reason that has no name of ours ended the answer all the same.
  const reason = REASONS[unified] ?? (hasToolCalls ? 'tool_calls' : 'stop')
  return { finish_reason: reason, native_finish_reason: raw ?? null }
}

const REASONS: Readonly<Partial<Record<LanguageModelV4FinishReason['unified'], string>>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
}

/** Token counts in OpenAI's form (`prompt_tokens` includes cached ones); undefined where the provider reported none. */
export function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage) {
  const { total: prompt, cacheRead, cacheWrite } = inputTokens
  const { total: completion, reasoning } = outputTokens
  if (prompt === undefined || completion === undefined) return undefined
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cacheRead ?? 0, cache_write_tokens: cacheWrite ?? 0 },
    completion_tokens_details: { reasoning_tokens: reasoning ?? 0 },
  }
}
