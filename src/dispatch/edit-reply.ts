import { billOf } from '../market/cost.ts'
import type { Usage } from '../market/usage.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Exchange } from './exchange.ts'
import { factsOf } from './reply-facts.ts'
import type { Edit } from './stream-relay.ts'

/**
 * What the dialect changes for this caller in replies on their way to him; undefined where it changes nothing for anybody.
 *
 * @param usage what has been reported so far
 * @param onTold called when the caller has been told the tokens and their cost
 */
export function editFor<S extends Skin>(
  { call, candidate }: Exchange<S>,
  usage: () => Usage | undefined,
  onTold: () => void,
): Edit | undefined {
  const caller = {
    openRouter: call.openRouterClient,
    wantsCost: call.wantsCost,
    billOf: (used: Usage) => billOf(candidate.endpoint.price, used, call.receivedAt),
  }
  const editor = call.dialect.createReplyEditor?.(factsOf(call, candidate.endpoint), caller, call.request)
  if (editor === undefined) return undefined
  return (value) => {
    const edits = editor(value, usage())
    if (edits?.usage !== undefined) onTold()
    return edits
  }
}
