import { HEALTH_UNKNOWN } from '../market/health.ts'
import type { EndpointHealth } from '../market/offer.ts'
import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Ordering } from './ordering.ts'
import type { Policy, SortBy } from './policy.ts'
import {
  expectedCarbonGrams,
  expectedCostUsd,
  firstByteMs,
  LEAST_SUCCESS,
  latencyMs,
  listedCostUsd,
  mostSavedUsd,
  msPerToken,
  priorLatencyMs,
  successProbability,
} from './predict.ts'

/** Writes what is expected of a row by what was measured of it: cost, latency, merit, whether it is ready and well. */
export function weighAsMeasured(table: CandidateTable, ask: Ask, e: number, ordering: Ordering): void {
  const { costUsd, latencyMs: latency, merit, ailing, readiness } = table.scratch
  const { id } = table.endpoints[e]!
  const health = table.health(id)
  const { sortBy, policy, now } = ordering
  costUsd[e] = expectedCostUsd(table, e, ask)
  latency[e] = latencyMs(table, e, ask, health)
  if (sortBy === undefined) {
    const success = successProbability(health)
    const failureMs = health.failureMs ?? firstByteMs(table, e, ask.promptTokens, health)
    const lostMs = (1 / success - 1) * failureMs
    ailing[e] = success < LEAST_SUCCESS ? 1 : 0
    merit[e] = meritOf(table, ask, e, policy, success, latency[e] + lostMs)
  } else merit[e] = WORTH[sortBy](table, ask, e, health)
  if (health.pausedUntil > now) readiness[e] = READINESS.paused
  else readiness[e] = table.fullUntil(id) > now ? READINESS.full : READINESS.open
}

/** Writes what is expected of a row before anything was measured: cost, latency and merit. */
export function weighByPrior(table: CandidateTable, ask: Ask, e: number, { policy, sortBy }: Ordering): void {
  const { costUsd, latencyMs: latency, merit, ailing, readiness } = table.scratch
  costUsd[e] = expectedCostUsd(table, e, ask)
  latency[e] = priorLatencyMs(table, e, ask)
  ailing[e] = 0
  readiness[e] = READINESS.open
  merit[e] =
    sortBy === undefined
      ? meritOf(table, ask, e, policy, 1, latency[e])
      : WORTH[sortBy](table, ask, e, HEALTH_UNKNOWN)
}

/** Whether an endpoint takes a call now; the lower comes first. */
export const READINESS = { open: 0, full: 1, paused: 2 } as const

/** What a caller's `provider.sort` looks at; more is better. An unknown cost stands with those like it, see `DEAL`. */
const WORTH: Readonly<
  Record<SortBy, (table: CandidateTable, ask: Ask, e: number, health: EndpointHealth) => number>
> = {
  price: (table, _ask, e) => -(table.scratch.costUsd[e]! || 0),
  throughput: (table, _ask, e, health) => 1000 / msPerToken(table, e, health),
  latency: (table, ask, e, health) => -firstByteMs(table, e, ask.promptTokens, health),
  // How well an endpoint handles tools is not measured; how often it answers at all is.
  exacto: (_table, _ask, _e, health) => successProbability(health),
}

/**
 * Merit of a row: what quality is worth, less the expected cost of a successful answer,
 *
 *     w_q · quality − w_c · cost / s − w_l · (latency + (1 − s) / s · lost) − w_g · carbon
 *
 * with the policy's weights w, the probability s that an attempt succeeds, and the time that a failed one loses: as measured,
 * else that to the first byte. An attempt that fails is counted as paid for, because one that breaks off is, and is made again
 * elsewhere. What it costs elsewhere does not matter: where a success costs a, a failure b, and endpoints are tried until
 * one answers, the order that costs least is by a + (1 − s) / s · b, whatever follows (exchange two neighbours that stand
 * otherwise: it gets cheaper). An unknown cost is left out; such rows compete among themselves only.
 *
 * @param waitMs expected time to a successful answer.
 */
export function meritOf(
  table: CandidateTable,
  ask: Ask,
  e: number,
  policy: Policy,
  success: number,
  waitMs: number,
): number {
  const { costUsd, standing } = table.scratch
  const quality = standing[table.model[e]!]!
  return worth(policy, quality, costUsd[e]!, success, waitMs, expectedCarbonGrams(table, e, ask))
}

/**
 * The merit that no priced endpoint of a model exceeds before anything is measured: with the lowest of each of its
 * prices and times, as every step of the sum is rounded the same way and grows with none of them.
 */
export function idealMerit(table: CandidateTable, ask: Ask, model: number, policy: Policy): number {
  const { ideal, scratch } = table
  const cost = listedCostUsd(ideal, model, ask) - mostSavedUsd(ask)
  const waitMs = priorLatencyMs(ideal, model, ask)
  return worth(policy, scratch.standing[model]!, cost, 1, waitMs, expectedCarbonGrams(ideal, model, ask))
}

function worth(
  { weights }: Policy,
  quality: number,
  usd: number,
  success: number,
  waitMs: number,
  carbonGrams: number,
): number {
  return (
    weights.quality * quality -
    (weights.costUsd * (Number.isNaN(usd) ? 0 : usd)) / success -
    weights.latencySeconds * (waitMs / 1000) -
    weights.carbonKg * (carbonGrams / 1000)
  )
}
