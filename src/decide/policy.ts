/** A policy is data: limits (hard) and exchange rates (soft). Types only. */

import type { Parameter } from '../market/parameters.ts'
import type { Quantization } from '../market/quantization.ts'

/**
 * How the endpoint of the chosen model is found: `merit`, the one where a successful answer is expected to cost least; or
 * `price_weighted`, drawn by 1 / price² among those without an outage, as OpenRouter does. See `drawEndpoint`.
 */
export type EndpointChoice = 'merit' | 'price_weighted'

export type PolicyName = 'quality' | 'balanced' | 'cheap' | 'fast'

export interface Policy {
  readonly name: string
  readonly version: number
  /**
   * Candidates whose predicted quality is within this distance (probability) of the best
   * compete on merit; the rest rank behind them. 0 = only the best, 1 = everybody.
   */
  readonly qualityBand: number
  /** What one unit of predicted quality, one USD, one second and one kg of CO₂e are worth in merit. */
  readonly weights: {
    readonly quality: number
    readonly costUsd: number
    readonly latencySeconds: number
    readonly carbonKg: number
  }
  /** Limits of every call under this policy; a caller's own come on top and can only tighten them. */
  readonly limits?: Limits
  readonly atLeast?: AtLeast
  /** Absent: by merit. */
  readonly endpointChoice?: EndpointChoice
  /** Absent: the best is always taken. */
  readonly exploration?: Exploration
  /** Absent: a late endpoint is waited for. */
  readonly hedge?: Hedging
  /** How the band was found, where `meritorder calibrate` found it. */
  readonly evidence?: BandEvidence
}

/** What `meritorder calibrate` proved of a policy's band, on prompts that the router had not learned from. */
export interface BandEvidence {
  /** The file of outcomes, without its folder, and the first 16 hexadecimal digits of its SHA-256. */
  readonly data: string
  readonly sha256: string
  /** Different prompts that it was judged on. */
  readonly prompts: number
  readonly baseline: string
  /** Share of the baseline's expected quality that is kept, with this confidence (0..1). */
  readonly keep: number
  readonly confidence: number
  readonly method: 'learn-then-test'
  /** Observed: mean quality and mean cost by the baseline's; `costShare` is absent where the baseline cost nothing. */
  readonly qualityShare: number
  readonly costShare?: number
  /** Lower bound of the quality share at that confidence, for this band alone. */
  readonly provenShare: number
  /** Of the cross-validation. */
  readonly folds: number
  readonly seed: number
  /** YYYY-MM-DD */
  readonly date: string
}

/** Only models that are, with this probability (0..1), at least as good as one model. */
export interface AtLeast {
  readonly model: string
  readonly probability: number
}

/** How often an automatic choice tries what may turn out better, and at what price. */
export interface Exploration {
  /** Share of the calls, 0..1. */
  readonly share: number
  /** USD that a call may be expected to cost above what the best choice would. */
  readonly maxExtraCostUsd: number
  /** Predicted quality, 0..1, that a model must have to be tried. */
  readonly minQuality?: number
}

/** When a second endpoint is asked beside one that is late, and at what price. */
export interface Hedging {
  /** How late: the 95th percentile of the endpoint's own time to the first byte (streams only), or ms. */
  readonly after: 'p95' | number
  /** Share of the calls that may be hedged, 0..1. */
  readonly share: number
  /** USD that the second endpoint may be expected to cost. */
  readonly maxExtraCostUsd: number
}

/** Hard limits; a candidate that breaks one is removed and the limit is named. */
export interface Limits {
  /** Model slugs or globs (`anthropic/*`) that may be used; absent = all. */
  readonly allowedModels?: readonly string[]
  readonly excludedModels?: readonly string[]
  /** Provider slugs that may be used; absent = all. */
  readonly onlyProviders?: readonly string[]
  readonly ignoredProviders?: readonly string[]
  /** The caller's order of providers, where nobody beside it may be asked. */
  readonly orderedProviders?: readonly string[]
  /** Only endpoints that cost nothing. */
  readonly free?: true
  /** Only hosts that do not train on prompts. What is unknown is not allowed here and in the next three. */
  readonly noTraining?: true
  /** Only hosts that keep no prompts. */
  readonly zeroRetention?: true
  /** Only models whose authors allow distillation. */
  readonly distillable?: true
  readonly quantizations?: readonly Quantization[]
  /** Parameters that a host must be known to take. */
  readonly parameters?: readonly Parameter[]
  readonly maxPrice?: MaxPrice
  /** Country codes, EU, EEA: only endpoints that are known to process prompts nowhere else. */
  readonly regions?: readonly string[]
  /** Only providers that are known to be based in one of these. */
  readonly jurisdiction?: readonly string[]
  /** USD for the whole call, by estimate. */
  readonly maxCostUsd?: number
  /** No more than this model would cost for the same call. */
  readonly maxCostOfModel?: string
  /** Predicted time to the last byte, ms. */
  readonly maxLatencyMs?: number
  /** Predicted time to the first byte, ms. */
  readonly maxFirstByteMs?: number
  /** Estimated g CO₂e of the call. */
  readonly maxCarbonGrams?: number
  /** Predicted quality, 0..1. */
  readonly minQuality?: number
  /**
   * 0..1: of the models that all other limits leave, an automatic choice is among this share with the lowest expected
   * costs.
   */
  readonly cheapestShare?: number
}

/** Highest list prices, USD per million tokens. Hosts of the catalog charge neither by the request nor by the image. */
export interface MaxPrice {
  readonly prompt?: number
  readonly completion?: number
  /** Of audio that is read. */
  readonly audio?: number
}

/** What the endpoints of a model are sorted by, instead of merit. */
export type SortBy = 'price' | 'throughput' | 'latency' | 'exacto'

export interface Sort {
  readonly by: SortBy
  /** True: endpoints of all models in one list; else each model's own. */
  readonly acrossModels: boolean
}

/** A bound for each percentile named; all must hold. */
export type Percentiles = Readonly<Partial<Record<'p50' | 'p75' | 'p90' | 'p99', number>>>

/** Speeds that are preferred: endpoints that miss one come last, and none is removed. */
export interface SpeedPreferences {
  /** Output tokens per second. */
  readonly minThroughput?: Percentiles
  /** Milliseconds to the first byte. */
  readonly maxFirstByteMs?: Percentiles
}

/** What the caller wants decided: explicit models in order, or `auto` among all that the limits leave. */
export type Selector =
  | { readonly kind: 'auto' }
  /** Fallback order: the first model that can be served wins. */
  | { readonly kind: 'models'; readonly models: readonly string[] }

export interface PolicyRequest {
  /** `model` as the caller wrote it. */
  readonly requested: string
  readonly selector: Selector
  /** A whole policy, or the name of one; `decide` refuses a name it does not know. */
  readonly policy: string | Policy
  readonly limits: Limits
  /** Provider slugs to be tried first, in order. */
  readonly providerOrder?: readonly string[]
  readonly sort?: Sort
  readonly preferences?: SpeedPreferences
  /** False: of every model only the first choice is tried. */
  readonly allowFallbacks: boolean
  /** A prompt that no window holds may be shortened; `decide` does so only when it is told that it will be. */
  readonly compress?: true
}
