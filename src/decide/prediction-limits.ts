import type { Ask, PredictionLimits } from './ask.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import { LIMITS } from './limit-names.ts'
import { expectedCarbonGrams, expectedCostUsd, firstByteMs, latencyMs } from './predict.ts'
import { filterRows, type Rows } from './rows.ts'

const QUALITY = LIMITS.indexOf('min_quality')
const AT_LEAST = LIMITS.indexOf('at_least')
const COST = LIMITS.indexOf('max_cost')
const AS_CHEAP_AS = LIMITS.indexOf('as_cheap_as')
const LATENCY = LIMITS.indexOf('max_latency')
const CARBON = LIMITS.indexOf('max_carbon')
const CHEAPEST_SHARE = LIMITS.indexOf('cheapest_share')

/** Of some rows those that the limits on predictions leave; every other counts under the first that it breaks. */
export function keepPredicted(table: CandidateTable, ask: Ask, rows: Rows): Rows {
  const { predictions, removed } = ask
  if (predictions === undefined) return rows
  const leavesModel = (m: number, its: number): boolean => {
    const broken = brokenByModel(predictions, m)
    if (broken >= 0) removed[broken]! += its
    return broken < 0
  }
  const leaves = (e: number): boolean => {
    const broken = brokenByRow(table, ask, predictions, e)
    if (broken >= 0) removed[broken]!++
    return broken < 0
  }
  return filterRows(rows, leavesModel, leaves, table.scratch.rows)
}

/** The first limit on quality that a model breaks, or −1. */
function brokenByModel({ minQuality, qualityOf, isGoodEnough }: PredictionLimits, m: number): number {
  if (minQuality > 0 && qualityOf(m) < minQuality) return QUALITY
  return isGoodEnough?.(m) === false ? AT_LEAST : -1
}

/** The first other limit that a row breaks, or −1. An endpoint without a price cannot keep a limit on cost. */
function brokenByRow(table: CandidateTable, ask: Ask, limits: PredictionLimits, e: number): number {
  const { maxCostUsd, referenceCostUsd, maxCarbonGrams, maxLatencyMs, maxFirstByteMs } = limits
  if (maxCostUsd !== undefined || referenceCostUsd !== undefined) {
    const cost = expectedCostUsd(table, e, ask)
    if (maxCostUsd !== undefined && !(cost <= maxCostUsd)) return COST
    if (referenceCostUsd !== undefined && !(cost <= referenceCostUsd)) return AS_CHEAP_AS
  }
  if (maxLatencyMs !== undefined || maxFirstByteMs !== undefined) {
    // The one limit for which health is read before the short list: a measured speed must not lose to its prior.
    const health = table.health(table.endpoints[e]!.id)
    if (latencyMs(table, e, ask, health) > (maxLatencyMs ?? Infinity)) return LATENCY
    if (firstByteMs(table, e, ask.promptTokens, health) > (maxFirstByteMs ?? Infinity)) return LATENCY
  }
  if (maxCarbonGrams !== undefined && expectedCarbonGrams(table, e, ask) > maxCarbonGrams) return CARBON
  return -1
}

/**
 * Keeps the models among the `share` with the lowest expected costs, at least one, each with the endpoints that cost no
 * more than the dearest of those models. A model costs what its cheapest endpoint with a comparable price does; models
 * without one are removed, unless none has any.
 */
export function keepCheapest(table: CandidateTable, ask: Ask, rows: Rows, share: number): Rows {
  const { costUsd } = table.scratch
  const cheapest = new Map<number, number>()
  for (const e of rows.endpoints) {
    costUsd[e] = expectedCostUsd(table, e, ask)
    if (table.deal[e] !== DEAL.priced) continue
    const m = table.model[e]!
    cheapest.set(m, Math.min(costUsd[e], cheapest.get(m) ?? Infinity))
  }
  if (cheapest.size === 0) return rows
  const sorted = Float64Array.from(cheapest.values()).sort()
  const most = sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)]!
  const before = rows.endpoints.length
  const kept = filterRows(
    rows,
    (m) => (cheapest.get(m) ?? Infinity) <= most,
    (e) => costUsd[e]! <= most,
    table.scratch.rows,
  )
  ask.removed[CHEAPEST_SHARE]! += before - kept.endpoints.length
  return kept
}
