import { parseUsd } from '../money.ts'
import type { Price, PriceTier } from './offer.ts'

/** Prices of one tier, parsed: femtodollars for bills, USD per token for estimates. */
export interface Rates {
  readonly prompt: bigint
  readonly completion: bigint
  readonly cacheRead: bigint
  readonly cacheWrite: bigint
  readonly cacheWrite1h: bigint
  readonly reasoning: bigint
  readonly audioInput: bigint
  readonly audioCacheRead: bigint
  readonly audioOutput: bigint
  readonly imageInput: bigint
  readonly imageOutput: bigint
  readonly request: bigint
  readonly webSearch: bigint
  readonly promptUsd: number
  readonly completionUsd: number
}

type Step = Rates & { readonly aboveTokens: number }

/** Prices are parsed once: a decision asks for thousands, and catalogs live for hours. */
const parsed = new WeakMap<Price, readonly Step[]>()

/**
 * What each kind of token costs in a call with a prompt of this size: that of the last tier that it exceeds.
 *
 * @throws RangeError when a price is finer than 1e-15 USD (a checked catalog has none).
 */
export function ratesFor(price: Price, promptTokens: number): Rates {
  let steps = parsed.get(price)
  if (steps === undefined) {
    const { tiers = [], ...base } = price
    steps = [
      stepOf({ aboveTokens: -1, ...base }, base),
      ...tiers.map((tier) => stepOf(tier, withoutThoughts(base))),
    ]
    parsed.set(price, steps)
  }
  let rates = steps[0]!
  for (const step of steps) if (promptTokens > step.aboveTokens) rates = step
  return rates
}

/** A tier has no price of its own for thoughts: it charges them as answer. */
function withoutThoughts({ reasoning, ...base }: Price): Price {
  return base
}

function stepOf(tier: PriceTier, base: Price): Step {
  const { aboveTokens, prompt, completion } = tier
  const cacheRead = tier.cacheRead ?? prompt
  const cacheWrite = tier.cacheWrite ?? prompt
  return {
    aboveTokens,
    prompt: parseUsd(prompt),
    completion: parseUsd(completion),
    cacheRead: parseUsd(cacheRead),
    cacheWrite: parseUsd(cacheWrite),
    cacheWrite1h: parseUsd(tier.cacheWrite1h ?? cacheWrite),
    reasoning: parseUsd(base.reasoning ?? completion),
    audioInput: parseUsd(tier.audioInput ?? base.audioInput ?? prompt),
    audioCacheRead: parseUsd(tier.audioCacheRead ?? base.audioCacheRead ?? cacheRead),
    audioOutput: parseUsd(tier.audioOutput ?? base.audioOutput ?? completion),
    imageInput: parseUsd(tier.imageInput ?? base.imageInput ?? prompt),
    imageOutput: parseUsd(tier.imageOutput ?? base.imageOutput ?? completion),
    request: parseUsd(base.request ?? '0'),
    webSearch: parseUsd(base.webSearch ?? '0'),
    promptUsd: Number(prompt),
    completionUsd: Number(completion),
  }
}
