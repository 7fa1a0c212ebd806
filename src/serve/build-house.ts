import { randomBytes } from 'node:crypto'
import { type Artifacts, loadArtifacts } from '../artifacts.ts'
import { createDuels, type Duels } from '../compare/duels.ts'
import { type OwnGateway, ownGateway } from '../compare/own-gateway.ts'
import type { Environment } from '../config/load.ts'
import { discoverLocalServers } from '../config/local-servers.ts'
import { ownHosts } from '../config/own-hosts.ts'
import { retentionOf } from '../config/retention.ts'
import type { Config } from '../config/schema.ts'
import { createConversations } from '../conversations/conversations.ts'
import type { DispatchContext } from '../dispatch/dispatch.ts'
import { createPools, type Pools } from '../dispatch/pools.ts'
import { createStop, type Stop } from '../dispatch/stop.ts'
import { type FindVector, liveVectors } from '../embedders/live-vectors.ts'
import { openEmbedder } from '../embedders/open-embedder.ts'
import { PROBE } from '../embedders/outside-embedder.ts'
import { asMeritorderError } from '../errors.ts'
import { createDriftBoard } from '../live/drift-board.ts'
import type { WatchedConfig } from '../live/followed-files.ts'
import { keepStatistics } from '../live/kept-statistics.ts'
import { followRatings, type LiveExperience, teaching } from '../live/live-experience.ts'
import { followOwnIntents, type LiveIntents } from '../live/live-intents.ts'
import { createLiveRules, type LiveRules } from '../live/live-rules.ts'
import { createHealthBoard, type HealthBoard } from '../market/health.ts'
import type { Catalog } from '../market/offer.ts'
import { createTrafficCap, type TrafficCap } from '../market/traffic-cap.ts'
import { Admission } from '../receive/admission.ts'
import { watchMemory } from '../receive/memory-pressure.ts'
import { createOwnCalls } from '../receive/own-calls.ts'
import { promptHasher } from '../record/prompt-hash.ts'
import { openRecorder, type Recorder } from '../record/recorder.ts'
import { createRepeats } from '../signals/repeats.ts'
import { practiceCatalog } from '../simulate/practice-market.ts'
import { startSimulator } from '../simulate/simulator.ts'
import { steadyClock } from '../steady-clock.ts'
import type { Log } from '../telemetry/log.ts'
import { DIALECTS } from './dialects.ts'
import { dispatchContext, tokenCounter } from './dispatch-context.ts'
import type { House } from './house.ts'
import { embeddingsContext, rerankContext } from './work-contexts.ts'

/** Gateways that share a PostgreSQL learn of each other's ratings this often. */
const POLL_MS = 1_000
/** A model may have to be fetched and loaded first. */
const FIRST_ANSWER_MS = 300_000

export interface GatewayOptions {
  readonly config: Config
  /** The file behind `config`, watched for changes. */
  readonly watch?: WatchedConfig
  readonly environment: Environment
  readonly log: Log
  /** Sell only what simulated providers offer, which the gateway starts. */
  readonly practice?: boolean
  /** Sell exactly this catalog (a replay, a test); its providers need no keys. */
  readonly catalog?: Catalog
}

/** What is to be closed again, last opened first. */
export type Closers = (() => Promise<void> | void)[]

/** A house that stands, and what only who opens its door needs. */
export interface Built {
  readonly rules: LiveRules
  readonly house: House
  readonly health: HealthBoard
  readonly own: OwnGateway
  readonly artifacts: Artifacts
  readonly stop: Stop
}

/**
 * Builds the house: recorder, artifacts, market, pools.
 *
 * @param url of the gateway, known once it listens
 * @param closers what is to be closed again is put on it as it is opened
 * @throws MeritorderError when the data folder or an artifact cannot be used.
 */
export async function buildHouse(
  options: GatewayOptions,
  url: () => string,
  closers: Closers,
): Promise<Built> {
  const { config, environment, log } = options
  const { data_folder: dataFolder, database_url: databaseUrl, durability } = config.record
  const recorder = await openRecorder({
    dataFolder,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    durability,
    retention: retentionOf(config.record.retention),
    now: Date.now,
    log,
  })
  closers.push(() => recorder.close())
  const artifacts = loadArtifacts(dataFolder, config.embedder?.name)
  const intents = followOwnIntents({ shipped: artifacts.intents, dataFolder, log })
  closers.push(() => intents.close())
  const practice = options.catalog ?? (options.practice === true ? await startPractice(closers) : undefined)
  const discover = config.local_servers.discover && practice === undefined
  const localServers = discover ? await discoverLocalServers() : []
  const now = steadyClock()
  const health = createHealthBoard({ now, elapsed: () => performance.now() })
  const kept = keepStatistics({ health, dataFolder, log, now })
  closers.push(() => kept.close())
  const trafficCap = createTrafficCap({ now, elapsed: () => performance.now() })
  const sources = { artifacts, environment, localServers, health, trafficCap, now }
  const rules = createLiveRules(config, practice === undefined ? sources : { ...sources, practice })
  const experience = gatherExperience(rules, intents, recorder, config, log)
  closers.push(() => experience.close())
  const drift = createDriftBoard(dataFolder, Date.now, log)
  drift.notePrices(rules.current.table.endpoints)
  rules.onChange((changed) => {
    if (changed === 'market') drift.notePrices(rules.current.table.endpoints)
    else void experience.restart()
  })
  const pools = createPools({
    connectTimeoutMs: config.timeouts.connect_ms,
    mayBePrivate: (host) => ownHosts(rules.current.config).has(host),
  })
  closers.push(() => pools.close())
  const findVector = findVectorsWith(config, pools, log, closers)
  const stop = createStop()
  const ownCalls = createOwnCalls()
  const admission = admissionUnder(rules, log, closers)
  const own = ownGateway(url, ownCalls, () => admission.isOpen)
  const dispatch = dispatchContext(config, pools, reportedTo(health, trafficCap), stop)
  const house: House = {
    get rules() {
      return rules.current
    },
    admission,
    ownCalls,
    get intents() {
      return intents.current
    },
    health,
    conversations: createConversations(() => performance.now()),
    dispatch,
    embeddings: embeddingsContext(dispatch, pools, config),
    rerank: rerankContext(dispatch, pools, config),
    countTokens: tokenCounter(pools),
    recorder,
    repeats: createRepeats(() => performance.now()),
    hashPrompt: promptHasher(dataFolder, log),
    findVector,
    experience,
    drift,
    now,
    random: Math.random,
    ...duelsWith(config, teaching(recorder, experience), own, log),
  }
  return { rules, house, health, own, artifacts, stop }
}

/** The door, as wide as the rules in force say. */
function admissionUnder(rules: LiveRules, log: Log, closers: Closers): Admission {
  const memory = watchMemory()
  closers.push(() => memory.close())
  return new Admission({
    limits: () => rules.current.config.admission,
    isShared: () => rules.current.config.server.keys.length > 1,
    isTight: memory.isTight,
    now: () => performance.now(),
    time: Date.now,
    tell: (stats) => log.warn(stats, 'calls are sent away: more come than can be served'),
  })
}

/** Where dispatching reports to: a limited rate says more about the traffic than about the host. */
function reportedTo(health: HealthBoard, trafficCap: TrafficCap): DispatchContext['health'] {
  return {
    ...health,
    sent: trafficCap.sent,
    failed(endpointId, reply) {
      if (reply.status === 429) trafficCap.limited(endpointId, reply)
      health.failed(endpointId, reply)
    },
  }
}

/** Learns from the ratings in the record, and from those that come. */
function gatherExperience(
  rules: LiveRules,
  intents: LiveIntents,
  recorder: Recorder,
  { record: { data_folder: dataFolder, database_url: databaseUrl } }: Config,
  log: Log,
): LiveExperience {
  const experience = followRatings({
    rules: () => rules.current,
    intents: () => intents.current,
    recorder,
    dataFolder,
    ...(databaseUrl !== undefined && { pollMs: POLL_MS }),
    log,
  })
  void experience.restart()
  return experience
}

/** Duels, where they are configured. */
function duelsWith(
  { learn, record }: Config,
  recorder: Recorder,
  own: OwnGateway,
  log: Log,
): { readonly duels?: Duels } {
  // Who wants nothing kept of his calls has nothing compared either.
  if (learn.duels === undefined || record.storage === 'off') return {}
  const pathOf = (dialect: string) => Object.entries(DIALECTS).find(([, { name }]) => name === dialect)?.[0]
  const newId = () => `cmp-${randomBytes(16).toString('hex')}`
  const duels = createDuels({
    settings: learn.duels,
    ...{ pathOf, own, recorder, log, newId, now: Date.now, random: Math.random },
  })
  return { duels }
}

/** Opens the embedder that the configuration names, if any; what is wrong with it is logged now rather than at a call. */
function findVectorsWith(
  { embedder: settings, record }: Config,
  pools: Pools,
  log: Log,
  closers: Closers,
): FindVector {
  if (settings === undefined) return async () => ({})
  const embedder = openEmbedder(settings, pools, record.data_folder)
  closers.push(() => embedder.close())
  embedder.embed([PROBE], AbortSignal.timeout(FIRST_ANSWER_MS)).then(
    ([vector]) => log.info({ embedder: embedder.name, numbers: vector?.length }, 'the embedder answers'),
    (error) => log.warn({ problem: asMeritorderError(error).message }, 'the embedder does not answer'),
  )
  return liveVectors(embedder, {
    timeoutMs: settings.timeoutMs,
    now: () => performance.now(),
    tell: (problem, calls) =>
      log.warn({ problem, calls }, 'calls are decided without what was learned from outcomes'),
  })
}

async function startPractice(closers: Closers): Promise<Catalog> {
  const simulator = await startSimulator({ port: 0 })
  closers.push(() => simulator.close())
  return practiceCatalog(simulator.url)
}
