import { type Femtodollars, parseUsd } from '../money.ts'
import type { Price, PriceTier } from './offer.ts'

/**
 * Tokens of one call as OpenAI counts them: `promptTokens` include the cached ones (read and written),
 * `completionTokens` include the reasoning ones.
 */
export interface BilledUsage {
  readonly promptTokens: number
  readonly completionTokens: number
  readonly reasoningTokens?: number
  readonly cacheReadTokens?: number
  readonly cacheWriteTokens?: number
}

/**
 * What a call costs, exactly: Σ tokens × price per token, over uncached prompt, cache reads, cache writes, answer and
 * reasoning. A prompt larger than a tier's `aboveTokens` puts the whole call into that tier. Cached tokens cost the
 * prompt price where the host states no other, reasoning tokens the completion price. Counts that are no
 * positive whole numbers are taken as 0 (fractions are cut): an upstream's odd report must not lose the record.
 *
 * @throws RangeError when a price is finer than 1e-15 USD (a checked catalog has none).
 */
export function costFemtodollars(price: Price, usage: BilledUsage): Femtodollars {
  const rates = ratesFor(price, usage.promptTokens)
  const prompt = count(usage.promptTokens)
  const cacheRead = atMost(count(usage.cacheReadTokens), prompt)
  const cacheWrite = atMost(count(usage.cacheWriteTokens), prompt - cacheRead)
  const completion = count(usage.completionTokens)
  const reasoning = atMost(count(usage.reasoningTokens), completion)
  return (
    (prompt - cacheRead - cacheWrite) * rates.prompt +
    cacheRead * rates.cacheRead +
    cacheWrite * rates.cacheWrite +
    (completion - reasoning) * rates.completion +
    reasoning * rates.reasoning
  )
}

/** What a call is likely to cost, USD, for decisions: uncached prompt and plain answer, in floating point. */
export function estimatedCostUsd(price: Price, promptTokens: number, completionTokens: number): number {
  const { promptUsd, completionUsd } = ratesFor(price, promptTokens)
  return promptTokens * promptUsd + completionTokens * completionUsd
}

/** Prices of one tier, parsed: femtodollars per token for bills, USD per token for estimates. */
interface Rates {
  readonly aboveTokens: number
  readonly prompt: bigint
  readonly completion: bigint
  readonly cacheRead: bigint
  readonly cacheWrite: bigint
  readonly reasoning: bigint
  readonly promptUsd: number
  readonly completionUsd: number
}

/** Prices are parsed once: a decision asks for thousands, and catalogs live for hours. */
const parsed = new WeakMap<Price, readonly Rates[]>()

function ratesFor(price: Price, promptTokens: number): Rates {
  let steps = parsed.get(price)
  if (steps === undefined) {
    steps = [
      ratesOf({ aboveTokens: -1, ...price }, price),
      ...(price.tiers ?? []).map((tier) => ratesOf(tier)),
    ]
    parsed.set(price, steps)
  }
  let rates = steps[0]!
  for (const step of steps) if (promptTokens > step.aboveTokens) rates = step
  return rates
}

/** A tier that states no reasoning price charges reasoning as answer. */
function ratesOf(tier: PriceTier, { reasoning }: Pick<Price, 'reasoning'> = {}): Rates {
  const { aboveTokens, prompt, completion } = tier
  return {
    aboveTokens,
    prompt: parseUsd(prompt),
    completion: parseUsd(completion),
    cacheRead: parseUsd(tier.cacheRead ?? prompt),
    cacheWrite: parseUsd(tier.cacheWrite ?? prompt),
    reasoning: parseUsd(reasoning ?? completion),
    promptUsd: Number(prompt),
    completionUsd: Number(completion),
  }
}

function count(tokens: number | undefined): bigint {
  return tokens === undefined || !Number.isFinite(tokens) || tokens < 1 ? 0n : BigInt(Math.floor(tokens))
}

function atMost(tokens: bigint, limit: bigint): bigint {
  return tokens < limit ? tokens : limit
}
