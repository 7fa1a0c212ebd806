/** What is offered, by whom, at what price: the words of the market. Types only; any room may import them. */

import type { WireFamily } from './families.ts'
import type { Quantization } from './quantization.ts'

export type Modality = 'text' | 'image' | 'audio' | 'video' | 'file'

/** How a provider is spoken to; `unsupported` where nobody here can yet. */
export type ProviderFamily = WireFamily | 'unsupported'

export interface Provider {
  /** Slug: `groq`, `amazon-bedrock`, `ollama`. */
  readonly slug: string
  readonly name: string
  readonly family: ProviderFamily
  /**
   * Base URL up to and including the version, without trailing slash: `https://api.groq.com/openai/v1`.
   * What depends on the account stands as the variable that holds it: `https://${DATABRICKS_HOST}/…`.
   */
  readonly baseUrl?: string
  /** Environment variables documented to hold the key; any one set enables the provider. */
  readonly keyVariables: readonly string[]
  readonly documentation?: string
  readonly dataPolicy?: DataPolicy
  /** Country of its headquarters, ISO 3166-1 alpha-2; absent = unknown. */
  readonly headquarters?: string
  /** Where prompts may be processed: country codes, or EU and EEA where nobody says more; absent = unknown. */
  readonly regions?: readonly string[]
  /** The public sources of these facts; what the configuration states has none. */
  readonly sources?: FactSources
  /** True for the practice market: answers are simulated and must say so. */
  readonly simulated?: true
}

/** What a host does with prompts, as it says itself; absent members are unknown. */
export interface DataPolicy {
  /** Prompts may be used for training. */
  readonly training?: boolean
  /** Days for which prompts are kept; 0 = not at all. */
  readonly retentionDays?: number
  /** Zero data retention is agreed with the host. */
  readonly zdr?: boolean
  /** Zero data retention can be had there, on request or by a setting of the account. */
  readonly zdrAvailable?: boolean
}

/** What is known of every provider, or known to be unknown. */
export type FactName = 'training' | 'retention_days' | 'zdr_available' | 'headquarters' | 'regions'

/** Where a fact was read, and when. */
export interface FactSource {
  /** https */
  readonly url: string
  /** YYYY-MM-DD */
  readonly date: string
}

export type FactSources = Readonly<Partial<Record<FactName, FactSource>>>

export interface Model {
  /** Slug `author/name` as OpenRouter writes it. */
  readonly slug: string
  readonly name: string
  readonly family?: string
  /** ISO date. */
  readonly releaseDate?: string
  readonly knowledgeCutoff?: string
  readonly openWeights: boolean
  readonly reasoning: boolean
  /** Parameters active per token, in billions, as a range where only an estimate exists. */
  readonly activeParameters?: { readonly low: number; readonly high: number }
  /** Total parameters, in billions. */
  readonly totalParameters?: { readonly low: number; readonly high: number }
}

/**
 * Prices as exact decimal strings in USD, per token (OpenRouter's form) unless said otherwise. Absent = the host does not
 * say: then cached and written tokens, audio and images cost what their side of the call costs, a cache kept for an
 * hour what a cache costs, thoughts what the answer costs.
 */
export interface Price extends TokenPrices {
  readonly reasoning?: string
  /** Per call; of a ranking, per search: a query with up to 100 documents. */
  readonly request?: string
  /** Per search that the provider makes for the call. */
  readonly webSearch?: string
  /** Prices for calls whose prompt is larger than `aboveTokens`, ascending. */
  readonly tiers?: readonly PriceTier[]
  /** Times of day at which everything costs more or less. */
  readonly hours?: readonly PriceHours[]
}

interface TokenPrices {
  readonly prompt: string
  readonly completion: string
  readonly cacheRead?: string
  /** Written to a cache that is kept for minutes (Anthropic's five). */
  readonly cacheWrite?: string
  /** Written to a cache that is kept for an hour. */
  readonly cacheWrite1h?: string
  readonly audioInput?: string
  readonly audioCacheRead?: string
  readonly audioOutput?: string
  readonly imageInput?: string
  readonly imageOutput?: string
}

/** What a tier does not say of audio and images costs what it costs outside the tier. */
export interface PriceTier extends TokenPrices {
  readonly aboveTokens: number
}

export interface PriceHours {
  /** `HH:MM` in UTC; from `from` until before `to`, over midnight where that is the earlier time. */
  readonly from: string
  readonly to: string
  /** True: Monday to Friday only, by the UTC date. */
  readonly weekdays?: boolean
  /** What all prices are multiplied by: a decimal with at most four places, "0.5" for half. */
  readonly share: string
}

/** One model at one provider: the thing a call is sent to. */
export interface Endpoint {
  /** `provider/upstreamModel`, unique in the market. */
  readonly id: string
  readonly provider: string
  /** Canonical model slug. */
  readonly model: string
  /** The id under which the host knows the model; what goes out in the body. */
  readonly upstreamModel: string
  /** Where it differs from its provider's: some hosts sell some models in another wire family. */
  readonly family?: ProviderFamily
  /** Where it differs from its provider's. */
  readonly baseUrl?: string
  readonly price?: Price
  /** Context window in tokens (prompt and completion together). */
  readonly contextTokens?: number
  readonly maxPromptTokens?: number
  readonly maxCompletionTokens?: number
  readonly input: readonly Modality[]
  readonly output: readonly Modality[]
  readonly supports: {
    readonly tools: boolean
    readonly structuredOutput: boolean
    readonly reasoning: boolean
    readonly temperature: boolean
  }
  readonly status?: 'alpha' | 'beta' | 'deprecated'
  /** Absent where the host does not say. */
  readonly quantization?: Quantization
  /** Where it differs from its provider's. */
  readonly dataPolicy?: DataPolicy
  /** Where it differs from its provider's, or its address says so. */
  readonly regions?: readonly string[]
  /** Whether the model's author allows other models to be trained on its answers; absent = unknown. */
  readonly distillable?: boolean
}

export interface Catalog {
  readonly version: string
  readonly providers: readonly Provider[]
  readonly models: readonly Model[]
  readonly endpoints: readonly Endpoint[]
}

/** How well an endpoint works right now, from the calls this gateway sent to it. */
export interface EndpointHealth {
  /** Decayed share of attempts that succeeded, 0..1; 1 when nothing is known. */
  readonly successRate: number
  /** Decayed mean time to the first byte, ms; absent when nothing is known. */
  readonly firstByteMs?: number
  /** Decayed mean output speed, tokens per second; absent when nothing is known. */
  readonly tokensPerSecond?: number
  /** Decayed mean time that a failed attempt took, ms; absent when none has failed. */
  readonly failureMs?: number
  /** Decayed variances of the first byte's time and of the speed. */
  readonly firstByteVariance?: number
  readonly tokensPerSecondVariance?: number
  /** Decayed number of attempts behind these figures. */
  readonly attempts: number
  /** Epoch ms until which the endpoint is left alone after repeated failures, or as it asked; 0 when it is not. */
  readonly pausedUntil: number
}

/** What can be bought now: the catalog narrowed to the enabled providers, with live health. */
export interface Market {
  readonly catalog: Catalog
  readonly health: (endpointId: string) => EndpointHealth
  /** Epoch ms until which an endpoint has no room for a call, see `TrafficCap`; absent where nobody counts: all have. */
  readonly fullUntil?: (endpointId: string) => number
}
