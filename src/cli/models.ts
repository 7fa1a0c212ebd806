import type { Command } from 'commander'
import { loadArtifacts } from '../artifacts.ts'
import { type CandidateTable, DEAL } from '../decide/candidate-table.ts'
import { compileCandidates } from '../decide/candidates.ts'
import { matchesGlob } from '../decide/globs.ts'
import { averageQuality, evidenceFor } from '../decide/quality.ts'
import type { Endpoint, Model } from '../market/offer.ts'
import { type CommonOptions, command, print } from './command.ts'
import { bar, formatCost, formatCount, formatPlural } from './format.ts'
import { configFor, offeredMarket } from './load-market.ts'
import { refreshCommand } from './models-refresh.ts'
import { paint, table } from './terminal.ts'

interface ModelsOptions extends CommonOptions {
  readonly allProviders?: boolean
  readonly provider?: string
}

/** `meritorder models`: what can be chosen, best first, with the best price of each. */
export function modelsCommand(): Command {
  return command('models', 'List the models that can be chosen, best first.', [
    'models',
    'models "anthropic/*"',
    'models llama --all-providers',
    'models --provider groq --json',
    'models refresh',
  ])
    .argument('[filter]', 'part of a slug, or a glob such as "openai/*"')
    .option('--all-providers', 'the whole catalog, as if every provider had a key')
    .option('--provider <slug>', 'only models that this provider sells')
    .action(async (filter: string | undefined, options: ModelsOptions) => {
      const { config } = configFor(options)
      const artifacts = loadArtifacts(config.record.data_folder, config.embedder?.name)
      const market = await offeredMarket(config, artifacts.catalog, options.allProviders === true)
      const candidates = compileCandidates(
        market,
        artifacts.quality,
        artifacts.catalog,
        artifacts.predictor.predictor,
      )
      const listed = listModels(candidates).filter((row) => wanted(row, filter, options.provider))
      print(options, { catalog: market.catalog.version, models: listed.map(modelJson) }, () =>
        modelsText(listed),
      )
    })
    .addCommand(refreshCommand())
}

interface ListedModel {
  readonly model: Model
  readonly endpoints: readonly Endpoint[]
  /** Predicted quality over all kinds of prompts; absent when nobody rated it. */
  readonly quality?: number
  /** Lowest stated price above zero (or of one's own server). */
  readonly cheapest?: Endpoint
  /** Largest context that a host states, tokens. */
  readonly contextTokens?: number
}

function listModels(candidates: CandidateTable): ListedModel[] {
  const { models, firstEndpoint, endpoints, deal, quality } = candidates
  const average = averageQuality(quality)
  const listed = models.map((model, m): ListedModel => {
    const rows = Array.from(
      { length: firstEndpoint[m + 1]! - firstEndpoint[m]! },
      (_, i) => firstEndpoint[m]! + i,
    )
    const priced = rows.filter((row) => deal[row] === DEAL.priced).map((row) => endpoints[row]!)
    const cheapest = priced.toSorted((a, b) => blended(a) - blended(b))[0]
    const contextTokens = Math.max(...rows.map((row) => endpoints[row]!.contextTokens ?? 0))
    return {
      model,
      endpoints: rows.map((row) => endpoints[row]!),
      ...(evidenceFor(quality, m) !== 'prior' && { quality: average(m) }),
      ...(cheapest !== undefined && { cheapest }),
      ...(contextTokens > 0 && { contextTokens }),
    }
  })
  return listed.sort(
    (a, b) => (b.quality ?? -1) - (a.quality ?? -1) || (a.model.slug < b.model.slug ? -1 : 1),
  )
}

/** USD per token at three prompt tokens to one completion token, the usual blend for comparing prices. */
function blended({ price }: Endpoint): number {
  return price === undefined ? 0 : (3 * Number(price.prompt) + Number(price.completion)) / 4
}

function wanted({ model, endpoints }: ListedModel, filter = '', provider: string | undefined): boolean {
  const slug = model.slug.toLowerCase()
  const pattern = filter.toLowerCase()
  const named = pattern.includes('*') ? matchesGlob(pattern, slug) : slug.includes(pattern)
  return named && (provider === undefined || endpoints.some((endpoint) => endpoint.provider === provider))
}

function modelJson({ model, endpoints, quality, cheapest, contextTokens }: ListedModel) {
  return {
    model: model.slug,
    name: model.name,
    quality: quality ?? null,
    price: cheapest?.price ?? null,
    cheapest_endpoint: cheapest?.id ?? null,
    providers: [...new Set(endpoints.map(({ provider }) => provider))],
    context_tokens: contextTokens ?? null,
    reasoning: model.reasoning,
    open_weights: model.openWeights,
    release_date: model.releaseDate ?? null,
  }
}

function modelsText(listed: readonly ListedModel[]): string {
  if (listed.length === 0)
    return 'No model fits. `meritorder models --all-providers` lists the whole catalog.'
  const rows = listed.map(({ model, endpoints, quality, cheapest, contextTokens }) => [
    model.slug,
    quality === undefined
      ? paint('dim', 'not rated')
      : `${paint('cyan', bar(quality, 8))} ${quality.toFixed(2)}`,
    perMillion(cheapest?.price?.prompt, cheapest),
    perMillion(cheapest?.price?.completion, cheapest),
    cheapest?.provider ?? '',
    String(new Set(endpoints.map(({ provider }) => provider)).size),
    formatCount(contextTokens),
  ])
  const columns = [
    { title: 'Model' },
    { title: 'Quality' },
    { title: '$/M in', align: 'right' },
    { title: '$/M out', align: 'right' },
    { title: 'cheapest at' },
    { title: 'Hosts', align: 'right' },
    { title: 'Context', align: 'right' },
  ] as const
  return `${table(columns, rows)}\n\n${paint('dim', `${formatPlural(listed.length, 'model')}; quality: chance to beat the reference model in a blind comparison`)}`
}

function perMillion(price: string | undefined, cheapest: Endpoint | undefined): string {
  if (price !== undefined) return formatCost(Number(price) * 1e6)
  return cheapest === undefined ? '?' : 'free'
}
