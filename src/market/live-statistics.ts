import { LRUCache } from 'lru-cache'
import {
  createEndpointWindows,
  type EndpointWindows,
  readWindows,
  restoreWindows,
  type SavedWindows,
  saveWindows,
} from './endpoint-windows.ts'
import { createSteadyTime } from './steady-time.ts'

/** What the latest calls to an endpoint were like, for people to read. Absent where there was no call to know it from. */
export interface EndpointStatistics {
  /**
   * Share of attempts that succeeded, 0..1, as OpenRouter counts it: without those that say nothing about the host (the
   * configured key refused or without credit, an unknown model, a request too large, a limited rate).
   */
  readonly uptime: { readonly last5m?: number; readonly last30m?: number; readonly last1d?: number }
  /** Share of attempts over the last 30 minutes that were refused for their rate (429), 0..1. */
  readonly rateLimited?: number
  /** Share of answers with tool calls over the last day whose arguments keep the schemas that were sent, 0..1. */
  readonly validToolCalls?: number
  /** Time to the first byte of streams over the last 30 minutes, ms. */
  readonly firstByteMs?: Percentiles
  /** Output tokens per second over the last 30 minutes. */
  readonly tokensPerSecond?: Percentiles
}

/** Within 4.9 % of the exact ones, see `createWindowedQuantiles`. */
export interface Percentiles {
  readonly p50: number
  readonly p75: number
  readonly p90: number
  readonly p99: number
}

/** All times are epoch ms of a clock that may jump. */
export interface LiveStatistics {
  of(endpointId: string, at: number): EndpointStatistics | undefined
  succeeded(
    endpointId: string,
    measured: { firstByteMs?: number; tokensPerSecond?: number },
    at: number,
  ): void
  /** `status`: the HTTP status; 0 when none came. */
  failed(endpointId: string, status: number, at: number): void
  /** A stream was given up before its first byte, after so many ms, because another was faster. */
  outpaced(endpointId: string, afterMs: number, at: number): void
  /** The time to the first byte, ms, that this share of the latest streams kept to; undefined for less than `least` streams. */
  firstByteMs(endpointId: string, share: number, least: number, at: number): number | undefined
  /** An answer called tools; `valid`: with arguments that keep their schemas. */
  calledTools(endpointId: string, valid: boolean, at: number): void
  /** Those that there are figures of. */
  endpoints(): readonly string[]
  /** What is kept of an endpoint across a restart. */
  save(endpointId: string, at: number): SavedWindows | undefined
  /** Adds what was saved at the time `at`, which is not in the future. */
  restore(endpointId: string, saved: SavedWindows, at: number): void
}

/** Statuses that say something about our key, the request or the rate, and nothing about whether the host is up. */
const NOT_THE_HOSTS_FAULT = new Set([400, 401, 402, 403, 404, 413, 422, 429])

/** Endpoints whose figures are kept: those that were called last. */
const MOST_ENDPOINTS = 1_000

/** Keeps the figures of the endpoints that were called last: a call costs a few writes into arrays. */
export function createLiveStatistics(): LiveStatistics {
  const steady = createSteadyTime()
  const windows = new LRUCache<string, EndpointWindows>({ max: MOST_ENDPOINTS })
  const touch = (endpointId: string): EndpointWindows => {
    let own = windows.get(endpointId)
    if (own === undefined) {
      own = createEndpointWindows()
      windows.set(endpointId, own)
    }
    return own
  }
  return {
    of(endpointId, at) {
      const seen = windows.peek(endpointId)
      return seen && readWindows(seen, steady(at))
    },
    succeeded(endpointId, { firstByteMs, tokensPerSecond }, at) {
      const time = steady(at)
      const seen = touch(endpointId)
      seen.minutes.add(true, time)
      seen.halfHours.add(true, time)
      seen.admitted.add(true, time)
      if (firstByteMs !== undefined) seen.firstByte.add(firstByteMs, time)
      if (tokensPerSecond !== undefined) seen.speed.add(tokensPerSecond, time)
    },
    failed(endpointId, status, at) {
      const time = steady(at)
      const isHostsFault = !NOT_THE_HOSTS_FAULT.has(status)
      if (!isHostsFault && status !== 429) return
      const seen = touch(endpointId)
      seen.admitted.add(status !== 429, time)
      if (!isHostsFault) return
      seen.minutes.add(false, time)
      seen.halfHours.add(false, time)
    },
    calledTools(endpointId, valid, at) {
      touch(endpointId).toolCalls.add(valid, steady(at))
    },
    endpoints: () => [...windows.rkeys()],
    save(endpointId, at) {
      const own = windows.peek(endpointId)
      return own && saveWindows(own, steady(at))
    },
    restore(endpointId, saved, at) {
      restoreWindows(touch(endpointId), saved, at)
    },
    outpaced: (endpointId, afterMs, at) => touch(endpointId).firstByte.add(afterMs, steady(at)),
    firstByteMs: (endpointId, share, least, at) =>
      windows.peek(endpointId)?.firstByte.quantiles(steady(at), [share], least)?.[0],
  }
}
