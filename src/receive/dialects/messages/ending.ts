import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from '@ai-sdk/provider'

/** Anthropic's `stop_reason`. Its own words win where the canonical form has only a coarser one. */
export function stopReason({ unified, raw }: LanguageModelV4FinishReason, hasToolUse: boolean): string {
  if (unified === 'length') return raw === 'model_context_window_exceeded' ? raw : 'max_tokens'
  if (unified === 'content-filter') return 'refusal'
  // Some hosts end a message with calls by `stop`; clients of this API go on only after `tool_use`.
  if (unified === 'tool-calls' || hasToolUse) return 'tool_use'
  return raw === 'stop_sequence' || raw === 'pause_turn' ? raw : 'end_turn'
}

/**
 * Token counts in Anthropic's form: `input_tokens` are those that were neither read from a cache nor written to one.
 * All 0 where the provider reported none: this API has no word for that, and no call takes no tokens.
 */
export function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage) {
  const { total, cacheRead = 0, cacheWrite = 0 } = inputTokens
  const { reasoning } = outputTokens
  return {
    input_tokens: Math.max(0, (total ?? 0) - cacheRead - cacheWrite),
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: outputTokens.total ?? 0,
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
  }
}

/** What only the usage of a message has, and not that of a stream's last event. */
export const MESSAGE_USAGE = { cache_creation: null, inference_geo: null, service_tier: null, speed: null }

/** Members that Anthropic's message has and other vendors' answers have nothing for. */
export const NO_MORE = { container: null, stop_details: null }
