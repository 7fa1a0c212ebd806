import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Artifacts, loadArtifacts } from './artifacts.ts'
import { type AssembledMarket, assembleMarket, type FoundProvider } from './config/assemble-market.ts'
import type { UnusableProvider } from './config/environment.ts'
import type { Environment } from './config/load.ts'
import { discoverLocalServers, type LocalServer } from './config/local-servers.ts'
import { policiesOf } from './config/policies.ts'
import { watchConfig } from './config/reload.ts'
import type { Config } from './config/schema.ts'
import { compileCandidates } from './decide/candidates.ts'
import type { DispatchContext } from './dispatch/dispatch.ts'
import { createPools, type Pools } from './dispatch/pools.ts'
import { openAiCompatible } from './dispatch/providers/openai-compatible.ts'
import { explainRoutes } from './explain/routes.ts'
import { createHealthBoard } from './market/health.ts'
import type { Catalog } from './market/offer.ts'
import { asMeritorderError, openAiError, openAiStreamError } from './receive/dialects/openai-error.ts'
import { listen, type Route, sendJson } from './receive/http-server.ts'
import { STEERING_FIELDS } from './receive/wishes.ts'
import { openRecorder, type Recorder } from './record/recorder.ts'
import { type House, type Rules, serveChat, serveRoute } from './serve.ts'
import { practiceCatalog } from './simulate/practice-market.ts'
import { startSimulator } from './simulate/simulator.ts'
import type { Log } from './telemetry/log.ts'

export interface GatewayOptions {
  readonly config: Config
  /** The file behind `config`, watched for changes, and how to read it again. */
  readonly watch?: { readonly path: string; readonly load: () => Config }
  readonly environment: Environment
  readonly log: Log
  /** Sell only what simulated providers offer, which the gateway starts. */
  readonly practice?: boolean
  /** Sell exactly this catalog (a replay, a test); its providers need no keys. */
  readonly catalog?: Catalog
}

/** A running gateway. */
export interface Gateway {
  /** `http://127.0.0.1:4141` */
  readonly url: string
  readonly found: readonly FoundProvider[]
  readonly unusable: readonly UnusableProvider[]
  readonly models: number
  readonly endpoints: number
  /** Lets running calls end (at most ten seconds), writes everything down and stops. */
  close(): Promise<void>
}

const GRACE_MS = 10_000

/**
 * Builds the house and opens its door: artifacts, market, recorder, pools, then the port.
 *
 * @throws MeritorderError when the port, the data folder or an artifact cannot be used; nothing is left running.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, environment, log } = options
  const closers: (() => Promise<void> | void)[] = []
  const close = async () => {
    for (const closer of closers.reverse()) await closer()
  }
  try {
    const recorder = await openRecorder({
      dataFolder: config.record.data_folder,
      ...(config.record.database_url === undefined ? {} : { databaseUrl: config.record.database_url }),
      durability: config.record.durability,
      now: Date.now,
      log,
    })
    closers.push(() => recorder.close())
    const artifacts = loadArtifacts(config.record.data_folder)
    const practice = options.catalog ?? (options.practice ? await startPractice(closers) : undefined)
    const localServers =
      config.local_servers.discover && practice === undefined ? await discoverLocalServers() : []
    const sources: Sources = {
      artifacts,
      environment,
      localServers,
      ...(practice === undefined ? {} : { practice }),
    }

    const health = createHealthBoard({ now: Date.now })
    const market = assemble(config, sources)
    const state = { market, rules: rulesOf(config, market, artifacts, health) }
    const pools = createPools({ connectTimeoutMs: config.dispatch.connect_timeout_ms })
    closers.push(() => pools.close())
    const house: House = {
      get rules() {
        return state.rules
      },
      intents: artifacts.intents,
      health,
      dispatch: dispatchContext(config, pools, health, () => state.market),
      recorder,
      random: Math.random,
    }
    if (options.watch !== undefined) {
      const { load, path } = options.watch
      const onChange = (changed: Config) => {
        const next = assemble(changed, sources)
        Object.assign(state, { market: next, rules: rulesOf(changed, next, artifacts, health) })
        log.info(
          { path },
          'the configuration has changed and is in force; host, port, record and dispatch wait for a restart',
        )
      }
      const onError = (error: unknown) =>
        log.error({ err: error }, 'the changed configuration is broken; the old one stays in force')
      const watcher = watchConfig({ path, load, onChange, onError })
      closers.push(() => watcher.close())
    }
    const server = await listen({
      host: config.server.host,
      port: config.server.port,
      routes: routesOf(house, recorder),
      onError: (error, request, reply) => answerError(error, request, reply, log),
    })
    closers.push(() => server.close(GRACE_MS))
    const { found, unusable, catalog } = market
    return {
      url: server.url,
      found,
      unusable,
      models: catalog.models.length,
      endpoints: catalog.endpoints.length,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** What the market is assembled from, besides the configuration. */
interface Sources {
  readonly artifacts: Artifacts
  readonly environment: Environment
  readonly localServers: readonly LocalServer[]
  readonly practice?: Catalog
}

function assemble(
  config: Config,
  { artifacts, environment, localServers, practice }: Sources,
): AssembledMarket {
  return assembleMarket({
    catalog: artifacts.catalog,
    config,
    environment,
    localServers,
    ...(practice === undefined ? {} : { practice }),
  })
}

function rulesOf(
  config: Config,
  market: AssembledMarket,
  artifacts: Artifacts,
  health: House['health'],
): Rules {
  return {
    config,
    policies: policiesOf(config.policy),
    table: compileCandidates(
      { catalog: market.catalog, health: health.health },
      artifacts.quality,
      artifacts.catalog,
    ),
  }
}

async function startPractice(closers: (() => Promise<void> | void)[]): Promise<Catalog> {
  const simulator = await startSimulator({ port: 0 })
  closers.push(() => simulator.close())
  return practiceCatalog(simulator.url)
}

function dispatchContext(
  config: Config,
  pools: Pools,
  health: House['health'],
  market: () => AssembledMarket,
): DispatchContext {
  return {
    senders: { 'openai-compatible': openAiCompatible(pools, STEERING_FIELDS) },
    keyOf: (provider) => market().keys.get(provider),
    dialect: { writeError: openAiError, writeStreamError: openAiStreamError },
    timeouts: { firstByteMs: config.dispatch.first_byte_timeout_ms, idleMs: config.dispatch.idle_timeout_ms },
    health,
  }
}

function routesOf(house: House, recorder: Recorder): Route[] {
  return [
    {
      method: 'POST',
      path: '/chat/completions',
      handle: (request, reply) => serveChat(house, request, reply),
    },
    { method: 'POST', path: '/route', handle: (request, reply) => serveRoute(house, request, reply) },
    ...explainRoutes(() => house.rules, recorder),
  ]
}

/** Whatever goes wrong before an answer has begun becomes one clear error; afterwards only the connection can tell. */
function answerError(error: unknown, request: IncomingMessage, reply: ServerResponse, log: Log): void {
  const known = asMeritorderError(error)
  if (known.code === 'server')
    log.error({ err: error, path: request.url }, 'a request failed inside the gateway')
  if (reply.headersSent || reply.destroyed) {
    reply.destroy()
    return
  }
  const wait = known.detail.retryAfterSeconds
  sendJson(
    reply,
    known.status,
    openAiError(known),
    wait === undefined ? {} : { 'retry-after': String(Math.ceil(wait)) },
  )
}
