import type { Bill } from '../../../market/cost.ts'
import type { Usage } from '../../../market/usage.ts'
import { costJson } from '../cost-json.ts'

/** Tokens that were counted here and their cost, beside a response whose host told none. */
export function countedUsageJson(usage: Usage, bill: Bill | undefined) {
  const { promptTokens, completionTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = usage
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cacheReadTokens, cache_write_tokens: cacheWriteTokens },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
    ...responseCostJson(bill),
    ...(usage.estimated && { estimated: true }),
  }
}

/** What a call has cost; in responses OpenRouter's details are of input and output. */
export function responseCostJson(bill: Bill | undefined) {
  const { cost_details: details, ...told } = costJson(bill)
  if (details === undefined) return told
  return {
    ...told,
    cost_details: {
      upstream_inference_cost: details.upstream_inference_cost,
      upstream_inference_input_cost: details.upstream_inference_prompt_cost,
      upstream_inference_output_cost: details.upstream_inference_completions_cost,
    },
  }
}
