import { billOf } from '../market/cost.ts'
import type { Usage } from '../market/usage.ts'
import type { ReplyPart, ReplyReader, Skin } from '../receive/dialects/dialect.ts'
import type { Exchange } from './exchange.ts'
import { factsOf } from './reply-facts.ts'
import { type Edit, editedReply } from './stream-relay.ts'

/**
 * What the dialect changes for this caller in replies on their way to him; undefined where it changes nothing for anybody.
 *
 * @param usage what has been reported so far
 * @param onTold called when the caller has been told the tokens and their cost
 */
export function editFor(
  { call, candidate }: Exchange<Skin>,
  usage: () => Usage | undefined,
  onTold: () => void,
): Edit | undefined {
  const editor = call.dialect.createReplyEditor?.(factsOf(call, candidate.endpoint), {
    openRouter: call.openRouterClient,
    wantsCost: call.wantsCost,
    billOf: (used) => billOf(candidate.endpoint.price, used, call.receivedAt),
  })
  if (editor === undefined) return undefined
  return (value) => {
    const edits = editor(value, usage())
    if (edits?.usage !== undefined) onTold()
    return edits
  }
}

/** A whole reply as the caller gets it: corrected by its reader, edited, or as it came. */
export function wholeReply(
  whole: Buffer,
  said: ReplyReader,
  part: Exclude<ReplyPart, { kind: 'error' }> | undefined,
  edit: Edit | undefined,
): Buffer {
  const corrected = said.corrected?.()
  if (corrected !== undefined) return Buffer.from(JSON.stringify(corrected))
  return edit === undefined || part?.value === undefined ? whole : editedReply(whole, part.value, edit)
}
