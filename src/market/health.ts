import { type Breaker, createBreaker, type Rest, type SavedBreaker, type Turn } from './breaker.ts'
import type { SavedWindows } from './endpoint-windows.ts'
import { createLiveStatistics, type EndpointStatistics } from './live-statistics.ts'
import type { EndpointHealth } from './offer.ts'

/** Live statistics of endpoints, from the calls that this gateway sends. */
export interface HealthBoard {
  /** How an endpoint works right now; `HEALTH_UNKNOWN` for one that was never called. */
  health(endpointId: string): EndpointHealth
  /** What its latest calls were like; undefined for one that was never called. */
  statistics(endpointId: string): EndpointStatistics | undefined
  /** May a call go to the endpoint now? See `Breaker.admit`. */
  admit(endpointId: string, turn: Turn): boolean
  /** Why calls are kept away from it, and for how long yet. */
  rest(endpointId: string): Rest | undefined
  /** The time to the first byte, ms, that 95 % of the latest streams kept to; undefined where there were too few. */
  lateAfterMs(endpointId: string): number | undefined
  /** An attempt brought an answer. `firstByteMs`: from sending to the first byte of a stream; `tokensPerSecond`: of the answer. */
  succeeded(endpointId: string, measured: { firstByteMs?: number; tokensPerSecond?: number }): void
  /**
   * An attempt failed. `retryAfterSeconds`: what the host asked for in `Retry-After`; `status`: its HTTP status, if one came;
   * `afterMs`: how long it took.
   */
  failed(endpointId: string, reply: { retryAfterSeconds?: number; status?: number; afterMs?: number }): void
  /** Another endpoint's stream was faster, and this one was given up before its first byte, after so many ms. */
  outpaced(endpointId: string, afterMs: number): void
  /** An attempt, or one that was admitted and not made, ended after so many ms and told nothing of the endpoint. */
  toldNothing(endpointId: string, afterMs: number): void
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

/** The decayed sums, and the state of the breaker. */
export type SavedHealth = Omit<Observations, 'at' | 'breaker'> & { readonly breaker: SavedBreaker }

export const HEALTH_UNKNOWN: EndpointHealth = { successRate: 1, attempts: 0, pausedUntil: 0 }

const LIMITED = 429

/** An attempt counts half after this time, ms. */
const HALF_LIFE_MS = 5 * 60_000

/** Streams in half an hour below which a 95th percentile says nothing. */
const LEAST_STREAMS = 20

/** Fewer decayed attempts than this are not worth saving. */
const FORGOTTEN = 0.01

/**
 * Keeps the health of endpoints.
 *
 * Every figure is a mean in which an observation of age a weighs w(a) = 2^(-a / half-life), half-life 5 minutes:
 * sums decay by 2^(-Δt / half-life) whenever they are touched, so a figure depends on when things happened and
 * not on how often somebody looked. With n = Σw over attempts and s = Σw over successes,
 * successRate = (s + 1) / (n + 1), refusals for the rate (429) apart: one success is assumed, so that a single failure is no verdict and an endpoint
 * that nobody calls drifts back to 1.
 *
 * A breaker for each endpoint keeps calls away while it fails. To `decide` that is advice (it ranks paused endpoints last);
 * `dispatch` keeps to it, see `createBreaker`.
 *
 * @param clocks `now`: epoch ms, for what is told to others; `elapsed`: ms of a clock that never jumps, for everything that
 *   is measured, so that a clock set back an hour keeps no endpoint away for an hour. Left out, `now` is such a clock.
 */
export function createHealthBoard({
  now,
  elapsed = now,
}: {
  now: () => number
  elapsed?: () => number
}): HealthBoard {
  const records = new Map<string, Observations>()
  const statistics = createLiveStatistics()
  const touch = (endpointId: string): Observations => {
    const at = elapsed()
    let record = records.get(endpointId)
    if (record === undefined) {
      record = nothingSeen(at)
      records.set(endpointId, record)
    } else decay(record, at)
    return record
  }
  return {
    health(endpointId) {
      const past = records.get(endpointId)
      if (past === undefined) return HEALTH_UNKNOWN
      const at = elapsed()
      const rest = past.breaker.rest(at)
      return summary(past, keptOf(past, at), rest === undefined ? 0 : now() + rest.ms)
    },
    statistics: (endpointId) => statistics.of(endpointId, now()),
    admit: (endpointId, turn) => records.get(endpointId)?.breaker.admit(turn, elapsed()) ?? true,
    rest: (endpointId) => records.get(endpointId)?.breaker.rest(elapsed()),
    lateAfterMs: (endpointId) => statistics.firstByteMs(endpointId, 0.95, LEAST_STREAMS, now()),
    succeeded(endpointId, measured) {
      const { firstByteMs, tokensPerSecond } = measured
      const record = touch(endpointId)
      statistics.succeeded(endpointId, measured, now())
      record.attempts += 1
      record.successes += 1
      if (firstByteMs !== undefined) observe(record.firstByte, firstByteMs)
      if (tokensPerSecond !== undefined) observe(record.speed, tokensPerSecond)
      record.breaker.succeeded(record.at)
    },
    failed(endpointId, { retryAfterSeconds = 0, status = 0, afterMs = 0 }) {
      const record = touch(endpointId)
      statistics.failed(endpointId, status, now())
      // A limited rate is the traffic cap's to answer: the calls that it leaves go through.
      if (status !== LIMITED) {
        record.attempts += 1
        observe(record.failure, afterMs)
      }
      const forMs = retryAfterSeconds * 1000
      record.breaker.failed(record.at, record.at - afterMs, forMs > 0 ? { forMs, status } : undefined)
    },
    outpaced(endpointId, afterMs) {
      const record = touch(endpointId)
      // Left out, the slowest streams would be in no percentile, and more and more of the others count as late.
      observe(record.firstByte, afterMs)
      statistics.outpaced(endpointId, afterMs, now())
      record.breaker.toldNothing(record.at - afterMs)
    },
    toldNothing: (endpointId, afterMs) => records.get(endpointId)?.breaker.toldNothing(elapsed() - afterMs),
    calledTools: (endpointId, valid) => statistics.calledTools(endpointId, valid, now()),
    *snapshot() {
      for (const endpoint of new Set([...records.keys(), ...statistics.endpoints()])) {
        const record = records.get(endpoint)
        const health = record && savedHealth(decay(record, elapsed()))
        const windows = statistics.save(endpoint, now())
        if (health !== undefined || windows !== undefined)
          yield { endpoint, ...(health && { health }), ...(windows && { statistics: windows }) }
      }
    },
    restore(saved, agoMs) {
      const at = elapsed() - agoMs
      for (const { endpoint, health, statistics: own } of saved) {
        if (health && !records.has(endpoint))
          records.set(endpoint, { ...health, at, breaker: createBreaker(health.breaker, at) })
        if (own) statistics.restore(endpoint, own, now() - agoMs)
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
  /** How long failed attempts took, ms. */
  failure: Mean
  readonly breaker: Breaker
}

function nothingSeen(at: number): Observations {
  return {
    at,
    attempts: 0,
    successes: 0,
    firstByte: { sum: 0, squares: 0, weight: 0 },
    speed: { sum: 0, squares: 0, weight: 0 },
    failure: { sum: 0, squares: 0, weight: 0 },
    breaker: createBreaker(),
  }
}

/** What is left of the sums at a later time, 0..1. A clock that jumped back changes nothing. */
function keptOf(past: Observations, at: number): number {
  return 2 ** (-Math.max(0, at - past.at) / HALF_LIFE_MS)
}

/** Takes the sums to a later time. */
function decay(record: Observations, at: number): Observations {
  const keep = keptOf(record, at)
  record.at = Math.max(at, record.at)
  record.attempts *= keep
  record.successes *= keep
  fade(record.firstByte, keep)
  fade(record.speed, keep)
  fade(record.failure, keep)
  return record
}

/** Undefined for what is as good as forgotten. */
function savedHealth({ at, breaker, ...sums }: Observations): SavedHealth | undefined {
  if (sums.attempts < FORGOTTEN && breaker.rest(at) === undefined) return undefined
  return { ...sums, breaker: breaker.save(at) }
}

function fade(mean: Mean, keep: number): void {
  mean.sum *= keep
  mean.squares *= keep
  mean.weight *= keep
}

/** @param keep what is left of the sums; means and variances do not change with it */
function summary(
  { attempts, successes, firstByte, speed, failure }: Observations,
  keep: number,
  pausedUntil: number,
): EndpointHealth {
  return {
    successRate: (successes * keep + 1) / (attempts * keep + 1),
    attempts: attempts * keep,
    ...(firstByte.weight > 0 && {
      firstByteMs: firstByte.sum / firstByte.weight,
      firstByteVariance: variance(firstByte),
    }),
    ...(speed.weight > 0 && {
      tokensPerSecond: speed.sum / speed.weight,
      tokensPerSecondVariance: variance(speed),
    }),
    ...(failure.weight > 0 && { failureMs: failure.sum / failure.weight }),
    pausedUntil,
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
