import type { Usage } from '../../../market/usage.ts'
import { type Fields, isObject } from '../../fields.ts'

/**
 * Token counts in Anthropic's form, whose `input_tokens` leave out what was read from a cache or written to one.
 * Where a turn took several rounds (`iterations`), the model's own are summed: the totals leave out compaction, and an
 * advisor's are another model's, at another price. Undefined where nothing was counted: no call takes no tokens.
 */
export function readUsage(usage: Fields): Usage | undefined {
  const cacheReadTokens = count(usage.cache_read_input_tokens)
  const cacheWriteTokens = count(usage.cache_creation_input_tokens)
  const { input, output } = rounds(usage)
  const promptTokens = input + cacheReadTokens + cacheWriteTokens
  if (promptTokens === 0) return undefined
  const details = isObject(usage.output_tokens_details) ? usage.output_tokens_details : {}
  const written = isObject(usage.cache_creation) ? usage.cache_creation : {}
  const cacheWrite1hTokens = count(written.ephemeral_1h_input_tokens)
  const tools = isObject(usage.server_tool_use) ? usage.server_tool_use : {}
  const webSearches = count(tools.web_search_requests)
  return {
    promptTokens,
    completionTokens: output,
    reasoningTokens: count(details.thinking_tokens),
    cacheReadTokens,
    cacheWriteTokens,
    ...(cacheWrite1hTokens > 0 && { cacheWrite1hTokens }),
    ...(webSearches > 0 && { webSearches }),
    estimated: false,
  }
}

function rounds({ input_tokens, output_tokens, iterations }: Fields): { input: number; output: number } {
  const all = Array.isArray(iterations) ? iterations.filter(isObject) : []
  const own = all.filter(({ type }) => type === 'message' || type === 'compaction')
  // A turn that another model took over is counted in the totals.
  const tookOver = all.some(({ type }) => type === 'fallback_message')
  if (own.length === 0 || tookOver) return { input: count(input_tokens), output: count(output_tokens) }
  return {
    input: own.reduce((sum, round) => sum + count(round.input_tokens), 0),
    output: own.reduce((sum, round) => sum + count(round.output_tokens), 0),
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0
}
