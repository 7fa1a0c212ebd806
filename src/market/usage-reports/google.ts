import type { Usage } from '../usage.ts'
import { count, found, isReport, type Report } from './report.ts'

/** Gemini's `usageMetadata`, whose candidates exclude the thoughts and whose prompt excludes what tools brought in. */
export function readGoogleUsage(report: Report): Usage | undefined {
  const prompt = count(report.promptTokenCount)
  if (prompt === undefined) return undefined
  const reasoningTokens = count(report.thoughtsTokenCount) ?? 0
  return {
    promptTokens: prompt + (count(report.toolUsePromptTokenCount) ?? 0),
    completionTokens: (count(report.candidatesTokenCount) ?? 0) + reasoningTokens,
    reasoningTokens,
    cacheReadTokens: count(report.cachedContentTokenCount) ?? 0,
    cacheWriteTokens: 0,
    ...found({
      audioInputTokens: ofModality(report.promptTokensDetails, 'AUDIO'),
      audioCacheReadTokens: ofModality(report.cacheTokensDetails, 'AUDIO'),
      audioOutputTokens: ofModality(report.candidatesTokensDetails, 'AUDIO'),
      imageInputTokens: ofModality(report.promptTokensDetails, 'IMAGE'),
      imageOutputTokens: ofModality(report.candidatesTokensDetails, 'IMAGE'),
    }),
    estimated: false,
  }
}

function ofModality(details: unknown, modality: string): number {
  if (!Array.isArray(details)) return 0
  const counts = details.map((one) =>
    isReport(one) && one.modality === modality ? count(one.tokenCount) : 0,
  )
  return counts.reduce<number>((total, tokens) => total + (tokens ?? 0), 0)
}
