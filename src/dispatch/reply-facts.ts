import type { Candidate } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import type { ReplyFacts } from '../receive/dialects/dialect.ts'

/** What a dialect writes into the replies to a call that is answered by this endpoint. */
export function factsOf({ id, receivedAt }: Call, { endpoint }: Candidate): ReplyFacts {
  const { model, provider } = endpoint
  return { id, model, provider, created: Math.floor(receivedAt / 1000) }
}
