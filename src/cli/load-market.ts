import { cwd } from 'node:process'
import { type AssembledMarket, assembleMarket } from '../config/assemble-market.ts'
import { readKeyStore } from '../config/key-store.ts'
import { type LoadedConfig, loadConfig } from '../config/load.ts'
import { discoverLocalServers, type LocalServer } from '../config/local-servers.ts'
import type { Config } from '../config/schema.ts'
import { HEALTH_UNKNOWN } from '../market/health.ts'
import type { Catalog, Market } from '../market/offer.ts'
import { type CommonOptions, remark } from './command.ts'

/** Reads the configuration that a command was started with. */
export function configFor({ config }: CommonOptions): LoadedConfig {
  return loadConfig({ environment: process.env, cwd: cwd(), ...(config !== undefined && { path: config }) })
}

export interface MarketHere {
  readonly found: AssembledMarket
  readonly localServers: readonly LocalServer[]
}

/** The market as a gateway would assemble it here, from the catalog, the environment and what runs on this machine. */
export async function marketHere(config: Config, catalog: Catalog): Promise<MarketHere> {
  const localServers = config.local_servers.discover ? await discoverLocalServers() : []
  const storedKeys = readKeyStore(config.record.data_folder, process.env.MERITORDER_MASTER_KEY)
  const found = assembleMarket({ catalog, config, environment: process.env, localServers, storedKeys })
  return { localServers, found }
}

/**
 * What can be chosen from, without live health. With `allProviders`, or where nothing at all can be bought here
 * (said on stderr), it is the whole catalog, as if every provider had a key.
 */
export async function offeredMarket(
  config: Config,
  catalog: Catalog,
  allProviders: boolean,
): Promise<Market> {
  const { found } = await marketHere(config, catalog)
  const nothing = found.catalog.endpoints.length === 0
  if (nothing && !allProviders) {
    remark(
      'No provider key and no local server found: this is the whole catalog, as if every provider had a key.',
    )
  }
  return { catalog: nothing || allProviders ? catalog : found.catalog, health: () => HEALTH_UNKNOWN }
}
