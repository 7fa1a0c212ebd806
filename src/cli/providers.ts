import type { Command } from 'commander'
import { loadCatalog } from '../artifacts.ts'
import type { AssembledMarket, FoundProvider } from '../config/assemble-market.ts'
import type { Catalog, Provider } from '../market/offer.ts'
import { type CommonOptions, command, print } from './command.ts'
import { configFor, marketHere } from './load-market.ts'
import { providerFactsJson, providerFactsText } from './provider-facts.ts'
import { paint, printable, table } from './terminal.ts'

interface ProvidersOptions extends CommonOptions {
  readonly all?: boolean
  readonly facts?: boolean
}

/** `meritorder providers`: who can be bought from here, what enabled them, and who else there is. */
export function providersCommand(): Command {
  return command('providers', 'List the providers that are enabled, and by which key.', [
    'providers',
    'providers --all',
    'providers --facts',
    'providers --json',
  ])
    .option('--all', 'also every provider that the catalog knows, with the variable that would enable it')
    .option('--facts', 'what is known of them: training, retention, headquarters, regions')
    .action(async (options: ProvidersOptions) => {
      const { config } = configFor(options)
      const catalog = loadCatalog(config.record.data_folder)
      const { found } = await marketHere(config, catalog)
      if (options.facts === true) {
        const known = options.all === true ? withOthers(found, catalog) : found.catalog.providers
        return print(options, providerFactsJson(known), () => providerFactsText(known))
      }
      const others = options.all === true ? otherProviders(catalog, found) : undefined
      print(options, providersJson(found, others), () => providersText(found, others, catalog))
    })
}

/** Every provider of the catalog and those of the configuration, as they are here where they are enabled. */
function withOthers(found: AssembledMarket, catalog: Catalog): readonly Provider[] {
  const here = new Map(found.catalog.providers.map((provider) => [provider.slug, provider]))
  return [...new Map([...catalog.providers.map((one) => [one.slug, one] as const), ...here]).values()]
}

/** A provider that a key would enable. */
interface OtherProvider {
  readonly slug: string
  readonly name: string
  readonly family: string
  readonly variables: readonly string[]
  readonly endpoints: number
}

function otherProviders(catalog: Catalog, { found }: AssembledMarket): OtherProvider[] {
  const enabled = new Set(found.map(({ provider }) => provider.slug))
  const sold = Map.groupBy(catalog.endpoints, ({ provider }) => provider)
  return catalog.providers
    .filter(({ slug }) => !enabled.has(slug))
    .map((provider) => ({
      slug: provider.slug,
      name: provider.name,
      family: provider.family,
      variables: provider.keyVariables,
      endpoints: sold.get(provider.slug)?.length ?? 0,
    }))
}

function providersJson({ found, unusable }: AssembledMarket, others: readonly OtherProvider[] | undefined) {
  return {
    enabled: found.map(({ provider, source, endpoints, note }) => ({
      provider: provider.slug,
      name: provider.name,
      source,
      endpoints,
      family: provider.family,
      base_url: provider.baseUrl ?? null,
      ...(note !== undefined && { note }),
    })),
    unusable: unusable.map(({ slug, source, reason }) => ({ provider: slug, source, reason })),
    ...(others !== undefined && {
      others: others.map(({ slug, ...rest }) => ({ provider: slug, ...rest })),
    }),
  }
}

function providersText(
  { found, unusable }: AssembledMarket,
  others: readonly OtherProvider[] | undefined,
  catalog: Catalog,
): string {
  const sections = [
    found.length === 0 ? nothingFound(catalog) : enabledTable(found),
    [
      ...unusable.map(({ slug, source, reason }) => `${paint('yellow', '!')} ${slug} (${source}): ${reason}`),
      ...found.flatMap(({ provider, note }) =>
        note === undefined ? [] : [`${paint('yellow', '!')} ${provider.slug}: ${note}`],
      ),
    ].join('\n'),
    others === undefined ? '' : othersTable(others),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function nothingFound({ providers }: Catalog): string {
  const supported = providers.filter(({ family }) => family !== 'unsupported')
  return [
    'No provider is enabled.',
    `Set the key of any of ${supported.length} providers, for example OPENAI_API_KEY, ANTHROPIC_API_KEY or GROQ_API_KEY`,
    '(`meritorder providers --all` lists them), or start Ollama, llama.cpp, vLLM, SGLang or LM Studio on this machine.',
  ].join('\n')
}

function enabledTable(found: readonly FoundProvider[]): string {
  return table(
    [
      { title: 'Provider' },
      { title: 'Enabled by' },
      { title: 'Endpoints', align: 'right' },
      { title: 'Speaks' },
      { title: 'Address' },
    ],
    found.map(({ provider, source, endpoints }) => [
      paint('bold', provider.slug),
      printable(source, 40),
      String(endpoints),
      provider.family,
      provider.baseUrl ?? '',
    ]),
  )
}

function othersTable(others: readonly OtherProvider[]): string {
  return table(
    [
      { title: 'Not enabled' },
      { title: 'Variable' },
      { title: 'Endpoints', align: 'right' },
      { title: 'Speaks' },
    ],
    others.map(({ slug, variables, endpoints, family }) => [
      slug,
      variables.join(' or '),
      String(endpoints),
      family === 'unsupported' ? paint('dim', 'not supported yet') : family,
    ]),
  )
}
