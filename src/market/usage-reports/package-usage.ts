import type { LanguageModelV4Usage } from '@ai-sdk/provider'
import type { Usage } from '../usage.ts'
import { readUsageReport } from './read.ts'
import { count } from './report.ts'

/**
 * The tokens of a call that went through a provider's package: what the provider itself reported, which says more than the
 * canonical form has places for (caches of an hour, audio, images, searches, costs), else what that form says.
 * Undefined where the provider reported nothing.
 */
export function usageOfPackage({ inputTokens, outputTokens, raw }: LanguageModelV4Usage): Usage | undefined {
  const reported = readUsageReport(raw)
  if (reported !== undefined) return reported
  const promptTokens = count(inputTokens.total)
  const completionTokens = count(outputTokens.total)
  if (promptTokens === undefined || completionTokens === undefined) return undefined
  return {
    promptTokens,
    completionTokens,
    reasoningTokens: count(outputTokens.reasoning) ?? 0,
    cacheReadTokens: count(inputTokens.cacheRead) ?? 0,
    cacheWriteTokens: count(inputTokens.cacheWrite) ?? 0,
    estimated: false,
  }
}
