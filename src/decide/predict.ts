import type { EndpointHealth } from '../market/offer.ts'
import type { CandidateTable, FloatTier } from './candidate-table.ts'

/** How long a call is expected to be, tokens: the prompt, and by the number of the model its answer. */
export interface CallLength {
  readonly promptTokens: number
  /** Fees that are due: 1 a call, or the searches of a ranking. */
  readonly searchUnits: number
  readonly completionTokens: Float64Array
  /** What prompt caches are expected to save; absent where no endpoint holds any of the prompt. */
  readonly cached?: readonly CachedPrompt[]
}

/** What the prompt cache of one endpoint is expected to save of a call, USD. */
export interface CachedPrompt {
  /** Row of the table. */
  readonly endpoint: number
  readonly savesUsd: number
}

/**
 * Expected cost of a call in USD at one endpoint, from its list price, the larger prompts' price where that applies, less
 * what its prompt cache is expected to save of a conversation that it has answered; NaN where the host states no price.
 */
export function expectedCostUsd(table: CandidateTable, endpoint: number, length: CallLength): number {
  const listed = listedCostUsd(table, endpoint, length)
  return length.cached === undefined ? listed : listed - savedBy(length.cached, endpoint)
}

/** The same with nothing in any cache. */
export function listedCostUsd(
  table: Pick<CandidateTable, 'promptUsd' | 'completionUsd' | 'requestUsd' | 'tiers' | 'model'>,
  endpoint: number,
  { promptTokens, completionTokens, searchUnits }: CallLength,
): number {
  const tier = tierOf(table, endpoint, promptTokens)
  const prompt = tier === undefined ? table.promptUsd[endpoint]! : tier.promptUsd
  const completion = tier === undefined ? table.completionUsd[endpoint]! : tier.completionUsd
  const fees = searchUnits * table.requestUsd[endpoint]!
  return promptTokens * prompt + completionTokens[table.model[endpoint]!]! * completion + fees
}

function savedBy(cached: readonly CachedPrompt[], endpoint: number): number {
  for (const one of cached) if (one.endpoint === endpoint) return one.savesUsd
  return 0
}

/** The most that any endpoint's cache is expected to save, USD. */
export function mostSavedUsd({ cached }: CallLength): number {
  let most = 0
  for (const { savesUsd } of cached ?? []) most = Math.max(most, savesUsd)
  return most
}

/** List prices of an endpoint for a prompt of this length, USD per token; NaN where the host states none. */
export function listPrices(
  table: CandidateTable,
  endpoint: number,
  promptTokens: number,
): { readonly promptUsd: number; readonly completionUsd: number } {
  const stated = { promptUsd: table.promptUsd[endpoint]!, completionUsd: table.completionUsd[endpoint]! }
  return tierOf(table, endpoint, promptTokens) ?? stated
}

const NO_TIERS: readonly FloatTier[] = []

/** The prices of larger prompts, where this one is so large; a loop, because it runs for every endpoint that is weighed. */
function tierOf(
  { tiers }: Pick<CandidateTable, 'tiers'>,
  endpoint: number,
  promptTokens: number,
): FloatTier | undefined {
  let reached: FloatTier | undefined
  for (const tier of tiers[endpoint] ?? NO_TIERS) {
    if (promptTokens <= tier.aboveTokens) break
    reached = tier
  }
  return reached
}

/** Expected time to the last byte before anything was measured, ms. */
export function priorLatencyMs(
  table: Pick<CandidateTable, 'firstByteMs' | 'msPerPromptToken' | 'msPerToken' | 'model'>,
  endpoint: number,
  { promptTokens, completionTokens }: CallLength,
): number {
  return (
    table.firstByteMs[endpoint]! +
    promptTokens * table.msPerPromptToken[endpoint]! +
    completionTokens[table.model[endpoint]!]! * table.msPerToken[endpoint]!
  )
}

/** Expected emissions of a call, g CO₂e. */
export function expectedCarbonGrams(
  table: Pick<CandidateTable, 'gramsPerToken' | 'model'>,
  endpoint: number,
  { completionTokens }: CallLength,
): number {
  return completionTokens[table.model[endpoint]!]! * table.gramsPerToken[endpoint]!
}

/** Bounds of these emissions, g CO₂e. */
export function carbonBounds(table: CandidateTable, endpoint: number, { completionTokens }: CallLength) {
  const tokens = completionTokens[table.model[endpoint]!]!
  return {
    low: tokens * table.gramsPerTokenLow[endpoint]!,
    high: tokens * table.gramsPerTokenHigh[endpoint]!,
  }
}

/** Attempts that the prior of speed and success counts for. */
const PRIOR_ATTEMPTS = 4
/** Success rate of an endpoint that was never tried. */
const PRIOR_SUCCESS = 0.98

/** Expected time to the last byte, ms. */
export function latencyMs(
  table: CandidateTable,
  endpoint: number,
  { promptTokens, completionTokens }: CallLength,
  health: EndpointHealth,
): number {
  const tokens = completionTokens[table.model[endpoint]!]!
  return firstByteMs(table, endpoint, promptTokens, health) + tokens * msPerToken(table, endpoint, health)
}

/** Expected time to the first byte, ms: the prior, drawn to what was measured as attempts come in. */
export function firstByteMs(
  table: CandidateTable,
  endpoint: number,
  promptTokens: number,
  { attempts, firstByteMs: measured }: EndpointHealth,
): number {
  const prior = table.firstByteMs[endpoint]! + promptTokens * table.msPerPromptToken[endpoint]!
  return prior + (attempts / (attempts + PRIOR_ATTEMPTS)) * ((measured ?? prior) - prior)
}

/** Expected time between two tokens, ms, as `firstByteMs`. */
export function msPerToken(
  table: CandidateTable,
  endpoint: number,
  { attempts, tokensPerSecond }: EndpointHealth,
): number {
  const prior = table.msPerToken[endpoint]!
  const measured = tokensPerSecond ? 1000 / tokensPerSecond : prior
  return prior + (attempts / (attempts + PRIOR_ATTEMPTS)) * (measured - prior)
}

/**
 * An endpoint whose attempts succeed less often than this is ailing: it comes behind others of its kind whatever it costs,
 * because some failures come when half of the answer has been read. OpenRouter keeps hosts below 80 % as fall-backs, too
 * (https://openrouter.ai/docs/guides/community/for-providers).
 */
export const LEAST_SUCCESS = 0.8

/** Probability that the next attempt succeeds: the decayed share, shrunk to the prior while attempts are few. */
export function successProbability(health: EndpointHealth): number {
  return (
    (health.successRate * health.attempts + PRIOR_SUCCESS * PRIOR_ATTEMPTS) /
    (health.attempts + PRIOR_ATTEMPTS)
  )
}
