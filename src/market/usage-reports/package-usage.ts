import type { LanguageModelV4Usage } from '@ai-sdk/provider'
import type { Usage } from '../usage.ts'
import { readUsageReport } from './read.ts'

/**
 * The tokens of a call that went through a provider's package: what the provider itself reported, which says more than the
 * canonical form has places for (caches of an hour, audio, images, searches, costs), else what that form says.
 * Undefined where the provider reported nothing.
 */
export function usageOfPackage({ inputTokens, outputTokens, raw }: LanguageModelV4Usage): Usage | undefined {
  const reported = readUsageReport(raw)
  if (reported !== undefined) return reported
  const { total: promptTokens, cacheRead, cacheWrite } = inputTokens
  const { total: completionTokens, reasoning } = outputTokens
  if (promptTokens === undefined || completionTokens === undefined) return undefined
  return {
    promptTokens,
    completionTokens,
    reasoningTokens: reasoning ?? 0,
    cacheReadTokens: cacheRead ?? 0,
    cacheWriteTokens: cacheWrite ?? 0,
    estimated: false,
  }
}
