import type { Endpoint, EndpointHealth, Model, Provider } from '../market/offer.ts'
import type { Everything } from './everything.ts'
import type { Ideal } from './ideal.ts'
import type { Windows } from './market-rows.ts'
import type { NameIndex } from './names.ts'
import type { QualityTable } from './quality-table.ts'
import type { Scratch } from './scratch.ts'

/**
 * The market laid out for deciding: one column per fact, one row per endpoint, endpoints of a model side by side.
 * Compiled when the market or an artifact changes, read by every decision.
 */
export interface CandidateTable {
  /** By model slug, then id: the order in which a catalog lists them does not matter. */
  readonly endpoints: readonly Endpoint[]
  /** By slug; only models with an endpoint. */
  readonly models: readonly Model[]
  /** The place of each in `models`. */
  readonly rowOfModel: ReadonlyMap<string, number>
  /** By slug; only providers with an endpoint. */
  readonly providers: readonly Provider[]
  /** Endpoints of model m are rows firstEndpoint[m] … firstEndpoint[m + 1] − 1. */
  readonly firstEndpoint: Int32Array
  readonly model: Int32Array
  readonly provider: Int32Array
  /** Bits of `CAN`. */
  readonly capabilities: Int32Array
  /** Data policy, quantization and distillation, see `termBits`; and `parameterBits`. */
  readonly terms: Int32Array
  readonly parameters: Int32Array
  /** One of `DEAL`. */
  readonly deal: Uint8Array
  /** Tokens; UNLIMITED where the host does not say. */
  readonly contextTokens: Int32Array
  readonly maxPromptTokens: Int32Array
  readonly maxCompletionTokens: Int32Array
  /** USD per token; NaN where the host does not say. */
  readonly promptUsd: Float64Array
  readonly completionUsd: Float64Array
  /** USD per call, or per search of a ranking; 0 where the host states none. */
  readonly requestUsd: Float64Array
  /** Prices of larger prompts, ascending; most endpoints have none. */
  readonly tiers: readonly (readonly FloatTier[] | undefined)[]
  /** Priors of speed and carbon, see `footprint`. */
  readonly firstByteMs: Float64Array
  readonly msPerPromptToken: Float64Array
  readonly msPerToken: Float64Array
  readonly gramsPerToken: Float64Array
  /** Bounds of the same estimate. */
  readonly gramsPerTokenLow: Float64Array
  readonly gramsPerTokenHigh: Float64Array
  /** Position of each row when sorted by endpoint id: the last tie-breaker. */
  readonly idOrder: Int32Array
  readonly ideal: Ideal
  readonly windows: Windows
  readonly quality: QualityTable
  /** The rated model that leads over all kinds of prompts and has a price; −1 when there is none. */
  readonly bestOnAverage: number
  readonly names: NameIndex
  /** The whole catalog and its names, to say which key would serve a model that cannot be bought now. */
  readonly everything: Everything
  readonly health: (endpointId: string) => EndpointHealth
  readonly fullUntil: (endpointId: string) => number
  readonly scratch: Scratch
}

/** What the price of an endpoint is worth as a fact; the lower comes first. */
export const DEAL = {
  /** The host states a price above zero, or the server is one's own: the price can be compared. */
  priced: 0,
  /** $0 at somebody else's host: a rate-limited trial or a flat-rate plan, not a price. */
  trial: 1,
  unknown: 2,
} as const

export interface FloatTier {
  readonly aboveTokens: number
  readonly promptUsd: number
  readonly completionUsd: number
}
