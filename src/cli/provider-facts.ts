import { factsJson } from '../explain/catalog/provider-json.ts'
import type { Provider } from '../market/offer.ts'
import { paint, table } from './terminal.ts'

/** What is known of providers, each fact with its source. */
export function providerFactsJson(providers: readonly Provider[]) {
  return providers.map((provider) => ({ provider: provider.slug, ...factsJson(provider) }))
}

/** The same as a table, without the sources. */
export function providerFactsText(providers: readonly Provider[]): string {
  if (providers.length === 0) return 'No provider is enabled; --all has the facts of every provider known.'
  const columns = [
    { title: 'Provider' },
    { title: 'Trains' },
    { title: 'Keeps, days', align: 'right' },
    { title: 'ZDR' },
    { title: 'Based in' },
    { title: 'Computes in' },
  ] as const
  const rows = providers.map(({ slug, dataPolicy = {}, headquarters, regions }) => [
    slug,
    yesOrNo(dataPolicy.training),
    dataPolicy.retentionDays === undefined ? UNKNOWN : String(dataPolicy.retentionDays),
    dataPolicy.zdr === true ? 'agreed' : dataPolicy.zdrAvailable === true ? 'to be had' : UNKNOWN,
    headquarters ?? UNKNOWN,
    regions?.join(', ') ?? UNKNOWN,
  ])
  const note =
    'Sources and dates: --json. State facts of yours in meritorder.yaml: docs/privacy-and-climate.md'
  return `${table(columns, rows)}\n${paint('dim', note)}`
}

const UNKNOWN = paint('dim', '?')

function yesOrNo(value: boolean | undefined): string {
  return value === undefined ? UNKNOWN : value ? 'yes' : 'no'
}
