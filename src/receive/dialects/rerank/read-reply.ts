import type { Usage } from '../../../market/usage.ts'
import { isObject } from '../../fields.ts'
import { readError } from '../chat-completions/read-reply.ts'
import type { ReplyPart, ReplyReader } from '../dialect.ts'

/** Reads along what dispatch has written of a ranking: it is whole and in order. */
export function createReplyReader(): ReplyReader {
  let usage: Usage | undefined
  return {
    readEvent: () => ({ kind: 'content' }),
    read(value): ReplyPart {
      if (!isObject(value)) return { kind: 'content' }
      if (value.error !== undefined && value.error !== null) return readError(value.error)
      usage = usageOf(value.usage)
      return { kind: 'content' }
    },
    isAnswer: (whole) => 'results' in whole && Array.isArray(whole.results),
    finishReason: undefined,
    get usage() {
      return usage
    },
    text: () => '',
    reasoningCharacters: 0,
  }
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
