import type { Prompt } from '../understand/prompt.ts'
import type { CandidateTable } from './candidates.ts'
import { NEED_LIMITS, requiredBits } from './capability.ts'
import type { Removal } from './decision.ts'
import { isGlob, matchesGlob } from './globs.ts'
import { readName } from './names.ts'
import type { Limits } from './policy.ts'
import { expectedCostUsd, latencyMs } from './predict.ts'

/** Every limit by the name that callers write, in the order in which they are applied. */
const LIMITS = [
  'allowed_models',
  'excluded_models',
  'provider.only',
  'provider.ignore',
  'free',
  ...NEED_LIMITS,
  'context_length',
  'max_tokens',
  'min_quality',
  'max_cost',
  'max_latency',
  'max_carbon',
]
const ALLOWED = LIMITS.indexOf('allowed_models')
const EXCLUDED = LIMITS.indexOf('excluded_models')
const ONLY = LIMITS.indexOf('provider.only')
const IGNORE = LIMITS.indexOf('provider.ignore')
const FREE = LIMITS.indexOf('free')
const FIRST_NEED = LIMITS.indexOf(NEED_LIMITS[0]!)
const CONTEXT = LIMITS.indexOf('context_length')
const MAX_TOKENS = LIMITS.indexOf('max_tokens')
const QUALITY = LIMITS.indexOf('min_quality')
const COST = LIMITS.indexOf('max_cost')
const LATENCY = LIMITS.indexOf('max_latency')
const CARBON = LIMITS.indexOf('max_carbon')

/** What one call asks of every endpoint, in the columns' own terms. */
export interface Ask {
  readonly limits: Limits
  readonly promptTokens: number
  /** Expected answer, tokens. */
  readonly completionTokens: number
  /** What the caller allows the answer to have, tokens; 0 when it does not say. */
  readonly allowedTokens: number
  /** Prompt and answer together, tokens; the expected answer when the caller does not say. */
  readonly contextTokens: number
  /** Bits of `CAN`. */
  readonly required: number
  /** One flag per endpoint. */
  readonly allowedModels: Uint8Array | undefined
  readonly excludedModels: Uint8Array | undefined
  /** One flag per provider. */
  readonly onlyProviders: Uint8Array | undefined
  readonly ignoredProviders: Uint8Array | undefined
  /** Endpoints removed so far, by number of the limit. */
  readonly removed: Int32Array
}

/**
 * The host is the judge of what a named model can hold and our count of tokens is an estimate: a prompt is kept from it
 * only when even this share of the estimate is too much. `auto` has other choices and takes the estimate as it is.
 */
const NAMED_MODEL_SHARE = 0.8

/** Puts a call's needs and limits into the table's terms. `auto`: the caller named no model. */
export function readAsk(
  prompt: Prompt,
  limits: Limits,
  table: CandidateTable,
  completionTokens: number,
  auto: boolean,
): Ask {
  const allowedTokens = prompt.needs.maxCompletionTokens ?? 0
  const share = auto ? 1 : NAMED_MODEL_SHARE
  const room = allowedTokens > 0 ? allowedTokens : auto ? completionTokens : 1
  return {
    limits,
    promptTokens: prompt.tokens,
    completionTokens,
    allowedTokens,
    contextTokens: prompt.tokens * share + room,
    required: requiredBits(prompt.needs, auto),
    allowedModels: limits.allowedModels && endpointSet(limits.allowedModels, table),
    excludedModels: limits.excludedModels && endpointSet(limits.excludedModels, table),
    onlyProviders: limits.onlyProviders && providerSet(limits.onlyProviders, table),
    ignoredProviders: limits.ignoredProviders && providerSet(limits.ignoredProviders, table),
    removed: new Int32Array(LIMITS.length),
  }
}

/**
 * Applies every limit to the rows `from` … `to` − 1 and writes the rows that are left to `scratch.survivors`; every
 * other row counts under the first limit that it breaks. `freeOnly` is the suffix `:free`. Returns how many are left.
 */
export function applyLimits(
  table: CandidateTable,
  ask: Ask,
  from: number,
  to: number,
  freeOnly: boolean,
): number {
  const { capabilities, contextTokens, maxPromptTokens, maxCompletionTokens, scratch } = table
  const { survivors } = scratch
  const { required, contextTokens: context, promptTokens, allowedTokens, removed } = ask
  const unlisted = !freeOnly && !hasLists(ask)
  const onPredictions = limitsPredictions(ask.limits)
  let left = 0
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
      promptTokens <= maxPromptTokens[e]! &&
      allowedTokens <= maxCompletionTokens[e]!
    let broken = fits ? -1 : brokenFact(table, ask, e, freeOnly)
    if (broken < 0 && onPredictions) broken = brokenPrediction(table, ask, e)
    if (broken < 0) survivors[left++] = e
    else removed[broken]!++
  }
  return left
}

function hasLists({ allowedModels, excludedModels, onlyProviders, ignoredProviders }: Ask): boolean {
  return (allowedModels ?? excludedModels ?? onlyProviders ?? ignoredProviders) !== undefined
}

function limitsPredictions({ minQuality, maxCostUsd, maxLatencyMs, maxCarbonGrams }: Limits): boolean {
  return (minQuality ?? maxCostUsd ?? maxLatencyMs ?? maxCarbonGrams) !== undefined
}

/** The first limit on facts that a row breaks, or −1. */
function brokenFact(table: CandidateTable, ask: Ask, e: number, freeOnly: boolean): number {
  if (ask.allowedModels !== undefined && ask.allowedModels[e] === 0) return ALLOWED
  if (ask.excludedModels !== undefined && ask.excludedModels[e] === 1) return EXCLUDED
  const p = table.provider[e]!
  if (ask.onlyProviders !== undefined && ask.onlyProviders[p] === 0) return ONLY
  if (ask.ignoredProviders !== undefined && ask.ignoredProviders[p] === 1) return IGNORE
  if (freeOnly && (table.promptUsd[e] !== 0 || table.completionUsd[e] !== 0)) return FREE
  const missing = ask.required & ~table.capabilities[e]!
  if (missing !== 0) return FIRST_NEED + lowestBit(missing)
  if (ask.contextTokens > table.contextTokens[e]! || ask.promptTokens > table.maxPromptTokens[e]!)
    return CONTEXT
  if (ask.allowedTokens > table.maxCompletionTokens[e]!) return MAX_TOKENS
  return -1
}

/** The first limit on predictions that a row breaks, or −1. An endpoint without a price cannot keep `max_cost`. */
function brokenPrediction(table: CandidateTable, ask: Ask, e: number): number {
  const { minQuality, maxCostUsd, maxLatencyMs, maxCarbonGrams } = ask.limits
  if (minQuality !== undefined && table.scratch.quality[table.model[e]!]! < minQuality) return QUALITY
  if (maxCostUsd !== undefined) {
    const cost = expectedCostUsd(table, e, ask.promptTokens, ask.completionTokens)
    if (!(cost <= maxCostUsd)) return COST
  }
  if (maxLatencyMs !== undefined) {
    // The one limit for which health is read before the short list: a measured speed must not lose to its prior.
    const health = table.health(table.endpoints[e]!.id)
    if (latencyMs(table, e, ask.promptTokens, ask.completionTokens, health) > maxLatencyMs) return LATENCY
  }
  if (maxCarbonGrams !== undefined && ask.completionTokens * table.gramsPerToken[e]! > maxCarbonGrams)
    return CARBON
  return -1
}

/** What the limits removed so far, in the order in which they apply; limits that removed nothing are left out. */
export function removals(ask: Ask): readonly Removal[] {
  const byName = new Map<string, number>()
  ask.removed.forEach((endpoints, i) => {
    if (endpoints > 0) byName.set(LIMITS[i]!, (byName.get(LIMITS[i]!) ?? 0) + endpoints)
  })
  return [...byName].map(([limit, endpoints]) => ({ limit, endpoints }))
}

/** Lists of models are usually the same from call to call: this many are remembered. */
const REMEMBERED_SETS = 64

/** One flag per endpoint: does a list of slugs, globs, short names, hosts' ids or endpoint ids mean it? */
function endpointSet(names: readonly string[], table: CandidateTable): Uint8Array {
  const { endpointSets } = table.scratch
  const key = names.join('\n')
  const known = endpointSets.get(key)
  if (known !== undefined) return known
  const set = new Uint8Array(table.endpoints.length)
  for (const name of names) {
    if (isGlob(name)) {
      const glob = name.toLowerCase()
      for (const [slug, m] of table.names.slugs) if (matchesGlob(glob, slug)) markModel(set, table, m)
      continue
    }
    const meaning = readName(name, table.names, (e) => table.model[e]!)
    if (meaning.kind === 'ambiguous') for (const m of meaning.models) markModel(set, table, m)
    else if (meaning.kind === 'model' && meaning.endpoint !== undefined) set[meaning.endpoint] = 1
    else if (meaning.kind === 'model') markModel(set, table, meaning.model)
  }
  if (endpointSets.size >= REMEMBERED_SETS) endpointSets.clear()
  endpointSets.set(key, set)
  return set
}

function markModel(set: Uint8Array, { firstEndpoint }: CandidateTable, m: number): void {
  set.fill(1, firstEndpoint[m], firstEndpoint[m + 1])
}

function providerSet(slugs: readonly string[], { providers }: CandidateTable): Uint8Array {
  const wanted = new Set(slugs.map((slug) => slug.toLowerCase()))
  return Uint8Array.from(providers, ({ slug }) => (wanted.has(slug.toLowerCase()) ? 1 : 0))
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
