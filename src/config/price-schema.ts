import { z } from 'zod'
import type { Price } from '../market/offer.ts'
import { formatUsd, parseUsd } from '../money.ts'

const usd = z.number().min(0).max(1_000_000)
const perMillion = (what: string) => usd.describe(`USD per million ${what}.`)
const maybe = (what: string) => perMillion(what).optional()

const tokenPrices = {
  prompt: perMillion('prompt tokens'),
  completion: perMillion('completion tokens'),
  cache_read: maybe('prompt tokens read from a cache. Default: the price of the prompt'),
  cache_write: maybe('prompt tokens written to a cache. Default: the price of the prompt'),
  cache_write_1h: maybe('prompt tokens written to a cache that is kept for an hour. Default: cache_write'),
  audio_input: maybe('tokens of audio in the prompt. Default: the price of the prompt'),
  audio_cache_read: maybe('tokens of audio read from a cache. Default: cache_read'),
  audio_output: maybe('tokens of audio in the answer. Default: the price of the answer'),
  image_input: maybe('tokens of images in the prompt. Default: the price of the prompt'),
  image_output: maybe('tokens of images in the answer. Default: the price of the answer'),
}

const tier = z.strictObject({
  above_tokens: z.int().min(1).describe('Calls with a larger prompt than this cost the following.'),
  ...tokenPrices,
})

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)

const hours = z.strictObject({
  from: clock.describe('HH:MM in UTC.'),
  to: clock.describe('HH:MM in UTC, exclusive; earlier than `from` means the next day.'),
  weekdays: z.boolean().optional().describe('true: Monday to Friday only.'),
  share: z
    .number()
    .min(0)
    .max(100)
    .multipleOf(0.0001)
    .describe('What all prices are multiplied by: 0.5 for half.'),
})

/** The section `price` of a model in `meritorder.yaml`. */
export const priceSchema = z.strictObject({
  ...tokenPrices,
  reasoning: maybe('tokens of thoughts. Default: the price of the answer'),
  request: usd
    .optional()
    .describe('USD per call; of a rerank model, per search: a query with up to 100 documents.'),
  web_search: usd.optional().describe('USD per search that the host makes for the call.'),
  tiers: z.array(tier).max(20).optional().describe('Prices of calls with larger prompts.'),
  hours: z.array(hours).max(20).optional().describe('Times of day at which everything costs more or less.'),
})

type PriceConfig = z.output<typeof priceSchema>

/** The section as the market has it: exact decimals, per token. */
export function priceFrom({ tiers, hours, request, web_search, reasoning, ...tokens }: PriceConfig): Price {
  return {
    ...pricesFrom(tokens),
    ...(reasoning !== undefined && { reasoning: perToken(reasoning) }),
    ...(request !== undefined && { request: plain(request) }),
    ...(web_search !== undefined && { webSearch: plain(web_search) }),
    ...(tiers !== undefined && {
      tiers: tiers
        .map(({ above_tokens, ...prices }) => ({ aboveTokens: above_tokens, ...pricesFrom(prices) }))
        .sort((a, b) => a.aboveTokens - b.aboveTokens),
    }),
    ...(hours !== undefined && {
      hours: hours.map(({ from, to, weekdays, share }) => ({
        from,
        to,
        ...(weekdays !== undefined && { weekdays }),
        share: plain(share),
      })),
    }),
  }
}

type TokenPrices = Omit<NonNullable<PriceConfig['tiers']>[number], 'above_tokens'>

function pricesFrom(prices: TokenPrices) {
  const optional = {
    cacheRead: prices.cache_read,
    cacheWrite: prices.cache_write,
    cacheWrite1h: prices.cache_write_1h,
    audioInput: prices.audio_input,
    audioCacheRead: prices.audio_cache_read,
    audioOutput: prices.audio_output,
    imageInput: prices.image_input,
    imageOutput: prices.image_output,
  }
  const stated = Object.entries(optional).filter(([, price]) => price !== undefined)
  return {
    prompt: perToken(prices.prompt),
    completion: perToken(prices.completion),
    ...Object.fromEntries(stated.map(([name, price]) => [name, perToken(price as number)])),
  }
}

/** USD per million tokens, as people write it, into the exact decimal USD per token. */
function perToken(usdPerMillion: number): string {
  return formatUsd(parseUsd(`${usdPerMillion.toFixed(9)}e-6`))
}

/** A number as people write it, as an exact decimal of at most 12 places: floating-point noise begins behind them. */
function plain(amount: number): string {
  return formatUsd(parseUsd(amount.toFixed(12)))
}
