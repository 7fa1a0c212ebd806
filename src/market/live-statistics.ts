import { createWindowedCounts, type WindowedCounts } from './windowed-counts.ts'
import { createWindowedQuantiles, type WindowedQuantiles } from './windowed-quantiles.ts'

/** What the latest calls to an endpoint were like, for people to read. Absent where there was no call to know it from. */
export interface EndpointStatistics {
  /**
   * Share of attempts that succeeded, 0..1, as OpenRouter counts it: without those that say nothing about the host (the
   * configured key refused or without credit, an unknown model, a request too large, a limited rate).
   */
  readonly uptime: { readonly last5m?: number; readonly last30m?: number; readonly last1d?: number }
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

/** All times are epoch ms. */
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
}

/** Statuses that say something about our key, the request or the rate, and nothing about whether the host is up. */
const NOT_THE_HOSTS_FAULT = new Set([400, 401, 402, 403, 404, 413, 422, 429])

const MINUTE = 60_000

/** Keeps the figures of every endpoint that was called, some 6 KB each: a call costs a few writes into arrays. */
export function createLiveStatistics(): LiveStatistics {
  const windows = new Map<string, Windows>()
  const windowsOf = (endpointId: string): Windows => {
    const known = windows.get(endpointId)
    if (known !== undefined) return known
    const created = createWindows()
    windows.set(endpointId, created)
    return created
  }
  return {
    of(endpointId, at) {
      const seen = windows.get(endpointId)
      return seen && summary(seen, at)
    },
    succeeded(endpointId, { firstByteMs, tokensPerSecond }, at) {
      const seen = windowsOf(endpointId)
      count(seen, true, at)
      if (firstByteMs !== undefined) seen.firstByte.add(firstByteMs, at)
      if (tokensPerSecond !== undefined) seen.speed.add(tokensPerSecond, at)
    },
    failed(endpointId, status, at) {
      if (!NOT_THE_HOSTS_FAULT.has(status)) count(windowsOf(endpointId), false, at)
    },
    outpaced: (endpointId, afterMs, at) => windowsOf(endpointId).firstByte.add(afterMs, at),
    firstByteMs: (endpointId, share, least, at) =>
      windows.get(endpointId)?.firstByte.quantiles(at, [share], least)?.[0],
  }
}

/** The latest calls of one endpoint. */
interface Windows {
  readonly minutes: WindowedCounts
  readonly halfHours: WindowedCounts
  readonly firstByte: WindowedQuantiles
  readonly speed: WindowedQuantiles
}

function createWindows(): Windows {
  return {
    minutes: createWindowedCounts(MINUTE, 30),
    halfHours: createWindowedCounts(30 * MINUTE, 48),
    firstByte: createWindowedQuantiles(5 * MINUTE, 6),
    speed: createWindowedQuantiles(5 * MINUTE, 6),
  }
}

function count({ minutes, halfHours }: Windows, succeeded: boolean, at: number): void {
  minutes.add(succeeded, at)
  halfHours.add(succeeded, at)
}

function summary({ minutes, halfHours, firstByte, speed }: Windows, at: number): EndpointStatistics {
  const last5m = minutes.successShare(at, 5)
  const last30m = minutes.successShare(at, 30)
  const last1d = halfHours.successShare(at, 48)
  const firstByteMs = percentiles(firstByte, at)
  const tokensPerSecond = percentiles(speed, at)
  return {
    uptime: {
      ...(last5m !== undefined && { last5m }),
      ...(last30m !== undefined && { last30m }),
      ...(last1d !== undefined && { last1d }),
    },
    ...(firstByteMs && { firstByteMs }),
    ...(tokensPerSecond && { tokensPerSecond }),
  }
}

function percentiles(values: WindowedQuantiles, at: number): Percentiles | undefined {
  const found = values.quantiles(at, [0.5, 0.75, 0.9, 0.99])
  if (found === undefined) return undefined
  const [p50, p75, p90, p99] = found as [number, number, number, number]
  return { p50, p75, p90, p99 }
}
