import type { EndpointStatistics, Percentiles } from './live-statistics.ts'
import { createWindowedCounts, type SavedCounts, type WindowedCounts } from './windowed-counts.ts'
import { createWindowedQuantiles, type SavedQuantiles, type WindowedQuantiles } from './windowed-quantiles.ts'

/** The latest calls of one endpoint, some 9 KB. */
export interface EndpointWindows {
  /** Attempts that say whether the host is up. */
  readonly minutes: WindowedCounts
  readonly halfHours: WindowedCounts
  /** Attempts that were let in, and those that were refused for their rate. */
  readonly admitted: WindowedCounts
  /** Answers with tool calls that keep their schemas, and those that do not. */
  readonly toolCalls: WindowedCounts
  readonly firstByte: WindowedQuantiles
  readonly speed: WindowedQuantiles
}

/** What is kept of them across a restart. */
export interface SavedWindows {
  readonly minutes: SavedCounts
  readonly halfHours: SavedCounts
  readonly admitted: SavedCounts
  readonly toolCalls: SavedCounts
  readonly firstByte: SavedQuantiles
  readonly speed: SavedQuantiles
}

const MINUTE = 60_000

export function createEndpointWindows(): EndpointWindows {
  return {
    minutes: createWindowedCounts(MINUTE, 30),
    halfHours: createWindowedCounts(30 * MINUTE, 48),
    admitted: createWindowedCounts(MINUTE, 30),
    toolCalls: createWindowedCounts(30 * MINUTE, 48),
    firstByte: createWindowedQuantiles(5 * MINUTE, 6),
    speed: createWindowedQuantiles(5 * MINUTE, 6),
  }
}

export function saveWindows(windows: EndpointWindows, at: number): SavedWindows {
  return {
    minutes: windows.minutes.save(at),
    halfHours: windows.halfHours.save(at),
    admitted: windows.admitted.save(at),
    toolCalls: windows.toolCalls.save(at),
    firstByte: windows.firstByte.save(at),
    speed: windows.speed.save(at),
  }
}

/** Adds what was saved at the time `at`. */
export function restoreWindows(windows: EndpointWindows, saved: SavedWindows, at: number): void {
  windows.minutes.restore(saved.minutes, at)
  windows.halfHours.restore(saved.halfHours, at)
  windows.admitted.restore(saved.admitted, at)
  windows.toolCalls.restore(saved.toolCalls, at)
  windows.firstByte.restore(saved.firstByte, at)
  windows.speed.restore(saved.speed, at)
}

/** What the windows say; absent where nothing happened in them. */
export function readWindows(windows: EndpointWindows, at: number): EndpointStatistics {
  const { minutes, halfHours, admitted, toolCalls, firstByte, speed } = windows
  const last5m = minutes.successShare(at, 5)
  const last30m = minutes.successShare(at, 30)
  const last1d = halfHours.successShare(at, 48)
  const admittedShare = admitted.successShare(at, 30)
  const validToolCalls = toolCalls.successShare(at, 48)
  const firstByteMs = percentiles(firstByte, at)
  const tokensPerSecond = percentiles(speed, at)
  return {
    uptime: {
      ...(last5m !== undefined && { last5m }),
      ...(last30m !== undefined && { last30m }),
      ...(last1d !== undefined && { last1d }),
    },
    ...(admittedShare !== undefined && { rateLimited: 1 - admittedShare }),
    ...(validToolCalls !== undefined && { validToolCalls }),
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
