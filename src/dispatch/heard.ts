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
  usage(): Usage | undefined
  /** True: the reply has told them to a caller who wants the cost. */
  usageTold(): boolean
  reported(usage: Usage): void
  /** What of the reply the caller did not get. */
  losses(): readonly Loss[]
  /** So many more events were left out because they are broken. */
  leftOut(events: number): void
}

export function listenTo<S extends Skin>(exchange: Exchange<S>): Heard {
  const { call } = exchange
  const said = call.dialect.createReplyReader(call.request)
  let beside: Usage | undefined
  let usageTold = false
  let broken = 0
  const usage = () => beside ?? said.usage()
  const edit = editFor(exchange, usage, () => {
    usageTold = true
  })
  return {
    said,
    edit,
    usage,
    usageTold: () => usageTold,
    reported(usage) {
      beside = usage
    },
    losses() {
      return broken === 0 ? [] : [{ field: 'stream', reason: `events that were no JSON: ${broken}` }]
    },
    leftOut(events) {
      broken += events
    },
  }
}
