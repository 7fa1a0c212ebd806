import { isObject } from '../../../json/is-object.ts'
import type { Usage } from '../../../market/usage.ts'
import type { ReplyReader } from '../dialect.ts'
import { createWorkReplyReader } from '../work-reply-reader.ts'

/** Reads along what dispatch has written of a ranking: it is whole and in order. */
export function createReplyReader(): ReplyReader {
  return createWorkReplyReader(usageOf, (whole) => 'results' in whole && Array.isArray(whole.results))
}

/** Search units, or tokens, or both; undefined where the host reports neither. */
function usageOf(reported: unknown): Usage | undefined {
  if (!isObject(reported)) return undefined
  const { total_tokens: tokens, search_units: units } = reported
  if (typeof tokens !== 'number' && typeof units !== 'number') return undefined
  return {
    promptTokens: typeof tokens === 'number' ? tokens : 0,
    completionTokens: 0,
    reasoningTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    ...(typeof units === 'number' && { searchUnits: units }),
    estimated: false,
  }
}
