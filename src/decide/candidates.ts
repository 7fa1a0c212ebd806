import { MeritorderError } from '../errors.ts'
import type { Catalog, Endpoint, Market } from '../market/offer.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import { CAN, capabilities, isOwnServer } from './capability.ts'
import { type Everything, lazilyIndexed, lazilyRated } from './everything.ts'
import { footprint } from './footprint.ts'
import { idealEndpoints } from './ideal.ts'
import { windowsOf } from './market-rows.ts'
import { modelOffers } from './model-offers.ts'
import { indexNames, readName } from './names.ts'
import type { LearnedFile } from './predictor/predictor.ts'
import { averageQuality, evidenceFor } from './quality.ts'
import type { QualityPrior } from './quality-artifact.ts'
import { compileQuality } from './quality-table.ts'
import { scratchFor } from './scratch.ts'
import { parameterBits, termBits } from './terms.ts'

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
  const columns = {
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
  const ideal = idealEndpoints(columns, models.length)
  return { ...columns, ideal, windows: windowsOf(columns), bestOnAverage: leader(columns) }
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

/** The model to compare with when nobody names one: the best over all kinds of prompts, among those with a price. */
function leader(
  table: Pick<CandidateTable, 'endpoints' | 'model' | 'deal' | 'capabilities' | 'quality'>,
): number {
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
