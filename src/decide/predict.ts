import type { EndpointHealth } from '../market/offer.ts'
import type { CandidateTable } from './candidates.ts'

/** How long a call is expected to be, tokens: the prompt, and by the number of the model its answer. */
export interface CallLength {
  readonly promptTokens: number
  readonly completionTokens: Float64Array
}

/**
 * Expected cost of a call in USD at one endpoint, from its list price, the larger prompts' price where that applies;
 * NaN where the host states no price. Cache discounts are not counted.
 */
export function expectedCostUsd(
  table: CandidateTable,
  endpoint: number,
  { promptTokens, completionTokens }: CallLength,
): number {
  let prompt = table.promptUsd[endpoint]!
  let completion = table.completionUsd[endpoint]!
  const tiers = table.tiers[endpoint]
  if (tiers !== undefined) {
    for (const tier of tiers) {
      if (promptTokens <= tier.aboveTokens) break
      prompt = tier.promptUsd
      completion = tier.completionUsd
    }
  }
  return promptTokens * prompt + completionTokens[table.model[endpoint]!]! * completion
}

/** Expected time to the last byte before anything was measured, ms. */
export function priorLatencyMs(
  table: CandidateTable,
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
  table: CandidateTable,
  endpoint: number,
  { completionTokens }: CallLength,
): number {
  return completionTokens[table.model[endpoint]!]! * table.gramsPerToken[endpoint]!
}

/** Attempts that the prior of speed and success counts for. */
const PRIOR_ATTEMPTS = 4
/** Success rate of an endpoint that was never tried. */
const PRIOR_SUCCESS = 0.98

/** Expected time to the last byte, ms: the prior, drawn to what was measured as attempts come in. */
export function latencyMs(
  table: CandidateTable,
  endpoint: number,
  { promptTokens, completionTokens }: CallLength,
  health: EndpointHealth,
): number {
  const weight = health.attempts / (health.attempts + PRIOR_ATTEMPTS)
  const first = table.firstByteMs[endpoint]! + promptTokens * table.msPerPromptToken[endpoint]!
  const each = table.msPerToken[endpoint]!
  const measuredFirst = health.firstByteMs ?? first
  const measuredEach = health.tokensPerSecond ? 1000 / health.tokensPerSecond : each
  const tokens = completionTokens[table.model[endpoint]!]!
  return first + weight * (measuredFirst - first) + tokens * (each + weight * (measuredEach - each))
}

/** Probability that the next attempt succeeds: the decayed share, shrunk to the prior while attempts are few. */
export function successProbability(health: EndpointHealth): number {
  return (
    (health.successRate * health.attempts + PRIOR_SUCCESS * PRIOR_ATTEMPTS) /
    (health.attempts + PRIOR_ATTEMPTS)
  )
}
