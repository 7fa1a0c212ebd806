import type { Bill } from '../../../market/cost.ts'
import type { Usage } from '../../../market/usage.ts'
import { costJson } from '../cost-json.ts'

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
