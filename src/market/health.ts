import type { SavedWindows } from './endpoint-windows.ts'
import { createLiveStatistics, type EndpointStatistics } from './live-statistics.ts'
import type { EndpointHealth } from './offer.ts'

/** Live statistics of endpoints, from the calls that this gateway sends. */
export interface HealthBoard {
  /** How an endpoint works right now; `HEALTH_UNKNOWN` for one that was never called. */
  health(endpointId: string): EndpointHealth
  /** What its latest calls were like; undefined for one that was never called. */
  statistics(endpointId: string): EndpointStatistics | undefined
  /** An attempt brought an answer. `firstByteMs`: from sending to the first byte of a stream; `tokensPerSecond`: of the answer. */
  succeeded(endpointId: string, measured: { firstByteMs?: number; tokensPerSecond?: number }): void
  /** An attempt failed. `retryAfterSeconds`: what the host asked for in `Retry-After`; `status`: its HTTP status, if one came. */
  failed(endpointId: string, reply: { retryAfterSeconds?: number; status?: number }): void
  /** An answer called tools; `valid`: with arguments that keep the schemas that were sent. */
  calledTools(endpointId: string, valid: boolean): void
  /** What a restart should not forget; gathered endpoint by endpoint as it is taken. */
  snapshot(): Iterable<SavedEndpoint>
  /** Takes back what was saved `agoMs` ago; for endpoints that were not called since the start. */
  restore(saved: readonly SavedEndpoint[], agoMs: number): void
}

/** What is kept of one endpoint across a restart. Times count from the moment it was saved. */
export interface SavedEndpoint {
  readonly endpoint: string
  readonly health?: SavedHealth
  readonly statistics?: SavedWindows
}

/** The decayed sums, and how long the endpoint was to be left alone yet, ms. */
export type SavedHealth = Omit<Observations, 'at' | 'pausedUntil'> & { readonly pausedMs: number }

export const HEALTH_UNKNOWN: EndpointHealth = { successRate: 1, attempts: 0, pausedUntil: 0 }

/** An attempt counts half after this time, ms. */
const HALF_LIFE_MS = 5 * 60_000

/** Failures in a row before an endpoint is paused, the first pause, and the longest, ms. */
const FAILURES_BEFORE_PAUSE = 3
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 5 * 60_000

/** Fewer decayed attempts than this are not worth saving. */
const FORGOTTEN = 0.01

/** Nobody's `Retry-After` keeps an endpoint away for longer than this, ms. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000

/**
 * Keeps the health of endpoints.
 *
 * Every figure is a mean in which an observation of age a weighs w(a) = 2^(-a / half-life), half-life 5 minutes:
 * sums decay by 2^(-Δt / half-life) whenever they are touched, so a figure depends on when things happened and
 * not on how often somebody looked. With n = Σw over attempts and s = Σw over successes,
 * successRate = (s + 1) / (n + 1): one success is assumed, so that a single failure is no verdict and an endpoint
 * that nobody calls drifts back to 1.
 *
 * From the third failure in a row an endpoint is paused for 5 s, then 10, 20, … up to 5 minutes; `Retry-After` pauses
 * it at once, for that long if that is longer. A success ends the pause. Pausing is advice: `decide` ranks paused
 * endpoints last and still tries them when nothing else is left.
 *
 * @param now the clock, epoch ms
 */
export function createHealthBoard({ now }: { now: () => number }): HealthBoard {
  const records = new Map<string, Observations>()
  const statistics = createLiveStatistics()
  const touch = (endpointId: string): Observations => {
    const at = now()
    const past = records.get(endpointId)
    const record = past === undefined ? nothingSeen(at) : decayed(past, at)
    records.set(endpointId, record)
    return record
  }
  return {
    health(endpointId) {
      const past = records.get(endpointId)
      return past === undefined ? HEALTH_UNKNOWN : summary(decayed(past, now()))
    },
    statistics: (endpointId) => statistics.of(endpointId, now()),
    succeeded(endpointId, measured) {
      const { firstByteMs, tokensPerSecond } = measured
      const record = touch(endpointId)
      statistics.succeeded(endpointId, measured, record.at)
      record.attempts += 1
      record.successes += 1
      if (firstByteMs !== undefined) observe(record.firstByte, firstByteMs)
      if (tokensPerSecond !== undefined) observe(record.speed, tokensPerSecond)
      record.failuresInARow = 0
      record.pausedUntil = 0
    },
    failed(endpointId, { retryAfterSeconds = 0, status = 0 }) {
      const record = touch(endpointId)
      statistics.failed(endpointId, status, record.at)
      record.attempts += 1
      record.failuresInARow += 1
      const askedMs = Math.min(Math.max(retryAfterSeconds, 0) * 1000 || 0, LONGEST_RETRY_AFTER_MS)
      const pauseMs = Math.max(pauseAfter(record.failuresInARow), askedMs)
      if (pauseMs > 0) record.pausedUntil = Math.max(record.pausedUntil, record.at + pauseMs)
    },
    calledTools: (endpointId, valid) => statistics.calledTools(endpointId, valid, now()),
    *snapshot() {
      const at = now()
      for (const endpoint of new Set([...records.keys(), ...statistics.endpoints()])) {
        const record = records.get(endpoint)
        const health = record && savedHealth(decayed(record, at))
        const windows = statistics.save(endpoint, at)
        const isForgotten = health === undefined || (health.attempts < FORGOTTEN && health.pausedMs === 0)
        if (!isForgotten || windows !== undefined)
          yield {
            endpoint,
            ...(!isForgotten && { health }),
            ...(windows && { statistics: windows }),
          }
      }
    },
    restore(saved, agoMs) {
      const at = now() - agoMs
      for (const { endpoint, health, statistics: own } of saved) {
        if (health && !records.has(endpoint)) {
          const { pausedMs, ...sums } = health
          records.set(endpoint, { ...sums, at, pausedUntil: pausedMs > 0 ? at + pausedMs : 0 })
        }
        if (own) statistics.restore(endpoint, own, at)
      }
    },
  }
}

/** A decayed mean and its variance: Σ w·x, Σ w·x² and Σ w. */
interface Mean {
  sum: number
  squares: number
  weight: number
}

/** Decayed sums as of `at`. */
interface Observations {
  at: number
  attempts: number
  successes: number
  firstByte: Mean
  speed: Mean
  failuresInARow: number
  pausedUntil: number
}

function nothingSeen(at: number): Observations {
  return {
    at,
    attempts: 0,
    successes: 0,
    firstByte: { sum: 0, squares: 0, weight: 0 },
    speed: { sum: 0, squares: 0, weight: 0 },
    failuresInARow: 0,
    pausedUntil: 0,
  }
}

/** The sums at a later time. A clock that jumped back changes nothing. */
function decayed(past: Observations, at: number): Observations {
  const keep = 2 ** (-Math.max(0, at - past.at) / HALF_LIFE_MS)
  return {
    ...past,
    at: Math.max(at, past.at),
    attempts: past.attempts * keep,
    successes: past.successes * keep,
    firstByte: faded(past.firstByte, keep),
    speed: faded(past.speed, keep),
  }
}

function savedHealth({ at, pausedUntil, ...sums }: Observations): SavedHealth {
  return { ...sums, pausedMs: Math.max(0, pausedUntil - at) }
}

function faded({ sum, squares, weight }: Mean, keep: number): Mean {
  return { sum: sum * keep, squares: squares * keep, weight: weight * keep }
}

function summary({ at, attempts, successes, firstByte, speed, pausedUntil }: Observations): EndpointHealth {
  return {
    successRate: (successes + 1) / (attempts + 1),
    attempts,
    ...(firstByte.weight > 0 && {
      firstByteMs: firstByte.sum / firstByte.weight,
      firstByteVariance: variance(firstByte),
    }),
    ...(speed.weight > 0 && {
      tokensPerSecond: speed.sum / speed.weight,
      tokensPerSecondVariance: variance(speed),
    }),
    pausedUntil: pausedUntil > at ? pausedUntil : 0,
  }
}

function variance({ sum, squares, weight }: Mean): number {
  return Math.max(0, squares / weight - (sum / weight) ** 2)
}

function observe(mean: Mean, value: number): void {
  if (!Number.isFinite(value) || value < 0) return
  mean.sum += value
  mean.squares += value ** 2
  mean.weight += 1
}

function pauseAfter(failuresInARow: number): number {
  const pauses = failuresInARow - FAILURES_BEFORE_PAUSE
  return pauses < 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** pauses, LONGEST_PAUSE_MS)
}
