import { type Dispatcher, Pool } from 'undici'
import { guardedConnector } from './guarded-connector.ts'

/** Keep-alive connections to upstreams, one pool an origin. */
export interface Pools {
  /** The pool of an origin such as `https://api.groq.com`. `fresh`: one whose every request has a connection of its own. */
  of(origin: string, fresh?: boolean): Dispatcher
  close(): Promise<void>
}

/** Connections to one origin at most, as many as calls are let in at once by default; further ones queue in the pool. */
const MAX_CONNECTIONS = 4096

/** @param options.mayBePrivate hosts that the configuration names, which may be in one's own network */
export function createPools(options: {
  readonly connectTimeoutMs: number
  readonly mayBePrivate: (host: string) => boolean
}): Pools {
  const pools = new Map<string, Pool>()
  const connect = guardedConnector({ timeout: options.connectTimeoutMs }, options.mayBePrivate)
  return {
    of(origin, fresh = false) {
      const name = fresh ? `fresh ${origin}` : origin
      const known = pools.get(name)
      if (known !== undefined) return known
      const pool = new Pool(origin, {
        connections: MAX_CONNECTIONS,
        ...(fresh && { pipelining: 0 }),
        // Pausing, aborting and the number of connections are tested on HTTP/1.1.
        allowH2: false,
        connect,
        // The attempt keeps its own time, from the first byte to the last.
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      pools.set(name, pool)
      return pool
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}
