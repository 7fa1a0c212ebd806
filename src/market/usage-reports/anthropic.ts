import type { Usage } from '../usage.ts'
import { count, found, isReport, type Report, within } from './report.ts'

/**
 * The Messages API's `usage`, whose `input_tokens` exclude the cached ones. Where a turn took several samplings
 * (compaction), those of the model itself are summed; what an advisor of another model said is not in it.
 */
export function readAnthropicUsage(report: Report): Usage | undefined {
  const { input, output } = totals(report)
  if (input === undefined || output === undefined) return undefined
  const cacheReadTokens = count(report.cache_read_input_tokens) ?? 0
  const cacheWriteTokens = count(report.cache_creation_input_tokens) ?? 0
  return {
    promptTokens: input + cacheReadTokens + cacheWriteTokens,
    completionTokens: output,
    reasoningTokens: count(within(report, 'output_tokens_details').thinking_tokens) ?? 0,
    cacheReadTokens,
    cacheWriteTokens,
    ...found({
      cacheWrite1hTokens: count(within(report, 'cache_creation').ephemeral_1h_input_tokens),
      webSearches: count(within(report, 'server_tool_use').web_search_requests),
    }),
    estimated: false,
  }
}

function totals(report: Report): { input: number | undefined; output: number | undefined } {
  const all = Array.isArray(report.iterations) ? report.iterations.filter(isReport) : []
  const own = all.filter(({ type }) => type === 'message' || type === 'compaction')
  // A fallback's answer is what the totals say already.
  if (own.length === 0 || all.some(({ type }) => type === 'fallback_message'))
    return { input: count(report.input_tokens), output: count(report.output_tokens) }
  const sum = (member: string) => own.reduce((total, one) => total + (count(one[member]) ?? 0), 0)
  return { input: sum('input_tokens'), output: sum('output_tokens') }
}
