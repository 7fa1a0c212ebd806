import { billOf } from '../market/cost.ts'
import type { Usage } from '../market/usage.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Exchange } from './exchange.ts'
import { factsOf } from './reply-facts.ts'
import type { Edit } from './stream-relay.ts'

/**
 * What the dialect changes for this caller in replies on their way to him; undefined where that is nothing.
 *
 * @param usage what has been reported so far
 * @param onTold called when the dialect asks for the bill: it tells the caller
 */
export function editFor<S extends Skin>(
  { call, candidate }: Exchange<S>,
  usage: () => Usage | undefined,
  onTold: () => void,
): Edit | undefined {
  const caller = {
    openRouter: call.openRouterClient,
    wantsCost: call.wantsCost,
    billOf(used: Usage) {
      onTold()
      return billOf(candidate.endpoint.price, used, call.receivedAt)
    },
  }
  const editor = call.dialect.createReplyEditor?.(factsOf(call, candidate.endpoint), caller, call.request)
  if (editor === undefined) return undefined
  return (value) => editor(value, usage())
}
