import type { Usage } from '../market/usage.ts'
import type { Loss, ReplyReader, Skin } from '../receive/dialects/dialect.ts'
import { editFor } from './edit-reply.ts'
import type { Exchange } from './exchange.ts'
import type { Edit } from './stream-relay.ts'

/** What is read along of a reply on its way to the caller. */
export interface Heard {
  readonly said: ReplyReader
  /** What the dialect changes in it for this caller. */
  readonly edit: Edit | undefined
  /** Tokens as the provider reported them, in the reply or beside it. */
  readonly usage: Usage | undefined
  /** True: the reply has told them to a caller who wants the cost. */
  readonly usageTold: boolean
  reported(usage: Usage): void
  /** What of the reply the caller did not get. */
  readonly losses: readonly Loss[]
  /** So many more events were left out because they are broken. */
  leftOut(events: number): void
}

export function listenTo<S extends Skin>(exchange: Exchange<S>): Heard {
  const { call } = exchange
  const said = call.dialect.createReplyReader(call.request)
  let beside: Usage | undefined
  let usageTold = false
  let broken = 0
  const edit = editFor(
    exchange,
    () => beside ?? said.usage,
    () => {
      usageTold = true
    },
  )
  return {
    said,
    edit,
    get usage() {
      return beside ?? said.usage
    },
    get usageTold() {
      return usageTold
    },
    reported(usage) {
      beside = usage
    },
    get losses() {
      return broken === 0 ? [] : [{ field: 'stream', reason: `events that were no JSON: ${broken}` }]
    },
    leftOut(events) {
      broken += events
    },
  }
}
