import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { loadArtifacts, loadCatalog } from '../artifacts.ts'
import type { Config } from '../config/schema.ts'
import { type OutsideEmbedder, PROBE } from '../embedders/outside-embedder.ts'
import { MeritorderError } from '../errors.ts'
import { findOwnIntents } from '../learned/own-intents-store.ts'
import { withEmbedder } from '../learned/with-embedder.ts'
import { acquireLock } from '../store/lock-file.ts'
import type { CommonOptions } from './command.ts'
import { formatDuration, formatPlural } from './format.ts'
import { configFor, type MarketHere, marketHere } from './load-market.ts'
import { gatewayHealth, gatewayUrl } from './running-gateway.ts'

/** What a check found; `fix` says what to do. */
export interface Finding {
  readonly name: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  readonly fix?: string
}

/** One thing to look at; what it throws counts as a failure. */
export interface Check {
  readonly name: string
  readonly run: () => Omit<Finding, 'name'> | Promise<Omit<Finding, 'name'>>
}

type Outcome = Omit<Finding, 'name'>

const LEAST_NODE: readonly [number, number] = [22, 19]
const GIB = 1024 ** 3
const STALE_DAYS = 60
const DAY_MS = 86_400_000
const SLOW_FSYNC_MS = 20
const FIRST_ANSWER_MS = 60_000

/** Checks that need no configuration. */
export function machineChecks(): Check[] {
  return [{ name: 'node', run: checkNode }]
}

/** Checks of the configuration and of all that it leads to. */
export function setUpChecks(options: CommonOptions): Check[] {
  const config = () => configFor(options).config
  const here = (found: Config) => marketHere(found, loadCatalog(found.record.data_folder))
  return [
    { name: 'configuration', run: () => checkConfiguration(options) },
    { name: 'artifacts', run: () => checkArtifacts(config()) },
    { name: 'own intents', run: () => checkOwnIntents(config()) },
    { name: 'catalog age', run: () => checkCatalogAge(config()) },
    { name: 'embedder', run: () => checkEmbedder(config()) },
    { name: 'data folder', run: () => checkDataFolder(config()) },
    { name: 'lock', run: () => checkLock(config()) },
    { name: 'fsync', run: () => checkFsync(config()) },
    { name: 'port', run: () => checkPort(config()) },
    { name: 'providers', run: async () => checkProviders(await here(config())) },
    { name: 'local servers', run: async () => checkLocalServers(config(), await here(config())) },
  ]
}

function checkNode(): Outcome {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [leastMajor, leastMinor] = LEAST_NODE
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) {
    return { status: 'ok', detail: process.version }
  }
  const fix = `install Node ${LEAST_NODE.join('.')} or newer`
  return { status: 'fail', detail: `${process.version} is too old`, fix }
}

function checkConfiguration(options: CommonOptions): Outcome {
  const { path } = configFor(options)
  return { status: 'ok', detail: path ?? 'no file, all defaults' }
}

function checkArtifacts({ record, embedder }: Config): Outcome {
  const { catalog, quality, intents, predictor: found } = loadArtifacts(record.data_folder, embedder?.name)
  const { predictor, refusal } = found
  const facts = [
    `catalog ${catalog.version} (${catalog.models.length} models, ${catalog.endpoints.length} endpoints)`,
    `quality ${quality.version} (${quality.models.size} rated models)`,
    `intents ${intents.version}`,
    predictor === undefined
      ? 'no predictor of your own: leaderboards alone say what is good'
      : `predictor ${predictor.version}, fitted on ${predictor.card.prompts} prompts of ${predictor.card.sources.map(({ name }) => name).join(', ')}`,
  ]
  if (refusal !== undefined)
    return { status: 'warn', detail: facts.slice(0, -1).join('\n'), fix: refusal.message }
  return { status: 'ok', detail: facts.join('\n') }
}

/** Without them a gateway serves all the same. */
function checkOwnIntents({ record }: Config): Outcome {
  const { own, refusal } = findOwnIntents(record.data_folder)
  if (refusal !== undefined) return { status: 'warn', detail: 'not used', fix: refusal.message }
  return { status: 'ok', detail: own?.names.join(', ') ?? 'none' }
}

function checkCatalogAge({ record }: Config): Outcome {
  const { version } = loadCatalog(record.data_folder)
  const date = /\d{4}-\d{2}-\d{2}/.exec(version)?.[0]
  if (date === undefined) return { status: 'warn', detail: `${version} has no date` }
  const days = Math.floor((Date.now() - Date.parse(date)) / DAY_MS)
  if (days <= STALE_DAYS) return { status: 'ok', detail: formatPlural(days, 'day') }
  const fix = 'fetch current prices: meritorder models refresh'
  return { status: 'warn', detail: `${days} days: prices and models may have changed`, fix }
}

/** Asks twice: the first answer may wait for a connection or for the model to be loaded. */
async function checkEmbedder(config: Config): Promise<Outcome> {
  const { embedder: settings } = config
  if (settings === undefined) return { status: 'ok', detail: 'our own, built in' }
  const asked = async ({ embed }: OutsideEmbedder) => {
    await embed([PROBE], AbortSignal.timeout(FIRST_ANSWER_MS))
    const start = performance.now()
    const [vector] = await embed([PROBE], AbortSignal.timeout(FIRST_ANSWER_MS))
    return { numbers: vector!.length, ms: performance.now() - start }
  }
  const { numbers, ms } = (await withEmbedder(config, asked))!
  const detail = `${settings.name}: ${numbers} numbers, in ${formatDuration(ms)}`
  if (ms <= settings.timeoutMs) return { status: 'ok', detail }
  const fix = 'most calls will be decided without it: raise embedder.timeout_ms, or use a faster one'
  return { status: 'warn', detail, fix }
}

function checkDataFolder({ record }: Config): Outcome {
  const folder = record.data_folder
  const probe = join(existing(folder), `.meritorder-probe-${process.pid}`)
  mkdirSync(probe)
  rmSync(probe, { recursive: true })
  const { bavail, bsize } = statfsSync(existing(folder))
  const free = (bavail * bsize) / GIB
  const detail = `${folder}, ${free.toFixed(1)} GiB free`
  const fix = 'free some space, or move it: record.data_folder or MERITORDER_HOME'
  if (free < 0.2) return { status: 'fail', detail, fix }
  return free < 1 ? { status: 'warn', detail, fix } : { status: 'ok', detail }
}

/** The folder itself, or the closest one above it that exists: the checks create nothing that stays. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder))
}

async function checkLock({ record, server }: Config): Promise<Outcome> {
  if (!existsSync(record.data_folder)) return { status: 'ok', detail: 'the data folder is new' }
  try {
    acquireLock(join(record.data_folder, 'lock'), Date.now).release()
    return { status: 'ok', detail: 'free' }
  } catch (error) {
    if (!(error instanceof MeritorderError)) throw error
    if ((await gatewayHealth(gatewayUrl(server))) !== undefined) {
      return { status: 'ok', detail: 'held by the gateway that runs here' }
    }
    return { status: 'warn', detail: error.message }
  }
}

/** Writes and fsyncs a block of 4 KiB twenty times: the least that a record costs before its answer may end. */
function checkFsync({ record }: Config): Outcome {
  const path = join(existing(record.data_folder), `.meritorder-fsync-${process.pid}`)
  const file = openSync(path, 'wx')
  try {
    const block = Buffer.alloc(4_096, 1)
    const times = Array.from({ length: 20 }, () => {
      const start = performance.now()
      writeSync(file, block)
      fsyncSync(file)
      return performance.now() - start
    }).sort((a, b) => a - b)
    const median = times[10]!
    const detail = `median ${formatDuration(median)}, slowest ${formatDuration(times.at(-1))}`
    if (median <= SLOW_FSYNC_MS) return { status: 'ok', detail }
    return { status: 'warn', detail, fix: 'use a faster disk, or accept less: record.durability: write' }
  } finally {
    closeSync(file)
    rmSync(path, { force: true })
  }
}

async function checkPort({ server }: Config): Promise<Outcome> {
  const { host, port } = server
  const health = await gatewayHealth(gatewayUrl(server))
  if (health !== undefined) {
    return {
      status: 'ok',
      detail: `${port}: a gateway runs here (${formatPlural(health.models, 'model')}, ${formatPlural(health.endpoints, 'endpoint')})`,
    }
  }
  const problem = await listenProblem(host, port)
  if (problem === undefined) return { status: 'ok', detail: `${host}:${port} is free` }
  return { status: 'fail', detail: problem, fix: 'choose another: server.port, or meritorder up --port' }
}

function listenProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) => resolve(error.message))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
}

function checkProviders({ found }: MarketHere): Outcome {
  const names = found.found.map(({ provider, source }) => `${provider.slug} (${source})`)
  const broken = [
    ...found.unusable.map(({ slug, reason }) => `${slug} is not usable: ${reason}`),
    ...found.found.flatMap(({ provider, note }) => (note === undefined ? [] : [`${provider.slug}: ${note}`])),
  ]
  if (names.length === 0) {
    const fix =
      'set a key such as OPENAI_API_KEY (meritorder providers --all), or practise: meritorder up --practice'
    return { status: 'warn', detail: ['none enabled', ...broken].join('\n'), fix }
  }
  const detail = [names.join(', '), ...broken].join('\n')
  return { status: broken.length > 0 ? 'warn' : 'ok', detail }
}

function checkLocalServers(config: Config, { localServers }: MarketHere): Outcome {
  if (!config.local_servers.discover)
    return { status: 'ok', detail: 'not looked for (local_servers.discover: false)' }
  if (localServers.length === 0) return { status: 'ok', detail: 'none found' }
  const found = localServers.map(
    ({ name, baseUrl, models }) => `${name} at ${baseUrl} with ${formatPlural(models.length, 'model')}`,
  )
  const empty = localServers.filter(({ models }) => models.length === 0)
  if (empty.length === 0) return { status: 'ok', detail: found.join('\n') }
  return {
    status: 'warn',
    detail: found.join('\n'),
    fix: `load a model in ${empty.map(({ name }) => name).join(', ')}`,
  }
}
