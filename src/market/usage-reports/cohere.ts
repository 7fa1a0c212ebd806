import type { Usage } from '../usage.ts'
import { count, type Report, within } from './report.ts'

/** Cohere's `usage`: `tokens` are what the model read and wrote, `billed_units` what is charged for. */
export function readCohereUsage(report: Report): Usage | undefined {
  const tokens = within(report, 'tokens')
  const promptTokens = count(tokens.input_tokens)
  const completionTokens = count(tokens.output_tokens)
  if (promptTokens === undefined || completionTokens === undefined) return undefined
  const units = within(report, 'billed_units')
  const billedPrompt = count(units.input_tokens)
  const billedCompletion = count(units.output_tokens)
  return {
    promptTokens,
    completionTokens,
    reasoningTokens: 0,
    cacheReadTokens: count(report.cached_tokens) ?? 0,
    cacheWriteTokens: 0,
    ...(billedPrompt !== undefined &&
      billedCompletion !== undefined && {
        billed: { promptTokens: billedPrompt, completionTokens: billedCompletion },
      }),
    estimated: false,
  }
}
