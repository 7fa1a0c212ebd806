import type { Ask, PredictionLimits } from './ask.ts'
import { type CandidateTable, DEAL } from './candidate-table.ts'
import { NEED_LIMITS } from './capability.ts'
import type { Removal } from './decision.ts'
import { LIMITS } from './limit-names.ts'
import { expectedCarbonGrams, expectedCostUsd, firstByteMs, latencyMs } from './predict.ts'
import { NOWHERE } from './provider-slugs.ts'
import { brokenDemand, lowestBit } from './terms.ts'

const ALLOWED = LIMITS.indexOf('allowed_models')
const EXCLUDED = LIMITS.indexOf('excluded_models')
const ONLY = LIMITS.indexOf('provider.only')
const IGNORE = LIMITS.indexOf('provider.ignore')
const ORDER = LIMITS.indexOf('provider.order')
const REGIONS = LIMITS.indexOf('regions')
const JURISDICTION = LIMITS.indexOf('jurisdiction')
const FIRST_NEED = LIMITS.indexOf(NEED_LIMITS[0]!)
const CONTEXT = LIMITS.indexOf('context_length')
const MAX_TOKENS = LIMITS.indexOf('max_tokens')
const QUALITY = LIMITS.indexOf('min_quality')
const AT_LEAST = LIMITS.indexOf('at_least')
const COST = LIMITS.indexOf('max_cost')
const AS_CHEAP_AS = LIMITS.indexOf('as_cheap_as')
const LATENCY = LIMITS.indexOf('max_latency')
const CARBON = LIMITS.indexOf('max_carbon')
const CHEAPEST_SHARE = LIMITS.indexOf('cheapest_share')

/** What the suffix of a model's name leaves of its endpoints. */
export interface Narrowing {
  readonly limit: (typeof LIMITS)[number]
  readonly keeps: (endpoint: number) => boolean
}

/**
 * Applies every limit to the rows `from` … `to` − 1 and writes the rows that are left to `scratch.survivors` behind the
 * first `already`; every other row counts under the first limit that it breaks. Returns how many survivors there are.
 */
export function applyLimits(
  table: CandidateTable,
  ask: Ask,
  from: number,
  to: number,
  narrowing?: Narrowing,
  already = 0,
): number {
  const { capabilities, contextTokens, maxPromptTokens, maxCompletionTokens, scratch } = table
  const { survivors } = scratch
  const { required, contextTokens: context, longestTokens, allowedTokens, predictions, removed } = ask
  const unlisted = narrowing === undefined && !hasLists(ask)
  let left = already
  for (let e = from; e < to; e++) {
    // The common cases on their own, because this runs for every endpoint of the market.
    const missing = required & ~capabilities[e]!
    if (unlisted && missing !== 0) {
      removed[FIRST_NEED + lowestBit(missing)]!++
      continue
    }
    const fits =
      unlisted &&
      context <= contextTokens[e]! &&
      longestTokens <= maxPromptTokens[e]! &&
      allowedTokens <= maxCompletionTokens[e]!
    let broken = fits ? -1 : brokenFact(table, ask, e, narrowing)
    if (broken < 0 && predictions !== undefined) broken = brokenPrediction(table, ask, predictions, e)
    if (broken < 0) survivors[left++] = e
    else removed[broken]!++
  }
  return left
}

function hasLists(ask: Ask): boolean {
  const { allowedModels, excludedModels, onlyProviders, ignoredProviders, orderedProviders, demands } = ask
  const some = allowedModels ?? excludedModels ?? onlyProviders ?? orderedProviders ?? demands
  const placed = ask.regions ?? ask.jurisdiction
  return some !== undefined || placed !== undefined || ignoredProviders.length > 0
}

/** The first limit on facts that a row breaks, or −1. */
function brokenFact(table: CandidateTable, ask: Ask, e: number, narrowing: Narrowing | undefined): number {
  if (ask.allowedModels?.[e] === 0) return ALLOWED
  if (ask.excludedModels?.[e] === 1) return EXCLUDED
  if (ask.onlyProviders?.[e] === NOWHERE) return ONLY
  if (ask.ignoredProviders.some((places) => places[e] !== NOWHERE)) return IGNORE
  if (ask.orderedProviders?.[e] === NOWHERE) return ORDER
  if (narrowing !== undefined && !narrowing.keeps(e)) return LIMITS.indexOf(narrowing.limit)
  const demand = ask.demands === undefined ? -1 : brokenDemand(table, ask.demands, e)
  if (demand >= 0) return demand
  if (ask.regions?.[e] === 0) return REGIONS
  if (ask.jurisdiction?.[e] === 0) return JURISDICTION
  const missing = ask.required & ~table.capabilities[e]!
  if (missing !== 0) return FIRST_NEED + lowestBit(missing)
  if (ask.contextTokens > table.contextTokens[e]! || ask.longestTokens > table.maxPromptTokens[e]!)
    return CONTEXT
  if (ask.allowedTokens > table.maxCompletionTokens[e]!) return MAX_TOKENS
  return -1
}

/** The first limit on predictions that a row breaks, or −1. An endpoint without a price cannot keep a limit on cost. */
function brokenPrediction(table: CandidateTable, ask: Ask, limits: PredictionLimits, e: number): number {
  const { minQuality, isGoodEnough, maxCostUsd, referenceCostUsd, maxCarbonGrams } = limits
  const { maxLatencyMs, maxFirstByteMs } = limits
  const m = table.model[e]!
  if (table.scratch.quality[m]! < minQuality) return QUALITY
  if (isGoodEnough?.(m) === false) return AT_LEAST
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
 * Of the first `left` survivors keeps the models among the `share` with the lowest expected costs, at least one, each
 * with the endpoints that cost no more than the dearest of those models. A model costs what its cheapest endpoint with a
 * comparable price does; models without one are removed, unless none has any. Returns how many rows are left.
 */
export function keepCheapest(table: CandidateTable, ask: Ask, left: number, share: number): number {
  const { survivors, costUsd } = table.scratch
  const cheapest = new Map<number, number>()
  for (let i = 0; i < left; i++) {
    const e = survivors[i]!
    costUsd[e] = expectedCostUsd(table, e, ask)
    if (table.deal[e] !== DEAL.priced) continue
    const m = table.model[e]!
    cheapest.set(m, Math.min(costUsd[e], cheapest.get(m) ?? Infinity))
  }
  if (cheapest.size === 0) return left
  const sorted = Float64Array.from(cheapest.values()).sort()
  const most = sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)]!
  let kept = 0
  for (let i = 0; i < left; i++) {
    const e = survivors[i]!
    const ofModel = cheapest.get(table.model[e]!) ?? Infinity
    if (ofModel <= most && costUsd[e]! <= most) survivors[kept++] = e
  }
  ask.removed[CHEAPEST_SHARE]! += left - kept
  return kept
}

/** What the limits removed so far, in the order in which they apply; limits that removed nothing are left out. */
export function removals(ask: Ask): readonly Removal[] {
  const { removed } = ask
  const removals: { limit: string; endpoints: number }[] = []
  for (let i = 0; i < removed.length; i++) {
    const endpoints = removed[i]!
    if (endpoints === 0) continue
    let same = 0
    while (same < removals.length && removals[same]!.limit !== LIMITS[i]) same++
    if (same === removals.length) removals.push({ limit: LIMITS[i]!, endpoints })
    else removals[same]!.endpoints += endpoints
  }
  return removals
}
