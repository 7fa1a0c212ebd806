import type { Endpoint } from '../market/offer.ts'
import type { Call } from '../receive/call.ts'
import type { ReplyFacts, Skin } from '../receive/dialects/dialect.ts'

/** What a dialect writes into the replies to a call, by who answers it; nobody where no endpoint did. */
export function factsOf(
  { id, receivedAt, openRouterClient, body }: Call<Skin>,
  served?: Pick<Endpoint, 'model' | 'provider'>,
): ReplyFacts {
  const { model = '', provider = '' } = served ?? {}
  return { id, model, provider, created: Math.floor(receivedAt / 1000), openRouterClient, asked: body }
}
