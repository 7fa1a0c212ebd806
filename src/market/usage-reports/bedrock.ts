import type { Usage } from '../usage.ts'
import { count, found, isReport, type Report } from './report.ts'

/** The Converse API's `usage`, whose `inputTokens` exclude the cached ones. */
export function readBedrockUsage(report: Report): Usage | undefined {
  const input = count(report.inputTokens)
  const completionTokens = count(report.outputTokens)
  if (input === undefined || completionTokens === undefined) return undefined
  const cacheReadTokens = count(report.cacheReadInputTokens) ?? 0
  const cacheWriteTokens = count(report.cacheWriteInputTokens) ?? 0
  return {
    promptTokens: input + cacheReadTokens + cacheWriteTokens,
    completionTokens,
    reasoningTokens: 0,
    cacheReadTokens,
    cacheWriteTokens,
    ...found({ cacheWrite1hTokens: keptForAnHour(report.cacheDetails) }),
    estimated: false,
  }
}

function keptForAnHour(details: unknown): number {
  if (!Array.isArray(details)) return 0
  const counts = details.map((one) => (isReport(one) && one.ttl === '1h' ? count(one.inputTokens) : 0))
  return counts.reduce<number>((total, tokens) => total + (tokens ?? 0), 0)
}
