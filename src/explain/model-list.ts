import type { CandidateTable } from '../decide/candidates.ts'
import type { Endpoint, Model } from '../market/offer.ts'

/** `GET /v1/models` in a shape that OpenAI's and OpenRouter's clients both read: every model that can be bought now, and `auto`. */
export function listModels({ models, endpoints }: CandidateTable) {
  const offers = Map.groupBy(endpoints, (endpoint) => endpoint.model)
  return {
    object: 'list',
    data: [AUTO, ...models.map((model) => listed(model, offers.get(model.slug) ?? []))],
  }
}

const AUTO = {
  id: 'auto',
  object: 'model',
  created: 0,
  owned_by: 'meritorder',
  name: 'Meritorder: the model best suited to each prompt',
}

function listed(model: Model, offers: readonly Endpoint[]) {
  const cheapest = [...offers].sort((a, b) => priceOf(a) - priceOf(b))[0]
  const widest = Math.max(0, ...offers.map((offer) => offer.contextTokens ?? 0))
  return {
    id: model.slug,
    object: 'model',
    created: model.releaseDate === undefined ? 0 : Math.floor(Date.parse(model.releaseDate) / 1000) || 0,
    owned_by: model.slug.split('/')[0],
    name: model.name,
    context_length: widest === 0 ? null : widest,
    architecture: {
      input_modalities: [...new Set(offers.flatMap((offer) => offer.input))],
      output_modalities: [...new Set(offers.flatMap((offer) => offer.output))],
    },
    pricing: {
      prompt: cheapest?.price?.prompt ?? null,
      completion: cheapest?.price?.completion ?? null,
      ...(cheapest?.price?.cacheRead === undefined ? {} : { input_cache_read: cheapest.price.cacheRead }),
      ...(cheapest?.price?.cacheWrite === undefined ? {} : { input_cache_write: cheapest.price.cacheWrite }),
    },
    providers: [...new Set(offers.map((offer) => offer.provider))],
  }
}

function priceOf({ price }: Endpoint): number {
  return price === undefined ? Number.POSITIVE_INFINITY : Number(price.prompt) + Number(price.completion)
}
