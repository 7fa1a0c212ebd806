import type { Price } from '../../market/offer.ts'

/**
 * OpenRouter's `PublicPricing`: USD per token as decimal strings; `-1`, as its own list writes prices that vary, where
 * the host states none.
 */
export function publicPricing(price: Price | undefined) {
  if (price === undefined) return UNSTATED
  const { prompt, completion, reasoning, audioInput, audioOutput, tiers = [] } = price
  return {
    prompt,
    completion,
    ...cachePrices(price),
    ...(reasoning !== undefined && { internal_reasoning: reasoning }),
    ...(audioInput !== undefined && { audio: audioInput }),
    ...(audioOutput !== undefined && { audio_output: audioOutput }),
    ...(tiers.length > 0 && {
      overrides: tiers.map((tier) => ({
        min_prompt_tokens: tier.aboveTokens,
        prompt: tier.prompt,
        completion: tier.completion,
        ...cachePrices(tier),
      })),
    }),
  }
}

const UNSTATED = { prompt: '-1', completion: '-1' }

function cachePrices({ cacheRead, cacheWrite }: Pick<Price, 'cacheRead' | 'cacheWrite'>) {
  return {
    ...(cacheRead !== undefined && { input_cache_read: cacheRead }),
    ...(cacheWrite !== undefined && { input_cache_write: cacheWrite }),
  }
}
