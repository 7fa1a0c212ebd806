import type { Usage } from '../usage.ts'
import { readAnthropicUsage } from './anthropic.ts'
import { readBedrockUsage } from './bedrock.ts'
import { readCohereUsage } from './cohere.ts'
import { readGoogleUsage } from './google.ts'
import { readOpenAiUsage } from './openai.ts'
import { readResponsesUsage } from './openai-responses.ts'
import { isReport } from './report.ts'

/** One reader a spelling, each for reports that have the member it is listed by; the first that is there counts. */
const READERS = [
  ['prompt_tokens', readOpenAiUsage],
  ['input_tokens_details', readResponsesUsage],
  ['promptTokenCount', readGoogleUsage],
  ['inputTokens', readBedrockUsage],
  ['tokens', readCohereUsage],
  ['input_tokens', readAnthropicUsage],
] as const

/** What a host's usage report says, in whatever spelling; undefined for one that says nothing or makes no sense. */
export function readUsageReport(report: unknown): Usage | undefined {
  if (!isReport(report)) return undefined
  return READERS.find(([member]) => member in report)?.[1](report)
}
