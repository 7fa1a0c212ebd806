import type { ToolCall } from './dialect.ts'

/** More text than this is not kept of an answer for the record; the caller still gets all of it. */
export const MAX_KEPT_CHARACTERS = 4 * 1024 * 1024

/** What a tool call counts beside its words: who sends none but calls shall not fill the memory either. */
export const CALL_CHARACTERS = 100

/** Tool calls as they are recorded behind an answer's text, in one form whatever the dialect; '' where there are none. */
export function toolCallText(calls: readonly ToolCall[]): string {
  if (calls.length === 0) return ''
  return JSON.stringify({ tool_calls: calls.map(({ name, arguments: text }) => ({ name, arguments: text })) })
}

/** The data of an event; undefined where it is no JSON. */
export function parseEvent(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
