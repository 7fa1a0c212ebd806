import { HEALTH_UNKNOWN } from '../market/health.ts'
import type { EndpointHealth } from '../market/offer.ts'
import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import type { Policy, SortBy } from './policy.ts'
import {
  expectedCarbonGrams,
  expectedCostUsd,
  firstByteMs,
  LEAST_SUCCESS,
  latencyMs,
  msPerToken,
  priorLatencyMs,
  successProbability,
} from './predict.ts'

/** A row of the table with what was measured about it. */
export interface Ranked {
  readonly endpoint: number
  readonly latencyMs: number
  /** Under the policy, or what the caller sorts by. */
  readonly merit: number
  /** False: paused, or without room. */
  readonly isOpen: boolean
}

export interface Ordering {
  readonly policy: Policy
  /** Place of each endpoint in the caller's `provider.order`; absent when there is none. */
  readonly providerOrder: Uint16Array | undefined
  /** What takes the place of merit. */
  readonly sortBy?: SortBy
  /** Epoch ms. */
  readonly now: number
  /** How many rows are kept, and how many of one model. */
  readonly keep: number
  readonly keepPerModel: number
}

/** Health is read for this many times as many rows as are kept. */
const SHORT_LIST = 2

/**
 * Ranks `scratch.survivors` from index `from` up to and without `to`, best first:
 *
 * 1. endpoints that their traffic cap leaves no room come behind the others, and those that are paused after failures last;
 * 2. models in steps of the policy's band below the best predicted quality: all within one band of the best are equal
 *    here, then those within the next, so that a fall-back is near in quality. Models that nobody rated stand a little
 *    below their predicted quality here and in merit, see `predictQuality`;
 * 3. the caller's `provider.order`;
 * 4. endpoints that are not ailing (see `LEAST_SUCCESS`), unless the caller sorts;
 * 5. endpoints whose price can be compared, then $0 trials of somebody else's, then those without a stated price:
 *    a trial is rate-limited and an unknown price may be any, so neither wins by its price;
 * 6. merit (see `meritOf`) or what the caller sorts by, then the cheaper, then the endpoint id.
 *
 * Health is read for a short list of the best only; if all of that is paused or full, the next are looked at.
 */
export function rank(
  table: CandidateTable,
  ask: Ask,
  from: number,
  to: number,
  ordering: Ordering,
): readonly Ranked[] {
  const { passed, survivors, readiness, listed } = table.scratch
  const groups = groupByModel(table, from, to, ordering.policy)
  for (let i = from; i < to; i++) passed[survivors[i]!] = 0
  const weighed: number[] = []
  for (let isOpen = false; !isOpen; ) {
    const count = shortList(table, ask, groups, ordering, weighed.length === 0)
    if (count === 0) break
    for (let i = 0; i < count; i++) {
      const e = listed[i]!
      passed[e] = 1
      weighAsMeasured(table, ask, e, ordering)
      isOpen ||= readiness[e] === READINESS.open
      weighed.push(e)
    }
  }
  weighed.sort((a, b) => compare(table, ordering, a, b))
  return capped(table, weighed, ordering).map((e) => rankedRow(table, e))
}

/** Whether an endpoint takes a call now; the lower comes first. */
const READINESS = { open: 0, full: 1, paused: 2 } as const

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

/** A row that was weighed. */
export function rankedRow({ scratch }: CandidateTable, e: number): Ranked {
  return {
    endpoint: e,
    latencyMs: scratch.latencyMs[e]!,
    merit: scratch.merit[e]!,
    isOpen: scratch.readiness[e] === READINESS.open,
  }
}

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
  const { quality, costUsd, latencySeconds, carbonKg } = policy.weights
  const { scratch } = table
  const cost = scratch.costUsd[e]!
  return (
    quality * scratch.standing[table.model[e]!]! -
    (costUsd * (Number.isNaN(cost) ? 0 : cost)) / success -
    latencySeconds * (waitMs / 1000) -
    carbonKg * (expectedCarbonGrams(table, e, ask) / 1000)
  )
}

/** Finds the models among the survivors, writes their steps below the best, and returns how many there are. */
function groupByModel(table: CandidateTable, from: number, to: number, policy: Policy): number {
  const { survivors, standing, step, groupModel, groupStart, groupBucket } = table.scratch
  let groups = 0
  let best = 0
  let last = -1
  for (let i = from; i < to; i++) {
    const m = table.model[survivors[i]!]!
    if (m === last) continue
    last = m
    groupModel[groups] = m
    groupStart[groups++] = i
    if (standing[m]! > best) best = standing[m]!
  }
  groupStart[groups] = to
  for (let g = 0; g < groups; g++) {
    const m = groupModel[g]!
    step[m] = stepBelow(best - standing[m]!, policy.qualityBand)
    groupBucket[g] = bucketOf(step[m]!)
  }
  return groups
}

/** How many bands below the best; without a band, the distance itself. The small allowance is for rounding. */
function stepBelow(distance: number, band: number): number {
  return band > 0 ? Math.max(0, Math.ceil(distance / band - 1e-9) - 1) : distance
}

/**
 * Writes the best rows not looked at yet to `listed`, best first, and gives how many. The first time, only models that can get
 * into the list are weighed.
 */
function shortList(
  table: CandidateTable,
  ask: Ask,
  groups: number,
  ordering: Ordering,
  isFirst: boolean,
): number {
  const { survivors, groupStart, groupBucket, passed, listed, listedOfModel } = table.scratch
  const size = ordering.keep * SHORT_LIST
  const sizePerModel = ordering.keepPerModel * SHORT_LIST
  const isLong = groupStart[groups]! - groupStart[0]! > size
  const last = isFirst && isLong ? lastBucket(table, groups, size, sizePerModel) : BUCKETS
  let count = 0
  for (let g = 0; g < groups; g++) {
    if (groupBucket[g]! > last) continue
    let ofModel = 0
    for (let i = groupStart[g]!; i < groupStart[g + 1]!; i++) {
      const e = survivors[i]!
      if (passed[e] === 1) continue
      weighByPrior(table, ask, e, ordering)
      if (count >= size && compare(table, ordering, e, listed[size - 1]!) >= 0) continue
      ofModel = insert(table, ordering, listedOfModel, ofModel, e, sizePerModel)
    }
    for (let i = 0; i < ofModel; i++) count = insert(table, ordering, listed, count, listedOfModel[i]!, size)
  }
  return count
}

const BUCKETS = 64

/** A coarse step, so that steps can be counted: whole steps, or without a band 0.01 of quality. */
function bucketOf(step: number): number {
  return Math.min(BUCKETS - 1, Number.isInteger(step) ? step : Math.floor(step * 100))
}

/** The bucket with which the rows, at most so many of a model, are enough for the short list. */
function lastBucket(table: CandidateTable, groups: number, size: number, sizePerModel: number): number {
  const { groupStart, groupBucket } = table.scratch
  const rows = new Int32Array(BUCKETS)
  for (let g = 0; g < groups; g++) {
    rows[groupBucket[g]!]! += Math.min(groupStart[g + 1]! - groupStart[g]!, sizePerModel)
  }
  let enough = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    enough += rows[bucket]!
    if (enough >= size) return bucket
  }
  return BUCKETS
}

/** Writes what is expected of a row before anything was measured: cost, latency and merit. */
function weighByPrior(table: CandidateTable, ask: Ask, e: number, { policy, sortBy }: Ordering): void {
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

/** Inserts a row into `count` rows sorted best first, keeping at most `size`; gives how many there are then. */
function insert(
  table: CandidateTable,
  ordering: Ordering,
  list: Int32Array,
  count: number,
  e: number,
  size: number,
): number {
  let low = 0
  let high = count
  if (high >= size) {
    if (compare(table, ordering, e, list[high - 1]!) >= 0) return count
    high--
  }
  const last = high
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(table, ordering, e, list[middle]!) < 0) high = middle
    else low = middle + 1
  }
  for (let i = last; i > low; i--) list[i] = list[i - 1]!
  list[low] = e
  return last + 1
}

/** Negative when row a is better than row b; whole numbers, as others would be boxed for each comparison. */
function compare(table: CandidateTable, { providerOrder }: Ordering, a: number, b: number): number {
  const { step, merit, costUsd, ailing, readiness } = table.scratch
  const later = readiness[a]! - readiness[b]!
  if (later !== 0) return later
  const stepOfA = step[table.model[a]!]!
  const stepOfB = step[table.model[b]!]!
  if (stepOfA !== stepOfB) return stepOfA < stepOfB ? -1 : 1
  if (providerOrder !== undefined) {
    const first = providerOrder[a]! - providerOrder[b]!
    if (first !== 0) return first
  }
  const worse = ailing[a]! - ailing[b]!
  if (worse !== 0) return worse
  const deal = table.deal[a]! - table.deal[b]!
  if (deal !== 0) return deal
  if (merit[a] !== merit[b]) return merit[a]! > merit[b]! ? -1 : 1
  if (costUsd[a]! < costUsd[b]!) return -1
  if (costUsd[a]! > costUsd[b]!) return 1
  return table.idOrder[a]! - table.idOrder[b]!
}

/** The first `keep` rows with at most `keepPerModel` of one model. */
function capped(
  table: CandidateTable,
  rows: readonly number[],
  { keep, keepPerModel }: Ordering,
): readonly number[] {
  if (rows.length <= Math.min(keep, keepPerModel)) return rows
  const kept: number[] = []
  for (const e of rows) {
    // Few rows are kept: counting them is less than a map.
    let already = 0
    for (const other of kept) if (table.model[other] === table.model[e]) already++
    if (already < keepPerModel && kept.push(e) === keep) break
  }
  return kept
}
