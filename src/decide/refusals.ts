import { type ErrorCode, MeritorderError } from '../errors.ts'
import type { Catalog } from '../market/offer.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Removal } from './decision.ts'
import { closestNames } from './suggestions.ts'

/** What to do about a limit that removed everything. Needs that are not here are named in the general advice. */
const ADVICE: Readonly<Record<string, string>> = {
  allowed_models: 'Allow more models, or enable a provider that has them.',
  excluded_models: 'Exclude fewer models.',
  'provider.only': 'Name more providers in provider.only, or enable those that you named.',
  'provider.ignore': 'Ignore fewer providers.',
  'provider.order': 'Name more providers in provider.order, or let provider.allow_fallbacks be true.',
  free: 'Leave :free off to use endpoints that have a price.',
  extended: 'Leave :extended off.',
  thinking: 'Choose a model that reasons.',
  'provider.data_collection':
    'Only hosts are left whose data policy says that they do not train on prompts; state it for yours in meritorder.yaml (providers.<slug>.data_policy), or allow data collection.',
  'provider.zdr':
    'Only hosts are left that are known to keep no prompts. Where GET /v1/providers says zdr_available and your account has it, state that in meritorder.yaml (providers.<slug>.data_policy.zdr: true), or leave provider.zdr off.',
  'provider.enforce_distillable_text':
    'State for a model in meritorder.yaml that its author allows it (distillable: true), or leave provider.enforce_distillable_text off.',
  'provider.quantizations': 'Allow more of them; "unknown" is what hosts have that do not say.',
  'provider.require_parameters': 'Send fewer parameters, or leave provider.require_parameters off.',
  'provider.max_price': 'Raise provider.max_price.',
  regions:
    'Only endpoints are left that are known to process prompts nowhere else. State it for yours in meritorder.yaml (providers.<slug>.regions: [DE]), or allow more regions.',
  jurisdiction:
    'Only providers are left that are known to be based there. State it for yours in meritorder.yaml (providers.<slug>.headquarters: DE), or allow more countries.',
  hosted_tools:
    'Tools that a host runs, and files that it stores, are had only at hosts that speak this API themselves: the Responses API at openai, the Messages API at anthropic. Name a model of such a host, or send functions of your own and the files themselves.',
  context_length: 'Shorten the conversation or lower max_tokens.',
  max_tokens: 'Lower max_tokens.',
  min_quality: 'Lower min_quality.',
  at_least: 'Lower at_least.probability, or compare with a weaker model.',
  max_cost: 'Raise max_cost, shorten the prompt, or lower max_tokens.',
  as_cheap_as: 'Compare with a dearer model.',
  max_latency: 'Raise max_latency.',
  max_carbon: 'Raise max_carbon.',
  deprecated: 'Name the model to use a deprecated one.',
}

const PRIVACY: ReadonlySet<string> = new Set(['provider.data_collection', 'provider.zdr'])

/** Limits that OpenRouter's `availability.excluded_by` has a word for. */
const OPENROUTER_WORD: Readonly<Record<string, string>> = {
  'provider.only': 'allowed_providers',
  'provider.ignore': 'allowed_providers',
  'provider.order': 'allowed_providers',
  'provider.data_collection': 'data_policy:training',
  'provider.zdr': 'data_policy:zdr',
  'provider.quantizations': 'quantization',
  'provider.require_parameters': 'require_parameters',
  'provider.max_price': 'max_price',
  regions: 'data_region',
}

/** What emptied the market was the call itself. */
const CODE: Readonly<Record<string, ErrorCode>> = {
  context_length: 'context_length_exceeded',
  hosted_tools: 'invalid_request',
}

/** Nothing to buy from at all. */
export function noProvider(): MeritorderError {
  return new MeritorderError(
    'not_found',
    'No provider is enabled. Set the key of one (for example OPENAI_API_KEY or OPENROUTER_API_KEY) and restart, start a local model server, or practise without a key: npm start -- --practice',
    { metadata: { availability: { code: 'no_endpoints', retryable: false } } },
  )
}

/** The limits left no endpoint: `not_found`, unless what removed the last is the call's own fault. */
export function nothingLeft(requested: string, removed: readonly Removal[]): MeritorderError {
  const emptied = removed.at(-1)?.limit ?? 'market'
  const counts = removed.map(({ limit, endpoints }) => `${limit} removed ${endpoints}`).join(', ')
  const advice = ADVICE[emptied] ?? `Choose a model that offers ${emptied}, or leave out what needs it.`
  return new MeritorderError(
    CODE[emptied] ?? 'not_found',
    `No endpoint can serve ${requested}: ${emptied} removed the last of them (endpoints: ${counts}). ${advice}`,
    {
      limit: emptied,
      metadata: {
        availability: {
          code: PRIVACY.has(emptied) ? 'privacy_restricted' : 'constraint_filtered',
          retryable: false,
          requested_models: [requested],
          excluded_by: [...new Set(removed.map(({ limit }) => OPENROUTER_WORD[limit] ?? limit))],
          constraint: { field: emptied, detail: counts },
        },
        removed,
      },
    },
  )
}

/** Nobody knows the name in this field: `invalid_request` with the closest names. */
export function unknownModel(name: string, { everything }: CandidateTable, field = 'model'): MeritorderError {
  const slugs = everything.catalog.models.map(({ slug }) => slug)
  const suggestions = closestNames(name, slugs, 5)
  const advice =
    suggestions.length > 0
      ? `Did you mean ${suggestions.join(', ')}?`
      : 'GET /v1/models lists what there is; "auto" chooses.'
  return new MeritorderError(
    'invalid_request',
    `${field === 'model' ? 'There' : `${field}: there`} is no model ${JSON.stringify(name.slice(0, 200))}. ${advice}`,
    {
      limit: field,
      metadata: {
        availability: { code: 'model_not_found', retryable: false, requested_models: [name.slice(0, 200)] },
        suggestions,
      },
    },
  )
}

/** The name stands for several models: `invalid_request` with their slugs. */
export function ambiguousModel(name: string, slugs: readonly string[], field = 'model'): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `${JSON.stringify(name)} may mean ${slugs.slice(0, 8).join(', ')}. Write the whole slug.`,
    {
      limit: field,
      metadata: {
        availability: { code: 'model_not_found', retryable: false, requested_models: [name] },
        suggestions: slugs.slice(0, 8),
      },
    },
  )
}

/** `as_cheap_as` names a model whose cost nobody states: `invalid_request`. */
export function unpricedReference(slug: string): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `as_cheap_as: no host states a price for ${slug}. Name a model with a price, or set max_cost in USD.`,
    { limit: 'as_cheap_as' },
  )
}

/** The catalog has the model, but only at providers that are not enabled: `not_found` naming the keys that would help. */
export function noKeyFor(slugs: readonly string[], catalog: Catalog): MeritorderError {
  const wanted = new Set(slugs)
  const hosts = new Set(
    catalog.endpoints.filter(({ model }) => wanted.has(model)).map(({ provider }) => provider),
  )
  const author = slugs[0]?.split('/')[0]
  const providers = catalog.providers
    .filter(
      ({ slug, family, keyVariables }) =>
        hosts.has(slug) && family !== 'unsupported' && keyVariables.length > 0,
    )
    .sort((a, b) => Number(b.slug === author) - Number(a.slug === author) || (a.slug < b.slug ? -1 : 1))
  const named = providers.slice(0, 5).map(({ slug, keyVariables }) => `${slug} (${keyVariables[0]})`)
  const more = providers.length > named.length ? ` and ${providers.length - named.length} more` : ''
  const advice =
    named.length > 0
      ? `Set a key for one of the providers that serve it and restart: ${named.join(', ')}${more}.`
      : 'No provider that Meritorder can speak to serves it.'
  return new MeritorderError('not_found', `No enabled provider serves ${slugs.join(', ')}. ${advice}`, {
    limit: 'provider_key',
    metadata: {
      availability: {
        code: 'no_endpoints',
        retryable: false,
        requested_models: slugs,
        affected_providers: providers.slice(0, 20).map(({ slug }) => slug),
      },
    },
  })
}

/** Nobody knows the provider: `invalid_request` with those that there are, closest names first where any are close. */
export function unknownProvider(slug: string, field: string, table: CandidateTable): MeritorderError {
  const enabled = table.providers.map((provider) => provider.slug)
  const all = [...new Set([...enabled, ...table.everything.catalog.providers.map((one) => one.slug)])]
  const close = closestNames(slug, all, 5)
  const meant = close.length > 0 ? ` Did you mean ${close.join(', ')}?` : ''
  return new MeritorderError(
    'invalid_request',
    `${field}: there is no provider ${JSON.stringify(slug.slice(0, 100))}.${meant} Enabled here: ${enabled.slice(0, 40).join(', ')}.`,
    { limit: field, metadata: { suggestions: close, allowed: all } },
  )
}

/** The suffix of a name asks for another order than `provider.sort`: `invalid_request`. */
export function contradictingSorts(suffix: string, by: string): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `provider.sort is ${by}, and the model's name ends with ${suffix}, which sorts otherwise. Send one of them.`,
    { limit: 'provider.sort' },
  )
}

/** `:online`: there is no search engine here. */
export function noSearch(): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    'model: the suffix :online asks for a web search, which is not supported here. Leave it off, or offer a search as one of your tools.',
    { limit: 'model' },
  )
}

/** Vectors or a ranking are asked for without a model's name: `invalid_request` saying why none is chosen. */
export function unnamedModel(requested: string, output: string): MeritorderError {
  const why =
    output === 'embeddings'
      ? 'vectors of different models cannot be compared, so the model is yours to choose'
      : 'nothing is known here of how well models rank, so the model is yours to choose'
  return new MeritorderError(
    'invalid_request',
    `model: name one model instead of ${JSON.stringify(requested.slice(0, 100))}: ${why}. GET /v1/models?output_modalities=${output} lists them.`,
    { limit: 'model' },
  )
}

/** Vectors are asked of several models: `invalid_request`. */
export function severalVectorSpaces(): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    'models: vectors of different models cannot be compared, so a call is never moved to another model. Name one; it falls back on all hosts that serve it.',
    { limit: 'models' },
  )
}

/** A least quality is demanded where nothing predicts any: `invalid_request`. */
export function unratedOutput(output: string): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `provider.min_quality: the quality of ${output} is not predicted. Leave it out.`,
    { limit: 'min_quality' },
  )
}

const PATHS: Readonly<Record<string, string>> = {
  embeddings: '/v1/embeddings',
  rerank: '/v1/rerank',
  text: '/v1/chat/completions',
}

/** A model is asked for what it does not make, at the wrong path: `invalid_request` naming the right one. */
export function wrongPath(slug: string, makes: string): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `${slug} makes ${makes}: POST ${PATHS[makes] ?? PATHS.text}. GET /v1/models?output_modalities=… lists models by what they make.`,
    {
      limit: 'model',
      metadata: {
        availability: { code: 'wrong_endpoint', retryable: false, requested_models: [slug] },
      },
    },
  )
}

/** `invalid_request` naming the policies that there are. */
export function unknownPolicy(name: string, known: readonly string[]): MeritorderError {
  return new MeritorderError(
    'invalid_request',
    `There is no policy ${JSON.stringify(name.slice(0, 100))}. The policies are: ${known.join(', ')}.`,
    { limit: 'policy' },
  )
}
