import { MeritorderError } from '../errors.ts'
import type { Catalog, Endpoint, EndpointHealth, Market, Model, Provider } from '../market/offer.ts'
import { CAN, capabilities, isOwnServer } from './capability.ts'
import { footprint } from './footprint.ts'
import { modelOffers } from './model-offers.ts'
import { indexNames, type Meaning, type NameIndex, readName } from './names.ts'
import type { LearnedFile } from './predictor/predictor.ts'
import { averageQuality, evidenceFor } from './quality.ts'
import type { QualityPrior } from './quality-artifact.ts'
import { compileQuality, type KnownOutcomes, type QualityTable } from './quality-table.ts'
import { parameterBits, termBits } from './terms.ts'

/**
 * The market laid out for deciding: one column per fact, one row per endpoint, endpoints of a model side by side.
 * Compiled when the market or an artifact changes, read by every decision.
 */
export interface CandidateTable {
  /** By model slug, then id: the order in which a catalog lists them does not matter. */
  readonly endpoints: readonly Endpoint[]
  /** By slug; only models with an endpoint. */
  readonly models: readonly Model[]
  /** The place of each in `models`. */
  readonly rowOfModel: ReadonlyMap<string, number>
  /** By slug; only providers with an endpoint. */
  readonly providers: readonly Provider[]
  /** Endpoints of model m are rows firstEndpoint[m] … firstEndpoint[m + 1] − 1. */
  readonly firstEndpoint: Int32Array
  readonly model: Int32Array
  readonly provider: Int32Array
  /** Bits of `CAN`. */
  readonly capabilities: Int32Array
  /** Data policy, quantization and distillation, see `termBits`; and `parameterBits`. */
  readonly terms: Int32Array
  readonly parameters: Int32Array
  /** One of `DEAL`. */
  readonly deal: Uint8Array
  /** Tokens; UNLIMITED where the host does not say. */
  readonly contextTokens: Int32Array
  readonly maxPromptTokens: Int32Array
  readonly maxCompletionTokens: Int32Array
  /** USD per token; NaN where the host does not say. */
  readonly promptUsd: Float64Array
  readonly completionUsd: Float64Array
  /** USD per call, or per search of a ranking; 0 where the host states none. */
  readonly requestUsd: Float64Array
  /** Prices of larger prompts, ascending; most endpoints have none. */
  readonly tiers: readonly (readonly FloatTier[] | undefined)[]
  /** Priors of speed and carbon, see `footprint`. */
  readonly firstByteMs: Float64Array
  readonly msPerPromptToken: Float64Array
  readonly msPerToken: Float64Array
  readonly gramsPerToken: Float64Array
  /** Bounds of the same estimate. */
  readonly gramsPerTokenLow: Float64Array
  readonly gramsPerTokenHigh: Float64Array
  /** Position of each row when sorted by endpoint id: the last tie-breaker. */
  readonly idOrder: Int32Array
  readonly quality: QualityTable
  /** The rated model that leads over all kinds of prompts and has a price; −1 when there is none. */
  readonly bestOnAverage: number
  readonly names: NameIndex
  /** The whole catalog and its names, to say which key would serve a model that cannot be bought now. */
  readonly everything: Everything
  readonly health: (endpointId: string) => EndpointHealth
  readonly fullUntil: (endpointId: string) => number
  readonly scratch: Scratch
}

interface Everything {
  readonly catalog: Catalog
  /** What a name means anywhere in the catalog. Indexed when first asked: only refusals and comparisons need it. */
  readonly meaningOf: (name: string) => Meaning
  /** Ratings of one of its models, the only row; laid out when first asked for. */
  readonly quality: (model: Model) => QualityTable
}

/** What the price of an endpoint is worth as a fact; the lower comes first. */
export const DEAL = {
  /** The host states a price above zero, or the server is one's own: the price can be compared. */
  priced: 0,
  /** $0 at somebody else's host: a rate-limited trial or a flat-rate plan, not a price. */
  trial: 1,
  unknown: 2,
} as const

export interface FloatTier {
  readonly aboveTokens: number
  readonly promptUsd: number
  readonly completionUsd: number
}

/** Working memory of one decision at a time (deciding is synchronous), so that it allocates nothing per endpoint. */
interface Scratch {
  /** Rows that the limits left, ascending, so that those of one model stand together. */
  readonly survivors: Int32Array
  /** The same of an automatic choice before anything was tried out on `survivors`. */
  readonly left: Int32Array
  /** Per endpoint; written for the rows that are weighed. */
  readonly costUsd: Float64Array
  readonly latencyMs: Float64Array
  readonly merit: Float64Array
  readonly passed: Uint8Array
  /** One of `READINESS`. */
  readonly readiness: Uint8Array
  /** 1: too many of its attempts fail, see `LEAST_SUCCESS`. */
  readonly ailing: Uint8Array
  /** Per model: expected tokens of its answer. */
  readonly completionTokens: Float64Array
  /** Per model: predicted quality, the quality it is ranked by, and its step below the best of those. */
  readonly quality: Float64Array
  readonly standing: Float64Array
  readonly step: Float64Array
  /** Per model with survivors: its row, where its survivors begin, and its step in coarse. */
  readonly groupModel: Int32Array
  readonly groupStart: Int32Array
  readonly groupBucket: Uint8Array
  /** Rows of the short list, best first, and those of one model on their way there. */
  readonly listed: Int32Array
  readonly listedOfModel: Int32Array
  /** Sets of endpoints that lists of names and globs stand for, by the list. */
  readonly endpointSets: Map<string, Uint8Array>
  /** Places of endpoints in lists of providers, by the list. */
  readonly providerPlaces: Map<string, Uint16Array>
  /** Which endpoints lie within lists of places, by the list. */
  readonly placed: Map<string, Uint8Array>
}

/**
 * Lays out a market for deciding. About 0.1 s for 5,000 endpoints; do it when the market changes, not per call.
 *
 * @param everything the catalog with providers that are not enabled too; the market's own when left out.
 * @param learned what was learned from outcomes, if anything; its models are found by any of their names.
 * @throws MeritorderError `server` when an endpoint names a model or provider that the catalog lacks.
 */
export function compileCandidates(
  market: Market,
  prior: QualityPrior,
  everything: Catalog = market.catalog,
  learned?: LearnedFile,
): CandidateTable {
  const { catalog } = market
  const endpoints = callable(catalog).sort((a, b) => order(a.model, b.model) || order(a.id, b.id))
  const models = used(catalog.models, new Set(endpoints.map(({ model }) => model)))
  const providers = used(catalog.providers, new Set(endpoints.map(({ provider }) => provider)))
  const modelRow = new Map(models.map(({ slug }, m) => [slug, m]))
  const providerRow = new Map(providers.map(({ slug }, p) => [slug, p]))
  const model = Int32Array.from(endpoints, (endpoint) => rowOf(modelRow, endpoint.model, endpoint, 'model'))
  const provider = Int32Array.from(endpoints, (endpoint) =>
    rowOf(providerRow, endpoint.provider, endpoint, 'provider'),
  )
  const own = providers.map(isOwnServer)
  const prints = endpoints.map((endpoint, e) =>
    footprint(models[model[e]!]!, endpoint, providers[provider[e]!]!),
  )
  const names = indexNames(models, endpoints, model)
  const all = lazilyIndexed(everything)
  const outcomes = learned && { learned, columns: predictorColumns(learned, { models, model, names }, all) }
  const quality = compileQuality(models, prior, modelOffers(allEndpoints(catalog, everything)), outcomes)
  const table = {
    endpoints,
    models,
    rowOfModel: modelRow,
    providers,
    firstEndpoint: firstRows(model, models.length),
    model,
    provider,
    capabilities: Int32Array.from(endpoints, (one, e) => capabilities(one, providers[provider[e]!]!)),
    terms: Int32Array.from(endpoints, (one, e) =>
      termBits(one, providers[provider[e]!]!, own[provider[e]!]!),
    ),
    parameters: Int32Array.from(endpoints, (one, e) => parameterBits(one, providers[provider[e]!]!)),
    contextTokens: Int32Array.from(endpoints, (e) => tokens(e.contextTokens)),
    maxPromptTokens: Int32Array.from(endpoints, (e) => tokens(e.maxPromptTokens)),
    maxCompletionTokens: Int32Array.from(endpoints, (e) => tokens(e.maxCompletionTokens)),
    ...priceColumns(endpoints, (e) => own[provider[e]!]!),
    firstByteMs: Float64Array.from(prints, (print) => print.firstByteMs),
    msPerPromptToken: Float64Array.from(prints, (print) => print.msPerPromptToken),
    msPerToken: Float64Array.from(prints, (print) => print.msPerToken),
    gramsPerToken: Float64Array.from(prints, (print) => print.gramsPerToken.mid),
    gramsPerTokenLow: Float64Array.from(prints, (print) => print.gramsPerToken.low),
    gramsPerTokenHigh: Float64Array.from(prints, (print) => print.gramsPerToken.high),
    idOrder: positions(endpoints),
    quality,
    names,
    everything: { ...all, quality: lazilyRated(everything, prior, outcomes) },
    health: market.health,
    fullUntil: market.fullUntil ?? (() => 0),
    scratch: scratchFor(endpoints.length, models.length),
  }
  return { ...table, bestOnAverage: leader(table) }
}

/** Those of the market, and those at providers that are not enabled: a model is no worse for the keys one has. */
function allEndpoints(market: Catalog, everything: Catalog): Iterable<Endpoint> {
  return new Map([...everything.endpoints, ...market.endpoints].map((e) => [e.id, e])).values()
}

/** What some sender can speak to: a host may offer a few models through an API that is not supported yet. */
function callable({ endpoints, providers }: Catalog): Endpoint[] {
  const families = new Map(providers.map(({ slug, family }) => [slug, family]))
  return endpoints.filter(({ family, provider }) => (family ?? families.get(provider)) !== 'unsupported')
}

function used<T extends { readonly slug: string }>(
  all: readonly T[],
  slugs: ReadonlySet<string>,
): readonly T[] {
  return all.filter(({ slug }) => slugs.has(slug)).sort((a, b) => order(a.slug, b.slug))
}

function rowOf(rows: ReadonlyMap<string, number>, slug: string, { id }: Endpoint, what: string): number {
  const row = rows.get(slug)
  if (row !== undefined) return row
  throw new MeritorderError(
    'server',
    `The catalog's endpoint ${id} names the ${what} ${slug}, which is not in it.`,
  )
}

/** More tokens than anybody sends. */
const UNLIMITED = 2 ** 31 - 1

function tokens(stated: number | undefined): number {
  return stated === undefined || stated <= 0 ? UNLIMITED : Math.min(stated, UNLIMITED)
}

function firstRows(model: Int32Array, models: number): Int32Array {
  const first = new Int32Array(models + 1)
  for (const m of model) first[m + 1]!++
  for (let m = 0; m < models; m++) first[m + 1]! += first[m]!
  return first
}

function priceColumns(endpoints: readonly Endpoint[], isOwn: (row: number) => boolean) {
  const promptUsd = new Float64Array(endpoints.length)
  const completionUsd = new Float64Array(endpoints.length)
  const requestUsd = Float64Array.from(endpoints, ({ price }) => Number(price?.request ?? 0))
  const deal = new Uint8Array(endpoints.length)
  const tiers = endpoints.map(({ price }, e) => {
    promptUsd[e] = price === undefined ? (isOwn(e) ? 0 : NaN) : Number(price.prompt)
    completionUsd[e] = price === undefined ? (isOwn(e) ? 0 : NaN) : Number(price.completion)
    if (promptUsd[e] + completionUsd[e] + requestUsd[e]! > 0 || isOwn(e)) deal[e] = DEAL.priced
    else deal[e] = price === undefined ? DEAL.unknown : DEAL.trial
    return price?.tiers?.map((tier) => ({
      aboveTokens: tier.aboveTokens,
      promptUsd: Number(tier.prompt),
      completionUsd: Number(tier.completion),
    }))
  })
  return { promptUsd, completionUsd, requestUsd, deal, tiers }
}

function positions(endpoints: readonly Endpoint[]): Int32Array {
  const rows = endpoints.map((_, e) => e).sort((a, b) => order(endpoints[a]!.id, endpoints[b]!.id))
  const position = new Int32Array(endpoints.length)
  rows.forEach((e, i) => {
    position[e] = i
  })
  return position
}

function lazilyIndexed(catalog: Catalog): Omit<Everything, 'quality'> {
  let index: ReturnType<typeof indexCatalog> | undefined
  return {
    catalog,
    meaningOf: (name) => {
      index ??= indexCatalog(catalog)
      const { names, model } = index
      return readName(name, names, (e) => model[e]!)
    },
  }
}

function lazilyRated(
  catalog: Catalog,
  prior: QualityPrior,
  outcomes: KnownOutcomes | undefined,
): Everything['quality'] {
  const ratings = new Map<string, QualityTable>()
  return (model) => {
    const { slug } = model
    const known = ratings.get(slug)
    if (known !== undefined) return known
    const offers = modelOffers(catalog.endpoints.filter((e) => e.model === slug))
    const rated = compileQuality([model], prior, offers, outcomes)
    ratings.set(slug, rated)
    return rated
  }
}

/** The predictor's number of each model that a name of its stands for, here or else anywhere in the catalog, by slug. */
function predictorColumns(
  { predictor }: LearnedFile,
  here: Pick<CandidateTable, 'models' | 'model' | 'names'>,
  { catalog, meaningOf }: Omit<Everything, 'quality'>,
): ReadonlyMap<string, number> {
  const columns = new Map<string, number>()
  for (const [column, name] of predictor.models.entries()) {
    const own = readName(name, here.names, (e) => here.model[e]!)
    if (own.kind === 'model') columns.set(here.models[own.model]!.slug, column)
    else {
      const meaning = meaningOf(name)
      if (meaning.kind === 'model') columns.set(catalog.models[meaning.model]!.slug, column)
    }
  }
  return columns
}

function indexCatalog({ models, endpoints }: Catalog): Pick<CandidateTable, 'names' | 'model'> {
  const rows = new Map(models.map(({ slug }, m) => [slug, m]))
  const known = endpoints.filter(({ model }) => rows.has(model))
  const model = Int32Array.from(known, (endpoint) => rows.get(endpoint.model)!)
  return { names: indexNames(models, known, model), model }
}

function scratchFor(endpoints: number, models: number): Scratch {
  return {
    survivors: new Int32Array(endpoints),
    left: new Int32Array(endpoints),
    costUsd: new Float64Array(endpoints),
    latencyMs: new Float64Array(endpoints),
    merit: new Float64Array(endpoints),
    passed: new Uint8Array(endpoints),
    readiness: new Uint8Array(endpoints),
    ailing: new Uint8Array(endpoints),
    completionTokens: new Float64Array(models),
    quality: new Float64Array(models),
    standing: new Float64Array(models),
    step: new Float64Array(models),
    groupModel: new Int32Array(models),
    groupStart: new Int32Array(models + 1),
    groupBucket: new Uint8Array(models),
    listed: new Int32Array(endpoints),
    listedOfModel: new Int32Array(endpoints),
    endpointSets: new Map(),
    providerPlaces: new Map(),
    placed: new Map(),
  }
}

/** The model to compare with when nobody names one: the best over all kinds of prompts, among those with a price. */
function leader(table: Omit<CandidateTable, 'bestOnAverage'>): number {
  const needed = CAN.chat | CAN.current
  const average = averageQuality(table.quality)
  let best = -1
  for (let e = 0; e < table.endpoints.length; e++) {
    const m = table.model[e]!
    if (table.deal[e] !== DEAL.priced || (table.capabilities[e]! & needed) !== needed) continue
    if (evidenceFor(table.quality, m) === 'prior') continue
    if (best < 0 || average(m) > average(best)) best = m
  }
  return best
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
