import type { FoundProvider } from './config/assemble-market.ts'
import type { UnusableProvider } from './config/environment.ts'
import { followConfig, followPredictor } from './live/followed-files.ts'
import { followKeys } from './live/followed-keys.ts'
import { listen } from './receive/http-server.ts'
import { answerError } from './serve/answer-error.ts'
import { buildHouse, type Closers, type GatewayOptions } from './serve/build-house.ts'
import { gatewayRoutes } from './serve/routes.ts'
import { scheduleTraining } from './train/scheduled-training.ts'

/** A running gateway. */
export interface Gateway {
  /** `http://127.0.0.1:4141` */
  readonly url: string
  readonly found: readonly FoundProvider[]
  readonly unusable: readonly UnusableProvider[]
  readonly models: number
  readonly endpoints: number
  /** Lets running calls end, for as long as `server.drain_timeout_ms` allows, ends the others, writes everything down and stops. */
  close(): Promise<void>
}

/**
 * Builds the house and opens its door.
 *
 * @throws MeritorderError when the port, the data folder or an artifact cannot be used; nothing is left running.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const closers: Closers = []
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer()
  }
  try {
    let url = ''
    const { rules, house, health, own, artifacts, stop } = await buildHouse(options, () => url, closers)
    const { config, watch, log } = options
    const keys = followKeys(rules, log)
    const watchers = [followPredictor(config, rules, artifacts, log), keys]
    if (watch !== undefined) watchers.push(followConfig(watch, rules, keys, log))
    for (const watcher of watchers) closers.push(() => watcher.close())
    const training = scheduleTraining({
      config: () => rules.current.config,
      market: () => rules.market.catalog,
      recorder: house.recorder,
      log,
      now: Date.now,
    })
    closers.push(() => training.close())
    const { host, port } = config.server
    const server = await listen({
      host,
      port,
      routes: gatewayRoutes({ rules, house, health, training, own }),
      onError: (error, request, reply) => answerError(error, request, reply, log),
    })
    url = server.url
    closers.push(async () => {
      // No more are begun; those that run are calls of the gateway's own, and end with the others.
      const duels = house.duels?.close()
      house.admission.close()
      const { running } = house.admission.stats
      const graceMs = rules.current.config.server.drain_timeout_ms
      if (running > 0) log.info({ running, graceMs }, 'stopping: calls under way may go on for a while')
      await server.close(graceMs, () => {
        log.warn({ calls: stop.running() }, 'stopping: calls that are still under way are ended')
        stop.now()
      })
      await duels
    })
    const { found, unusable, catalog } = rules.market
    const { models, endpoints } = catalog
    return { url: server.url, found, unusable, models: models.length, endpoints: endpoints.length, close }
  } catch (error) {
    await close()
    throw error
  }
}
