import type { Price, PriceHours, PriceTier } from '../../market/offer.ts'
import { formatUsd, parseUsd } from '../../money.ts'

/**
 * OpenRouter's `PublicPricing`: USD per token as decimal strings; `-1`, as its own list writes prices that vary, where
 * the host states none. Larger prompts and dearer hours are `overrides`; hours that hold on weekdays only say so in
 * `weekdays`, for which OpenRouter has no word.
 */
export function publicPricing(price: Price | undefined) {
  if (price === undefined) return UNSTATED
  const { reasoning, request, webSearch, tiers = [], hours = [] } = price
  const overrides = [...tiers.map(tierOverride), ...hours.map((one) => hoursOverride(price, one))]
  return {
    ...tokenPrices(price),
    ...(reasoning !== undefined && { internal_reasoning: reasoning }),
    ...(request !== undefined && { request }),
    ...(webSearch !== undefined && { web_search: webSearch }),
    ...(overrides.length > 0 && { overrides }),
  }
}

const UNSTATED = { prompt: '-1', completion: '-1' }

type TokenPrices = Omit<PriceTier, 'aboveTokens'>

/** OpenRouter's names. */
const NAMES = [
  ['cacheRead', 'input_cache_read'],
  ['cacheWrite', 'input_cache_write'],
  ['cacheWrite1h', 'input_cache_write_1h'],
  ['audioInput', 'audio'],
  ['audioCacheRead', 'input_audio_cache'],
  ['audioOutput', 'audio_output'],
  ['imageInput', 'image_token'],
] as const satisfies readonly (readonly [keyof TokenPrices, string])[]

function tokenPrices(prices: TokenPrices): { prompt: string; completion: string } & Record<string, string> {
  const others = NAMES.flatMap(([ours, theirs]) => {
    const amount = prices[ours]
    return amount === undefined ? [] : [[theirs, amount] as const]
  })
  return { prompt: prices.prompt, completion: prices.completion, ...Object.fromEntries(others) }
}

function tierOverride({ aboveTokens, ...prices }: PriceTier) {
  return { min_prompt_tokens: aboveTokens, ...tokenPrices(prices) }
}

function hoursOverride(price: TokenPrices, { from, to, weekdays, share }: PriceHours) {
  const dearer = Object.entries(tokenPrices(price)).map(([name, amount]) => [name, times(amount, share)])
  return {
    utc_start: Number(from.replace(':', '')),
    utc_end: Number(to.replace(':', '')),
    ...(weekdays === true && { weekdays }),
    ...Object.fromEntries(dearer),
  }
}

/** A share has at most four decimals. */
function times(amount: string, share: string): string {
  return formatUsd((parseUsd(amount) * BigInt(Math.round(Number(share) * 10_000))) / 10_000n)
}
