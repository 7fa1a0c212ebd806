import type { Usage } from '../usage.ts'
import { count, found, type Report, ticksOf, within } from './report.ts'

/** The Responses API's `usage`. */
export function readResponsesUsage(report: Report): Usage | undefined {
  const promptTokens = count(report.input_tokens)
  const completionTokens = count(report.output_tokens)
  if (promptTokens === undefined || completionTokens === undefined) return undefined
  const prompt = within(report, 'input_tokens_details')
  return {
    promptTokens,
    completionTokens,
    reasoningTokens: count(within(report, 'output_tokens_details').reasoning_tokens) ?? 0,
    cacheReadTokens: count(prompt.cached_tokens) ?? 0,
    cacheWriteTokens: count(prompt.cache_write_tokens) ?? 0,
    ...found({
      webSearches: count(within(report, 'server_side_tool_usage_details').web_search_calls),
      reportedUsd: ticksOf(report.cost_in_usd_ticks),
    }),
    estimated: false,
  }
}
