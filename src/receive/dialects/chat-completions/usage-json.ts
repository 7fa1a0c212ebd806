import type { Bill } from '../../../market/cost.ts'
import type { Usage } from '../../../market/usage.ts'
import { toUsd } from '../../../money.ts'

/** Token counts in OpenAI's form (`prompt_tokens` includes cached ones) with OpenRouter's details. */
export function usageJson(usage: Usage) {
  const { promptTokens, completionTokens, audioInputTokens, audioOutputTokens } = usage
  const { imageInputTokens, imageOutputTokens, webSearches } = usage
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: {
      cached_tokens: usage.cacheReadTokens,
      cache_write_tokens: usage.cacheWriteTokens,
      ...(audioInputTokens !== undefined && { audio_tokens: audioInputTokens }),
      ...(imageInputTokens !== undefined && { image_tokens: imageInputTokens }),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoningTokens,
      ...(audioOutputTokens !== undefined && { audio_tokens: audioOutputTokens }),
      ...(imageOutputTokens !== undefined && { image_tokens: imageOutputTokens }),
    },
    ...(webSearches !== undefined && { server_tool_use_details: { web_search_requests: webSearches } }),
  }
}

/** Tokens and cost; `estimated` where the host reported none. */
export function countedUsageJson(usage: Usage, bill: Bill | undefined) {
  return { ...usageJson(usage), ...costJson(bill), ...(usage.estimated && { estimated: true }) }
}

/**
 * What a call has cost, as OpenRouter says it beside the tokens. `is_byok` is false: `cost` is all that the call has cost, so
 * that OpenRouter's rule, cost + (is_byok ? upstream_inference_cost : 0), counts it once. Null where no price is known.
 */
export function costJson(bill: Bill | undefined) {
  if (bill === undefined) return { cost: null, is_byok: false }
  return {
    cost: toUsd(bill.total),
    is_byok: false,
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: toUsd(bill.prompt),
      upstream_inference_completions_cost: toUsd(bill.completion),
    },
  }
}
