import { formatUsd, parseUsd } from '../money.ts'
import { canonicalModel, createModelIndex, type ModelIndex, sharedNames } from './canonical-model.ts'
import { readEcologitsSizes } from './ecologits-sizes.ts'
import { knownAuthor } from './model-authors.ts'
import { type ModelSize, statedSize } from './model-size.ts'
import {
  type ModelsDevCost,
  type ModelsDevData,
  type ModelsDevModel,
  type ModelsDevProvider,
  readModelsDev,
} from './models-dev-schema.ts'
import type { Catalog, Endpoint, Modality, Model, Price, PriceTier, Provider } from './offer.ts'
import { DOCUMENTED_HOURS } from './price-hours.ts'
import { perTokenFromPerMillion } from './price-text.ts'
import { endpointDialect, hostDialect, keyVariables } from './provider-family.ts'

export interface ConversionOptions {
  /** What the catalog calls itself: `models.dev 2026-07-02`. */
  readonly version: string
  /** A catalog that was built with more knowledge: what it sells keeps its model, and models keep their size. */
  readonly known?: Catalog
  /** Hosts that the data does not list. */
  readonly unlisted?: Readonly<Record<string, ModelsDevProvider>>
  /** EcoLogits' model list, as parsed JSON. */
  readonly sizes?: unknown
}

/**
 * Turns models.dev's data (its repository's snapshot or its published `api.json`) into a catalog: every host's ids
 * recognised as canonical models, prices as exact decimals, in an order that depends on the data alone.
 *
 * @throws MeritorderError `unprocessable` when the data has another form.
 */
export function catalogFromModelsDev(value: unknown, options: ConversionOptions): Catalog {
  const listed = readModelsDev(value)
  const data = { ...listed, providers: { ...options.unlisted, ...listed.providers } }
  const known = knownFacts(options.known, data)
  const index = indexOf(data, known)
  const offers = Object.entries(data.providers).flatMap(([slug, host]) =>
    offersOf(
      data,
      slug,
      host,
      (id, base) => known.modelOf.get(`${slug}/${id}`) ?? canonicalModel(index, slug, id, base).slug,
    ),
  )
  const sizes =
    options.sizes === undefined ? new Map<string, ModelSize>() : readEcologitsSizes(options.sizes, index)
  return {
    version: options.version,
    providers: Object.entries(data.providers)
      .map(([slug, host]) => providerOf(slug, host))
      .sort((a, b) => order(a.slug, b.slug)),
    models: modelsOf(
      data,
      index,
      offers,
      (slug) => sizes.get(slug) ?? known.sizeOf.get(slug) ?? statedSize(slug),
    ),
    endpoints: offers.map(({ endpoint }) => endpoint).sort((a, b) => order(a.id, b.id)),
  }
}

/** What an earlier catalog adds. */
interface KnownFacts {
  readonly slugs: readonly string[]
  /** Endpoint id → model. */
  readonly modelOf: ReadonlyMap<string, string>
  readonly sizeOf: ReadonlyMap<string, ModelSize>
}

/** A host's own model is left out: it is no name that anybody else's id could mean, and may be recognised by now. */
function knownFacts(catalog: Catalog | undefined, { providers }: ModelsDevData): KnownFacts {
  const isOwn = (slug: string) => {
    const author = slug.slice(0, slug.indexOf('/'))
    return knownAuthor(author) === undefined && Object.hasOwn(providers, author)
  }
  const models = (catalog?.models ?? []).filter(({ slug }) => !isOwn(slug))
  const endpoints = (catalog?.endpoints ?? []).filter(({ model }) => !isOwn(model))
  return {
    slugs: models.map(({ slug }) => slug).filter((slug) => !slug.includes(':')),
    modelOf: new Map(endpoints.map(({ id, model }) => [id, model])),
    sizeOf: new Map(
      models.flatMap(({ slug, activeParameters, totalParameters }) =>
        activeParameters && totalParameters ? [[slug, { activeParameters, totalParameters }]] : [],
      ),
    ),
  }
}

/** An endpoint with the entry it was made from. */
interface Offer {
  readonly endpoint: Endpoint
  readonly facts: ModelsDevModel
}

/** Gateways that write models as OpenRouter does; the first defines the slugs. */
const OPENROUTER_NAMING = ['openrouter', 'kilo']

/** The canonical slugs: OpenRouter's, then known ones, then names that several hosts share, then models.dev's own. */
function indexOf(data: ModelsDevData, known: KnownFacts): ModelIndex {
  const named = OPENROUTER_NAMING.flatMap((host) => Object.keys(data.providers[host]?.models ?? {}))
    .filter((id) => !/^~|^(openrouter|kilo-auto|switchpoint|stealth)\//.test(id))
    .map((id) => id.replace(/:free$/, ''))
  const slugs = [...named, ...known.slugs]
  const unknown = Object.entries(data.providers).flatMap(([provider, { models }]) =>
    Object.entries(models)
      .filter(([id]) => !known.modelOf.has(`${provider}/${id}`))
      .map(([id, { base_model: base }]) => ({ provider, id, base })),
  )
  slugs.push(...sharedNames(createModelIndex(slugs), unknown))
  const withShared = createModelIndex(slugs)
  for (const id of Object.keys(data.models)) {
    const { slug, known: found } = canonicalModel(withShared, 'models.dev', id)
    if (!found) slugs.push(slug)
  }
  return createModelIndex(slugs)
}

function providerOf(slug: string, { name, npm, api, env, doc }: ModelsDevProvider): Provider {
  return {
    slug,
    name,
    ...hostDialect(slug, npm, api),
    keyVariables: keyVariables(slug, env),
    ...(doc !== undefined && { documentation: doc }),
  }
}

function offersOf(
  data: ModelsDevData,
  slug: string,
  host: ModelsDevProvider,
  modelOf: (id: string, base: string | undefined) => string,
): Offer[] {
  const dialect = hostDialect(slug, host.npm, host.api)
  return Object.entries(host.models).map(([id, own]) => {
    const facts = withBase(own, data.models)
    const { context, input, output } = facts.limit ?? {}
    const model = modelOf(id, own.base_model)
    const price = priceOf(facts.cost, model, slug)
    const endpoint: Endpoint = {
      id: `${slug}/${id}`,
      provider: slug,
      model,
      upstreamModel: id,
      ...endpointDialect({ slug, npm: host.npm, dialect }, id, own.provider ?? {}),
      ...(price !== undefined && { price }),
      ...(context && { contextTokens: context }),
      ...(input && { maxPromptTokens: input }),
      ...(output && { maxCompletionTokens: output }),
      input: modalities(facts.modalities?.input),
      output: modalities(facts.modalities?.output),
      supports: {
        tools: facts.tool_call ?? false,
        structuredOutput: facts.structured_output ?? false,
        reasoning: facts.reasoning ?? false,
        // models.dev states it where it is false (o-series, GPT-5); elsewhere it is often left out.
        temperature: facts.temperature ?? true,
      },
      ...statusOf(facts.status),
    }
    return { endpoint, facts }
  })
}

/** An endpoint's entry completed from its base model, less what `base_model_omit` names (`limit.input`). */
function withBase(own: ModelsDevModel, bases: Readonly<Record<string, ModelsDevModel>>): ModelsDevModel {
  const { base_model: name = '' } = own
  const base = Object.hasOwn(bases, name) ? bases[name] : undefined
  if (base === undefined) return own
  const omitted = new Set(own.base_model_omit)
  const inherited = Object.fromEntries(Object.entries(base).filter(([field]) => !omitted.has(field)))
  const limit = Object.fromEntries(
    Object.entries(base.limit ?? {}).filter(([field]) => !omitted.has(`limit.${field}`)),
  )
  return {
    ...inherited,
    ...own,
    limit: { ...limit, ...own.limit },
    modalities: { ...base.modalities, ...own.modalities },
  }
}

function priceOf(cost: ModelsDevCost | undefined, model: string, provider: string): Price | undefined {
  if (cost === undefined) return undefined
  const { reasoning, input_audio, output_audio, image } = cost
  const ofAnthropic = model.startsWith('anthropic/')
  const tiers = tiersOf(cost, ofAnthropic)
  const hours = DOCUMENTED_HOURS.get(provider)
  return {
    ...basePrice(cost, ofAnthropic),
    ...(reasoning !== undefined && { reasoning: perTokenFromPerMillion(reasoning) }),
    ...(input_audio !== undefined && { audioInput: perTokenFromPerMillion(input_audio) }),
    ...(output_audio !== undefined && { audioOutput: perTokenFromPerMillion(output_audio) }),
    ...(image !== undefined && { imageOutput: perTokenFromPerMillion(image) }),
    ...(tiers.length > 0 && { tiers }),
    ...(hours !== undefined && { hours }),
  }
}

function tiersOf({ tiers, context_over_200k: over200k }: ModelsDevCost, ofAnthropic: boolean): PriceTier[] {
  if (tiers === undefined)
    return over200k === undefined ? [] : [{ aboveTokens: 200_000, ...basePrice(over200k, ofAnthropic) }]
  return tiers
    .filter(({ tier }) => tier.type === undefined || tier.type === 'context')
    .map(({ tier, ...prices }) => ({ aboveTokens: tier.size, ...basePrice(prices, ofAnthropic) }))
    .sort((a, b) => a.aboveTokens - b.aboveTokens)
}

type BaseCost = Omit<
  ModelsDevCost,
  'tiers' | 'context_over_200k' | 'reasoning' | 'input_audio' | 'output_audio' | 'image'
>

type BasePrice = Pick<Price, 'prompt' | 'completion' | 'cacheRead' | 'cacheWrite' | 'cacheWrite1h'>

function basePrice(cost: BaseCost, ofAnthropic: boolean): BasePrice {
  const cacheRead = cost.cache_read ?? cost.cache_input ?? cost.cached_input
  const cacheWrite = cost.cache_write ?? cost.cached_write
  return {
    prompt: perTokenFromPerMillion(cost.input),
    completion: perTokenFromPerMillion(cost.output),
    ...(cacheRead !== undefined && { cacheRead: perTokenFromPerMillion(cacheRead) }),
    ...(cacheWrite !== undefined && { cacheWrite: perTokenFromPerMillion(cacheWrite) }),
    ...(ofAnthropic && isFiveQuarters(cacheWrite, cost.input) && { cacheWrite1h: twice(cost.input) }),
  }
}

/**
 * models.dev has no price for caches that are kept for an hour. Anthropic's list has one rule for all its models, which the
 * clouds that sell them keep: five minutes cost 1.25 × the prompt's price, an hour 2 ×
 * (https://platform.claude.com/docs/en/build-with-claude/prompt-caching#pricing). Who keeps the first is taken to keep both.
 */
function isFiveQuarters(cacheWrite: number | undefined, input: number): boolean {
  return input > 0 && cacheWrite !== undefined && Math.abs(cacheWrite / input - 1.25) < 1e-9
}

function twice(usdPerMillion: number): string {
  return formatUsd(2n * parseUsd(perTokenFromPerMillion(usdPerMillion)))
}

const MODALITIES: ReadonlyMap<string, Modality> = new Map(
  Object.entries<Modality>({
    text: 'text',
    image: 'image',
    audio: 'audio',
    video: 'video',
    pdf: 'file',
    file: 'file',
  }),
)

/** Words that models.dev may add later are left out, not refused. */
function modalities(names: readonly string[] = ['text']): Modality[] {
  return [...new Set(names.flatMap((name) => MODALITIES.get(name) ?? []))]
}

function statusOf(status: string | undefined): Pick<Endpoint, 'status'> {
  return status === 'alpha' || status === 'beta' || status === 'deprecated' ? { status } : {}
}

/** One model per slug, each fact from the best source that states it. */
function modelsOf(
  data: ModelsDevData,
  index: ModelIndex,
  offers: readonly Offer[],
  sizeBySlug: (slug: string) => ModelSize | undefined,
): Model[] {
  const sources = new Map<string, ModelsDevModel[]>()
  for (const { endpoint } of offers) sources.set(endpoint.model, [])
  for (const [id, facts] of Object.entries(data.models))
    sources.get(canonicalModel(index, 'models.dev', id).slug)?.push(facts)
  const ranked = offers.toSorted((a, b) => authority(a) - authority(b) || order(a.endpoint.id, b.endpoint.id))
  for (const { endpoint, facts } of ranked) sources.get(endpoint.model)?.push(facts)
  return [...sources]
    .map(([slug, entries]) => modelOf(slug, entries, sizeBySlug(slug)))
    .sort((a, b) => order(a.slug, b.slug))
}

/** Who knows a model best: OpenRouter, its maker, anybody. */
function authority({ endpoint }: Offer): number {
  if (endpoint.provider === 'openrouter') return 0
  return knownAuthor(endpoint.provider) === endpoint.model.slice(0, endpoint.model.indexOf('/')) ? 1 : 2
}

function modelOf(slug: string, entries: readonly ModelsDevModel[], size: ModelSize | undefined): Model {
  const first = <K extends keyof ModelsDevModel>(field: K) =>
    entries.find((entry) => entry[field] !== undefined)?.[field]
  const family = first('family')
  const releaseDate = first('release_date')
  const knowledgeCutoff = first('knowledge')
  return {
    slug,
    name: first('name') ?? slug,
    ...(family !== undefined && { family }),
    ...(releaseDate !== undefined && { releaseDate }),
    ...(knowledgeCutoff !== undefined && { knowledgeCutoff }),
    openWeights: first('open_weights') ?? false,
    reasoning: first('reasoning') ?? false,
    ...size,
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
