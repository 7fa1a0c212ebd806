import { isObject } from '../../json/is-object.ts'
import type { Usage } from '../../market/usage.ts'
import { readError } from './chat-completions/read-reply.ts'
import type { ReplyReader } from './dialect.ts'

/** Reads along the reply to a call for vectors or a ranking: it comes whole, and has no text that the record would keep. */
export function createWorkReplyReader(
  usageOf: (reported: unknown) => Usage | undefined,
  isAnswer: ReplyReader['isAnswer'],
): ReplyReader {
  let usage: Usage | undefined
  return {
    readEvent: () => ({ kind: 'content' }),
    read(value) {
      if (!isObject(value)) return { kind: 'content' }
      if (value.error !== undefined && value.error !== null) return readError(value.error)
      usage = usageOf(value.usage)
      return { kind: 'content', value }
    },
    isAnswer,
    finishReason: () => undefined,
    usage: () => usage,
    text: () => '',
    reasoningCharacters: () => 0,
  }
}
