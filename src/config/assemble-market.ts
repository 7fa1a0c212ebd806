import { isCallableFrom } from '../market/bedrock-regions.ts'
import { canonicalModel, createModelIndex, type ModelIndex } from '../market/canonical-model.ts'
import type { Catalog, Endpoint, Model, Price, Provider } from '../market/offer.ts'
import { withoutFacts } from '../market/provider-facts.ts'
import { regionsOfAddress } from '../market/regions.ts'
import { filledIn, isOwnHost } from './account-address.ts'
import { type EnabledProvider, enabledProviders, type UnusableProvider } from './environment.ts'
import type { StoredKey } from './key-store.ts'
import type { Environment } from './load.ts'
import type { LocalServer } from './local-servers.ts'
import { priceFrom } from './price-schema.ts'
import type { Config, HostedModelConfig, ProviderConfig } from './schema.ts'
import { dataPolicyOf, withStatedFacts } from './stated-facts.ts'

const FREE: Price = { prompt: '0', completion: '0' }

export interface MarketSources {
  readonly catalog: Catalog
  readonly config: Config
  readonly environment: Environment
  readonly localServers: readonly LocalServer[]
  /** Keys of the encrypted store. */
  readonly storedKeys: readonly StoredKey[]
  /** The practice market. Where it is given nothing else is sold, so that practising never spends money. */
  readonly practice?: Catalog
}

/** What can be bought with what was found. */
export interface AssembledMarket {
  /** The enabled providers, their endpoints, and the models of these. */
  readonly catalog: Catalog
  /** Secrets by provider slug, in the order in which they are tried; providers that need no key are absent. */
  readonly keys: ReadonlyMap<string, readonly string[]>
  /** Files that keys were read from. */
  readonly keyFiles: readonly string[]
  readonly found: readonly FoundProvider[]
  readonly unusable: readonly UnusableProvider[]
}

export interface FoundProvider {
  readonly provider: Provider
  /** The variable, `configuration`, or the address of a server on this machine. */
  readonly source: string
  readonly endpoints: number
  /** What people should know about its keys. */
  readonly note?: string
}

/**
 * Narrows the catalog to the providers that the environment and the configuration enable, and adds the hosts and
 * models that the configuration describes and the servers found on this machine.
 */
export function assembleMarket(sources: MarketSources): AssembledMarket {
  const { catalog, config, environment, localServers, practice } = sources
  if (practice !== undefined) return practiceMarket(practice)
  const chosen = enabledProviders(catalog.providers, config, { environment, stored: sources.storedKeys })
  const local = localServers.filter(({ slug }) => isWelcome(slug, config))
  const taken = new Set(local.map(({ slug }) => slug))
  const remote = chosen.enabled.filter(({ provider }) => !taken.has(provider.slug))
  const known: Known = {
    index: createModelIndex(catalog.models.map(({ slug }) => slug)),
    addresses: new Map(catalog.providers.map(({ slug, baseUrl = '' }) => [slug, baseUrl])),
    peers: new Map(catalog.endpoints.map((endpoint) => [endpoint.model, endpoint])),
  }
  const stock = Map.groupBy(catalog.endpoints, ({ provider }) => provider)

  const offers = [
    ...remote.map((one) => {
      const settings = config.providers[one.provider.slug]
      return { ...one, endpoints: remoteEndpoints(one.provider, stock, settings, environment, known) }
    }),
    ...local.map((server) => ({ ...localProvider(server), endpoints: localEndpoints(server, known) })),
  ]
  const endpoints = offers.flatMap((offer) => offer.endpoints)
  const described = (provider: Provider): Provider => {
    const settings = config.providers[provider.slug]
    const elsewhere = isMoved(settings, known.addresses.get(provider.slug), environment)
    return withStatedFacts(elsewhere ? withoutFacts(provider) : provider, settings)
  }
  return {
    catalog: {
      version: catalog.version,
      providers: offers.map(({ provider }) => described(provider)),
      models: modelsOf(endpoints, catalog.models),
      endpoints,
    },
    keys: new Map(
      remote.flatMap(({ provider, keys }) => (keys.length === 0 ? [] : [[provider.slug, keys] as const])),
    ),
    keyFiles: remote.flatMap(({ keyFiles = [] }) => keyFiles),
    found: offers.map((offer) => ({
      provider: offer.provider,
      source: offer.source,
      endpoints: offer.endpoints.length,
      ...(offer.note !== undefined && { note: offer.note }),
    })),
    unusable: chosen.unusable,
  }
}

function practiceMarket(catalog: Catalog): AssembledMarket {
  const found = catalog.providers.map((provider) => ({
    provider,
    source: 'practice market',
    endpoints: catalog.endpoints.filter((endpoint) => endpoint.provider === provider.slug).length,
  }))
  return { catalog, keys: new Map(), keyFiles: [], found, unusable: [] }
}

/** A found server is not used where the file switches it off or gives its own address for it. */
function isWelcome(slug: string, config: Config): boolean {
  const settings = config.providers[slug]
  return settings?.enabled !== false && settings?.base_url === undefined
}

/** What the catalog knows of models, whoever sells them, and of providers. */
interface Known {
  readonly index: ModelIndex
  /** The providers' own addresses, places included, by slug. */
  readonly addresses: ReadonlyMap<string, string>
  /** An endpoint of each model. */
  readonly peers: ReadonlyMap<string, Endpoint>
}

function remoteEndpoints(
  provider: Provider,
  stock: ReadonlyMap<string, readonly Endpoint[]>,
  settings: ProviderConfig | undefined,
  environment: Environment,
  known: Known,
): Endpoint[] {
  const listed = settings?.models ?? []
  const offered = stock.get(provider.slug) ?? []
  const moved = isMoved(settings, known.addresses.get(provider.slug), environment)
  const sold = offered
    .filter(({ upstreamModel }) => isCallableFrom(provider.baseUrl ?? '', upstreamModel))
    .flatMap((endpoint) => reachable(endpoint, moved, environment))
  const changes = new Map(listed.map((model) => [model.id, model]))
  const kept = sold.map((endpoint) => changed(endpoint, changes.get(endpoint.upstreamModel)))
  const located = (endpoint: Endpoint) => withRegions(endpoint, provider, settings)
  const ids = new Set(sold.map(({ upstreamModel }) => upstreamModel))
  const added = listed
    .filter(({ id }) => !ids.has(id))
    .map((entry) => {
      const model =
        entry.model ?? recognise(known.index, provider.slug, entry.id) ?? `${provider.slug}/${entry.id}`
      return changed(newEndpoint(provider.slug, entry.id, model, known), entry)
    })
  return [...kept, ...added].map(located)
}

/** True where the configuration sends the provider's calls to another host than the provider's own. */
function isMoved(settings: ProviderConfig | undefined, own: string | undefined, environment: Environment) {
  return settings?.base_url !== undefined && !isOwnHost(settings.base_url, own ?? '', environment)
}

/** An endpoint with the regions that its address names, unless the file states them for it or for its provider. */
function withRegions(endpoint: Endpoint, { baseUrl = '' }: Provider, settings: ProviderConfig | undefined) {
  if (endpoint.regions !== undefined || settings?.regions !== undefined) return endpoint
  const regions = regionsOfAddress(endpoint.baseUrl ?? baseUrl, endpoint.upstreamModel)
  return regions === undefined ? endpoint : { ...endpoint, regions }
}

/**
 * The endpoint at its filled-in address. One that has an address of its own is out of reach where that is incomplete, and
 * where the configuration sends the provider's calls, and with them its key, to another host.
 */
function reachable(endpoint: Endpoint, moved: boolean, environment: Environment): Endpoint[] {
  if (endpoint.baseUrl === undefined) return [endpoint]
  const baseUrl = moved ? undefined : filledIn(endpoint.baseUrl, environment)
  return baseUrl === undefined ? [] : [{ ...endpoint, baseUrl }]
}

/** The endpoint with what the file says about it. */
function changed(endpoint: Endpoint, entry: HostedModelConfig | undefined): Endpoint {
  if (entry === undefined) return endpoint
  return {
    ...endpoint,
    ...(entry.model !== undefined && { model: entry.model }),
    ...(entry.context !== undefined && { contextTokens: entry.context }),
    ...(entry.quantization !== undefined && { quantization: entry.quantization }),
    ...(entry.data_policy !== undefined && { dataPolicy: dataPolicyOf(entry.data_policy) }),
    ...(entry.regions !== undefined && { regions: entry.regions }),
    ...(entry.distillable !== undefined && { distillable: entry.distillable }),
    ...(entry.price !== undefined && { price: priceFrom(entry.price) }),
  }
}

function localProvider({ slug, name, baseUrl }: LocalServer): EnabledProvider {
  return {
    provider: { slug, name, family: 'openai-compatible', baseUrl, keyVariables: [] },
    keys: [],
    source: baseUrl,
  }
}

function localEndpoints({ slug, models }: LocalServer, known: Known): Endpoint[] {
  return models.map(({ id, knownAs, contextTokens }) => {
    const model = recognise(known.index, slug, knownAs ?? id) ?? `local/${fileName(id).toLowerCase()}`
    return {
      ...newEndpoint(slug, id, model, known),
      price: FREE,
      ...(contextTokens !== undefined && { contextTokens }),
    }
  })
}

/** The canonical slug of a model that a host or a local server names in its own way; undefined when the catalog has none. */
function recognise(index: ModelIndex, provider: string, id: string): string | undefined {
  // A packed file says who packed it (`unsloth/…-GGUF`) and how (`….Q4_K_M.gguf`); neither makes it another model.
  const name = /gguf/i.test(id) ? fileName(id).replace(/\.(i?q\d)/i, '-$1') : id
  const { slug, known } = canonicalModel(index, provider, name.replace(/:latest$/, ''))
  return known ? slug : undefined
}

/** `/models/Qwen3-8B-Q4_K_M.gguf` is called `Qwen3-8B-Q4_K_M`. */
function fileName(id: string): string {
  return (id.split('/').at(-1) || id).replace(/\.gguf$/i, '')
}

/** An endpoint that no catalog lists: it can what its model can elsewhere, and for a new model what most hosts can. */
function newEndpoint(provider: string, upstreamModel: string, model: string, known: Known): Endpoint {
  const peer = known.peers.get(model)
  return {
    id: `${provider}/${upstreamModel}`,
    provider,
    model,
    upstreamModel,
    input: peer?.input ?? ['text'],
    output: peer?.output ?? ['text'],
    supports: peer?.supports ?? { tools: true, structuredOutput: true, reasoning: false, temperature: true },
  }
}

function modelsOf(endpoints: readonly Endpoint[], known: readonly Model[]): Model[] {
  const bySlug = new Map(known.map((model) => [model.slug, model]))
  const slugs = new Set(endpoints.map(({ model }) => model))
  return [...slugs].map(
    (slug) =>
      bySlug.get(slug) ?? { slug, name: slug.split('/').at(-1) ?? slug, openWeights: true, reasoning: false },
  )
}
