import { join } from 'node:path'
import type { Command } from 'commander'
import { ARTIFACTS_FOLDER, refreshedCatalogPath } from '../artifacts.ts'
import { readCatalog } from '../market/catalog-file.ts'
import { MODELS_DEV_URL, type RefreshReport, refreshCatalog } from '../market/refresh.ts'
import { UNLISTED_HOSTS } from '../market/unlisted-hosts.ts'
import { type CommonOptions, command, print } from './command.ts'
import { formatPlural } from './format.ts'
import { configFor } from './load-market.ts'
import { paint } from './terminal.ts'

const SHOWN = 10

/** `meritorder models refresh`: fetches the current catalog of models and prices. */
export function refreshCommand(): Command {
  return command('refresh', 'Fetch the current models and prices from models.dev.', [
    'models refresh',
    'models refresh --source ./api.json',
  ])
    .option(
      '--source <address>',
      'https address or file in the format of models.dev’s api.json',
      MODELS_DEV_URL,
    )
    .action(async ({ source }: { source: string }, invoked: Command) => {
      const options = invoked.optsWithGlobals<CommonOptions>()
      const target = refreshedCatalogPath(configFor(options).config.record.data_folder)
      const shipped = readCatalog(join(ARTIFACTS_FOLDER, 'catalog.json'))
      const report = await refreshCatalog({
        source,
        target,
        shipped,
        unlisted: UNLISTED_HOSTS,
        now: Date.now(),
      })
      print(options, refreshJson(report, target), () => refreshText(report, target))
    })
}

function refreshJson(
  { version, previousVersion, counts, added, removed, priceChanged }: RefreshReport,
  file: string,
) {
  return {
    version,
    previous_version: previousVersion,
    file,
    counts,
    added,
    removed,
    price_changed: priceChanged,
  }
}

function refreshText(
  { version, previousVersion, added, removed, priceChanged }: RefreshReport,
  file: string,
): string {
  return [
    `${paint('bold', version)} (was ${previousVersion}), in ${file}`,
    listed('new', added),
    listed('gone', removed),
    listed('with another price', priceChanged),
    'A gateway that runs takes it over when it is started again.',
  ].join('\n')
}

function listed(what: string, ids: readonly string[]): string {
  if (ids.length === 0) return `  no endpoint ${what}`
  const shown = ids.slice(0, SHOWN).join(', ')
  const more = ids.length > SHOWN ? ', …' : ''
  return `  ${formatPlural(ids.length, 'endpoint')} ${what}: ${paint('dim', shown + more)}`
}
