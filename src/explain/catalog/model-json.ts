import type { Endpoint, Model, ProviderFamily } from '../../market/offer.ts'
import { type OutputModality, outputModalities } from '../../market/output-modalities.ts'
import { supportedParameters as parametersOf } from '../../market/parameters.ts'
import { publicPricing } from './pricing.ts'
import { tokenizerOf } from './tokenizer.ts'

/** A model as `GET /models` lists it: OpenAI's `Model` and OpenRouter's in one object, and who sells it. */
export type ModelJson = ReturnType<typeof modelJson>

/** An endpoint with the family that it is spoken to in. */
export type Offer = Endpoint & { readonly family: ProviderFamily }

/**
 * Writes a model from the endpoints that sell it; the cheapest is its `top_provider`. What nobody here knows is null,
 * or what the schema demands in its place: `is_moderated` false, a creation time of 0, prices of −1.
 */
export function modelJson(model: Model, offers: readonly Offer[]) {
  const top = cheapest(offers)
  const { slug } = model
  return {
    ...OPENAI,
    id: slug,
    canonical_slug: slug,
    created: createdAt(model),
    owned_by: slug.split('/')[0]!,
    name: model.name,
    description: '',
    context_length: widestContext(offers),
    architecture: architecture(model, offers),
    pricing: publicPricing(top?.price),
    top_provider: {
      context_length: top?.contextTokens ?? null,
      max_completion_tokens: top?.maxCompletionTokens ?? null,
      is_moderated: false,
    },
    supported_parameters: [...new Set(offers.flatMap(supportedParameters))],
    knowledge_cutoff: model.knowledgeCutoff ?? null,
    links: { details: `/api/v1/models/${encodeURI(slug)}/endpoints` },
    ...UNKNOWN,
    providers: [...new Set(offers.map(({ provider }) => provider))],
  }
}

/** `auto` among the models: it can what any of those that converse can, for a price that varies. */
export function autoJson(offers: readonly Offer[]): ModelJson {
  const chat = offers.filter((offer) => outputModalities(offer).includes('text'))
  return {
    ...OPENAI,
    id: 'auto',
    canonical_slug: 'auto',
    created: 0,
    owned_by: 'meritorder',
    name: 'Meritorder: the model best suited to each prompt',
    description:
      'Chooses among all models for each prompt, under a policy: auto:quality, auto:cheap, auto:fast.',
    context_length: widestContext(chat),
    architecture: {
      ...modalities([...new Set(chat.flatMap(({ input }) => input))], ['text']),
      tokenizer: 'Router',
      instruct_type: null,
    },
    pricing: publicPricing(undefined),
    top_provider: { context_length: null, max_completion_tokens: null, is_moderated: false },
    supported_parameters: [...new Set(chat.flatMap(supportedParameters))],
    knowledge_cutoff: null,
    links: { details: '/api/v1/models/auto' },
    ...UNKNOWN,
    providers: [...new Set(chat.map(({ provider }) => provider))],
  }
}

const OPENAI = { object: 'model' }

const UNKNOWN = { per_request_limits: null, default_parameters: null, supported_voices: null }

/** What a model takes and makes, as its endpoints together say. */
export function architecture({ slug }: Model, offers: readonly Endpoint[]) {
  const input = [...new Set(offers.flatMap((offer) => offer.input))]
  const output = [...new Set(offers.flatMap(outputModalities))]
  return { ...modalities(input, output), tokenizer: tokenizerOf(slug), instruct_type: null }
}

/** Files are no output in OpenRouter's schema. */
function modalities(input: readonly string[], output: readonly OutputModality[]) {
  const made = output.filter((modality) => modality !== 'file')
  return {
    modality: `${input.join('+')}->${made.join('+')}`,
    input_modalities: input,
    output_modalities: made,
  }
}

/** The fields of a chat completion that an endpoint is known to honour, of those that OpenRouter lists. */
export function supportedParameters(offer: Offer): readonly string[] {
  if (!outputModalities(offer).includes('text')) return []
  const known = parametersOf(offer, offer.family)
  return known.includes('reasoning') ? [...known, 'include_reasoning', 'reasoning_effort'] : known
}

/** Unix seconds of the release; 0 when nobody states it. */
export function createdAt({ releaseDate }: Model): number {
  return releaseDate === undefined ? 0 : Math.floor(Date.parse(releaseDate) / 1000) || 0
}

function widestContext(offers: readonly Endpoint[]): number | null {
  const widest = offers.reduce((most, { contextTokens = 0 }) => Math.max(most, contextTokens), 0)
  return widest === 0 ? null : widest
}

function cheapest(offers: readonly Endpoint[]): Endpoint | undefined {
  return offers.toSorted((a, b) => priceOf(a) - priceOf(b))[0]
}

function priceOf({ price }: Endpoint): number {
  return price === undefined ? Number.POSITIVE_INFINITY : Number(price.prompt) + Number(price.completion)
}
