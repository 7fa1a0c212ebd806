import { type CarbonEstimate, carbonGrams } from '../market/climate.ts'
import type { Endpoint, Model, Provider } from '../market/offer.ts'
import { siteOf } from '../market/site.ts'
import { expectedSpeed } from '../market/speed.ts'

/** What is expected of a model at a provider before anything was measured there. */
export interface Footprint {
  /** Time to the first byte without the prompt's share, ms. */
  readonly firstByteMs: number
  /** Time per prompt token until the first byte, ms. */
  readonly msPerPromptToken: number
  /** Time per answer token, ms. */
  readonly msPerToken: number
  /** g CO₂e per answer token, where the endpoint computes. */
  readonly gramsPerToken: CarbonEstimate
}

/** Hosts on their own inference chips, by how much faster they write than a GPU host (their published speeds). */
const FAST_HOSTS: Readonly<Record<string, number>> = { cerebras: 20, groq: 6, sambanova: 6 }

/** 5,000 prompt tokens a second. */
const MS_PER_PROMPT_TOKEN = 0.2

/** The market's priors of speed and carbon for one model at one provider; live measurements replace the speed. */
export function footprint(
  model: Model,
  { price, regions }: Pick<Endpoint, 'price' | 'regions'>,
  provider: Pick<Provider, 'slug' | 'regions'>,
): Footprint {
  const { firstByteMs, tokensPerSecond } = expectedSpeed(model, price)
  return {
    firstByteMs,
    msPerPromptToken: MS_PER_PROMPT_TOKEN,
    msPerToken: 1000 / tokensPerSecond / (FAST_HOSTS[provider.slug] ?? 1),
    gramsPerToken: carbonGrams(model, 1, siteOf(provider.slug, regions ?? provider.regions)),
  }
}
