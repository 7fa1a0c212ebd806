import type { Endpoint } from '../market/offer.ts'
import type { Usage } from '../market/usage.ts'

/** What an endpoint's prompt cache should hold of a conversation after a call. */
export interface HeldPrompt {
  readonly endpoint: Endpoint
  /** Tokens that should come back from the cache when the conversation goes on. */
  readonly tokens: number
  /** Share of them that is expected to, until it was observed. */
  readonly assumedShare: number
  /** How long, ms. */
  readonly lifetimeMs: number
}

/** Most hosts cache nothing shorter (OpenAI, Anthropic's larger models, Gemini 2.5 Flash: 1,024 tokens). */
const LEAST_TOKENS = 1024
/**
 * A host that caches by itself may send the next call to a machine that has nothing of it, and says so nowhere; one that
 * charges for what is written keeps it, as far as its lifetime goes.
 */
const ASSUMED_BY_ITSELF = 0.5
const ASSUMED_WRITTEN = 0.9
/** Anthropic's default, and the least that OpenAI names; an hour where that was paid for. */
const LIFETIME_MS = 5 * 60_000
const LONG_LIFETIME_MS = 60 * 60_000

/**
 * Where a host charges for writing to its cache, what it says was read and written is in there; elsewhere the whole prompt
 * should be, if it is long enough or some of it was read.
 */
export function heldPrompt(endpoint: Endpoint, usage: Usage): HeldPrompt {
  const { promptTokens, cacheReadTokens, cacheWriteTokens, cacheWrite1hTokens = 0 } = usage
  const isWritten = endpoint.price?.cacheWrite !== undefined
  const whole = promptTokens >= LEAST_TOKENS || cacheReadTokens > 0 ? promptTokens : 0
  return {
    endpoint,
    tokens: isWritten ? cacheReadTokens + cacheWriteTokens : whole,
    assumedShare: isWritten ? ASSUMED_WRITTEN : ASSUMED_BY_ITSELF,
    lifetimeMs: cacheWrite1hTokens > 0 ? LONG_LIFETIME_MS : LIFETIME_MS,
  }
}
