import { carbonGrams } from '../market/climate.ts'
import type { Model, Price } from '../market/offer.ts'
import { expectedSpeed } from '../market/speed.ts'

/** What is expected of a model at a provider before anything was measured there. */
export interface Footprint {
  /** Time to the first byte without the prompt's share, ms. */
  readonly firstByteMs: number
  /** Time per prompt token until the first byte, ms. */
  readonly msPerPromptToken: number
  /** Time per answer token, ms. */
  readonly msPerToken: number
  /** g CO₂e per answer token, the middle of the estimate. */
  readonly gramsPerToken: number
}

/** Hosts on their own inference chips, by how much faster they write than a GPU host (their published speeds). */
const FAST_HOSTS: Readonly<Record<string, number>> = { cerebras: 20, groq: 6, sambanova: 6 }

/** 5,000 prompt tokens a second. */
const MS_PER_PROMPT_TOKEN = 0.2

/** The market's priors of speed and carbon for one model at one provider; live measurements replace the speed. */
export function footprint(model: Model, providerSlug: string, price: Price | undefined): Footprint {
  const { firstByteMs, tokensPerSecond } = expectedSpeed(model, price)
  return {
    firstByteMs,
    msPerPromptToken: MS_PER_PROMPT_TOKEN,
    msPerToken: 1000 / tokensPerSecond / (FAST_HOSTS[providerSlug] ?? 1),
    gramsPerToken: carbonGrams(model, 1).mid,
  }
}
