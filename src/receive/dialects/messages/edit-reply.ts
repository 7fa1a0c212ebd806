import { isObject } from '../../../json/is-object.ts'
import { costJson } from '../cost-json.ts'
import type { ReplyCaller, ReplyEditor, ReplyFacts } from '../dialect.ts'

/** Where an answer's tokens are told: a whole message, and the last events of a stream. */
const REPORTS: ReadonlySet<unknown> = new Set(['message', 'message_delta'])

/**
 * Tells a caller who wants it the cost with the tokens, as OpenRouter does. Undefined for others: their replies pass
 * through.
 */
export function createReplyEditor(
  _facts: ReplyFacts,
  { wantsCost, billOf }: ReplyCaller,
): ReplyEditor | undefined {
  if (!wantsCost) return undefined
  return ({ type, usage: told }, usage) => {
    if (!REPORTS.has(type) || usage === undefined || !isObject(told)) return undefined
    return { usage: JSON.stringify({ ...told, ...costJson(billOf(usage)) }) }
  }
}
