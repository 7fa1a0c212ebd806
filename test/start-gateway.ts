import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }
import { type Gateway, startGateway as start } from '../src/gateway.ts'
import type { GatewayOptions } from '../src/serve/build-house.ts'
import { ensureDatabase } from '../src/store/create-database.ts'

const CACHE = fileURLToPath(new URL('../node_modules/.cache/meritorder', import.meta.url))
const MADE = join(CACHE, `database-${packageJson.dependencies['@electric-sql/pglite']}`)

/** `startGateway`, with an empty database in its data folder already: making one takes seconds of processor time, copying it none. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { data_folder: dataFolder, database_url: databaseUrl } = options.config.record
  if (databaseUrl === undefined) await giveDatabase(dataFolder)
  return start(options)
}

/** Gives a data folder that has none an empty database, as a gateway would make it. */
export async function giveDatabase(dataFolder: string): Promise<void> {
  const folder = join(dataFolder, 'database')
  if (existsSync(folder)) return
  if (!existsSync(MADE)) await makeDatabase()
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  cpSync(MADE, folder, { recursive: true })
}

/** Of two test files that make one at once the first is kept. */
async function makeDatabase(): Promise<void> {
  const draft = join(CACHE, `draft-${process.pid}`)
  mkdirSync(draft, { recursive: true })
  await ensureDatabase(join(draft, 'database'))
  try {
    renameSync(join(draft, 'database'), MADE)
  } catch (error) {
    if (!existsSync(MADE)) throw error
  }
  rmSync(draft, { recursive: true, force: true })
}
