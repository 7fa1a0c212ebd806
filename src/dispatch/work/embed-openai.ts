import type { Skin } from '../../receive/dialects/dialect.ts'
import type { EmbeddingsRequest } from '../../receive/work-request.ts'
import { bearer } from '../bearer.ts'
import type { Exchange, Send } from '../exchange.ts'
import { type BodyEdit, passThrough } from '../pass-through.ts'
import type { Pools } from '../pools.ts'

/** What OpenAI's embeddings have besides the caller's bytes. */
export const EMBEDDINGS_WIRE = { path: '/embeddings', edit }

/** Hosts that speak OpenAI's embeddings: the caller's bytes pass through, but for the model's name and what steers us. */
export function embedOpenAi(
  pools: Pools,
  steeringFields: ReadonlySet<string>,
): Send<Skin<EmbeddingsRequest>> {
  return passThrough<Skin<EmbeddingsRequest>>(pools, { ...EMBEDDINGS_WIRE, headers: bearer }, steeringFields)
}

function edit({ candidate }: Exchange<Skin>): BodyEdit {
  return { set: { model: JSON.stringify(candidate.endpoint.upstreamModel) } }
}
