import type { Usage } from '../usage.ts'
import { amountOf, count, found, isReport, type Report, ticksOf, within } from './report.ts'

/** Chat completions' `usage`, with the spellings of the hosts that speak it. */
export function readOpenAiUsage(report: Report): Usage | undefined {
  const promptTokens = count(report.prompt_tokens)
  const completionTokens = count(report.completion_tokens)
  if (promptTokens === undefined || completionTokens === undefined) return undefined
  const prompt = within(report, 'prompt_tokens_details')
  const completion = within(report, 'completion_tokens_details')
  // Azure's and Perplexity's stand beside the others.
  const reasoningTokens = count(completion.reasoning_tokens) ?? count(report.reasoning_tokens) ?? 0
  const excluded = isExcluded(reasoningTokens, promptTokens, completionTokens, count(report.total_tokens))
  return {
    promptTokens,
    completionTokens: completionTokens + (excluded ? reasoningTokens : 0),
    reasoningTokens,
    cacheReadTokens:
      count(prompt.cached_tokens) ??
      // DeepSeek, Moonshot, Mistral.
      count(report.prompt_cache_hit_tokens) ??
      count(report.cached_tokens) ??
      count(report.num_cached_tokens) ??
      count(within(report, 'prompt_token_details').cached_tokens) ??
      0,
    // OpenRouter and OpenAI; Alibaba.
    cacheWriteTokens: count(prompt.cache_write_tokens) ?? count(prompt.cache_creation_input_tokens) ?? 0,
    ...found({
      audioInputTokens: count(prompt.audio_tokens),
      audioOutputTokens: count(completion.audio_tokens),
      imageInputTokens: count(prompt.image_tokens),
      imageOutputTokens: count(completion.image_tokens),
      webSearches: searches(report),
      reportedUsd: reportedUsd(report),
    }),
    estimated: false,
  }
}

/** xAI counts thoughts beside the completion and Perplexity beside the total too; where they are part of it they cannot exceed it. */
function isExcluded(
  thoughts: number,
  prompt: number,
  completion: number,
  total: number | undefined,
): boolean {
  return thoughts > 0 && (thoughts > completion || total === prompt + completion + thoughts)
}

/** OpenRouter's (by its schema and by its documentation) and Perplexity's. */
function searches(report: Report): number | undefined {
  return (
    count(within(report, 'server_tool_use_details').web_search_requests) ??
    count(within(report, 'server_tool_use').web_search_requests) ??
    count(report.num_search_queries)
  )
}

/**
 * - xAI: `cost_in_usd_ticks` - Perplexity: `cost.total_cost` - DeepInfra: `estimated_cost`
 * - OpenRouter: `cost`, and what the caller's own key is charged beside it (`is_byok`)
 */
function reportedUsd(report: Report): string | undefined {
  const { cost, is_byok: byok, cost_in_usd_ticks: ticks } = report
  const ticked = ticksOf(ticks)
  if (ticked !== undefined) return ticked
  if (isReport(cost)) return amountOf(cost.total_cost)
  if (typeof cost !== 'number') return amountOf(report.estimated_cost)
  // Other hosts' `cost` may be in any unit; OpenRouter's is known by its company.
  const details = within(report, 'cost_details')
  if (typeof byok !== 'boolean' && report.cost_details === undefined) return undefined
  const upstream = details.upstream_inference_cost
  return amountOf(byok === true && typeof upstream === 'number' ? cost + upstream : cost)
}
