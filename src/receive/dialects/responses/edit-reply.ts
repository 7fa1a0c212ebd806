import { isObject } from '../../../json/is-object.ts'
import type { ReplyCaller, ReplyEditor, ReplyFacts } from '../dialect.ts'
import { responseCostJson } from './usage-json.ts'

/**
 * Tells a caller who wants it the cost with the tokens, in a whole response and in the one at the end of a stream, as
 * OpenRouter does. Undefined for others: their replies pass through.
 */
export function createReplyEditor(
  _facts: ReplyFacts,
  { wantsCost, billOf }: ReplyCaller,
): ReplyEditor | undefined {
  if (!wantsCost) return undefined
  return (value, usage) => {
    const response = value.object === 'response' ? value : value.response
    if (usage === undefined || !isObject(response) || !isObject(response.usage)) return undefined
    const told = { ...response.usage, ...responseCostJson(billOf(usage)) }
    if (response === value) return { usage: JSON.stringify(told) }
    return { response: JSON.stringify({ ...response, usage: told }) }
  }
}
