import type { Ask } from './ask.ts'
import type { CandidateTable } from './candidate-table.ts'
import { NEED_LIMITS } from './capability.ts'
import type { Removal } from './decision.ts'
import { LIMITS } from './limit-names.ts'
import { keepPredicted } from './prediction-limits.ts'
import { NOWHERE } from './provider-slugs.ts'
import { type Rows, takeRows } from './rows.ts'
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

/** What the suffix of a model's name leaves of its endpoints. */
export interface Narrowing {
  readonly limit: (typeof LIMITS)[number]
  readonly keeps: (endpoint: number) => boolean
}

/**
 * Of the rows `from` … `to` − 1 those that every limit leaves, where the models' standing is known. Every other row counts
 * under the first limit that it breaks. What is returned lies in `scratch.rows`.
 */
export function applyLimits(
  table: CandidateTable,
  ask: Ask,
  from: number,
  to: number,
  narrowing?: Narrowing,
): Rows {
  return keepPredicted(table, ask, factualRows(table, ask, from, to, narrowing))
}

/** The same of the limits on facts alone, which are the same for every prompt. */
export function factualRows(
  table: CandidateTable,
  ask: Ask,
  from: number,
  to: number,
  narrowing?: Narrowing,
): Rows {
  const { removed } = ask
  const leaves = (e: number): boolean => {
    const broken = brokenFact(table, ask, e, narrowing)
    if (broken >= 0) removed[broken]!++
    return broken < 0
  }
  return takeRows(table, from, to, leaves, table.scratch.rows)
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
