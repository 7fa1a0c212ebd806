import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from '@ai-sdk/provider'
import { usageOfPackage } from '../../../market/usage-reports/package-usage.ts'
import { usageJson } from './usage-json.ts'

/** OpenAI's `finish_reason`, and the provider's own word as OpenRouter's `native_finish_reason`. */
export function endingOf({ unified, raw }: LanguageModelV4FinishReason, hasToolCalls: boolean) {
  // A reason that has no name of ours ended the answer all the same.
  const reason = REASONS[unified] ?? (hasToolCalls ? 'tool_calls' : 'stop')
  return { finish_reason: reason, native_finish_reason: raw ?? null }
}

const REASONS: Readonly<Partial<Record<LanguageModelV4FinishReason['unified'], string>>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content_filter',
  'tool-calls': 'tool_calls',
}

/** Token counts in OpenAI's form; undefined where the provider reported none. */
export function usageOf(usage: LanguageModelV4Usage) {
  const reported = usageOfPackage(usage)
  return reported && usageJson(reported)
}
