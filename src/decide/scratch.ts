import { LRUCache } from 'lru-cache'
import type { MarketRows } from './market-rows.ts'
import { type Rows, roomForRows } from './rows.ts'

/** Working memory of one decision at a time (deciding is synchronous), so that it allocates nothing per endpoint. */
export interface Scratch {
  /** Rows that the limits leave, by model, where they are not remembered. */
  readonly rows: Rows
  /** Those of them that stand near the best. */
  readonly near: Rows
  /** What was asked of the whole market before, see `marketRows`. */
  readonly marketRows: LRUCache<string, MarketRows>
  /** Per endpoint; written for the rows that are weighed. */
  readonly costUsd: Float64Array
  readonly latencyMs: Float64Array
  readonly merit: Float64Array
  readonly passed: Uint8Array
  /** One of `READINESS`. */
  readonly readiness: Uint8Array
  /** 1: too many of its attempts fail, see `LEAST_SUCCESS`. */
  readonly ailing: Uint8Array
  /** Per model: expected tokens of its answer. */
  readonly completionTokens: Float64Array
  /** Per model: the logit of the quality it is ranked by, this quality, and its step below the best of those. */
  readonly logits: Float64Array
  readonly standing: Float64Array
  readonly step: Float64Array
  /** Groups of rows that may be in the short list, and by the model the merit that these do not exceed. */
  readonly groups: Int32Array
  readonly promise: Float64Array
  /** Rows of the short list, best first, and those of one model on their way there. */
  readonly listed: Int32Array
  readonly listedOfModel: Int32Array
  /** Sets of endpoints that lists of names and globs stand for, by the list. */
  readonly endpointSets: Map<string, Uint8Array>
  /** Places of endpoints in lists of providers, by the list. */
  readonly providerPlaces: Map<string, Uint16Array>
  /** Which endpoints lie within lists of places, by the list. */
  readonly placed: Map<string, Uint8Array>
}

/** Kinds of calls whose rows are remembered, some 30 KB each. */
const REMEMBERED = 64

/** Working memory for a market of so many endpoints and models. */
export function scratchFor(endpoints: number, models: number): Scratch {
  return {
    rows: roomForRows(endpoints, models),
    near: roomForRows(endpoints, models),
    marketRows: new LRUCache({ max: REMEMBERED }),
    costUsd: new Float64Array(endpoints),
    latencyMs: new Float64Array(endpoints),
    merit: new Float64Array(endpoints),
    passed: new Uint8Array(endpoints),
    readiness: new Uint8Array(endpoints),
    ailing: new Uint8Array(endpoints),
    completionTokens: new Float64Array(models),
    logits: new Float64Array(models),
    standing: new Float64Array(models),
    step: new Float64Array(models),
    groups: new Int32Array(models),
    promise: new Float64Array(models),
    listed: new Int32Array(endpoints),
    listedOfModel: new Int32Array(endpoints),
    endpointSets: new Map(),
    providerPlaces: new Map(),
    placed: new Map(),
  }
}
