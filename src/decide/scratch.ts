/** Working memory of one decision at a time (deciding is synchronous), so that it allocates nothing per endpoint. */
export interface Scratch {
  /** Rows that the limits left, ascending, so that those of one model stand together. */
  readonly survivors: Int32Array
  /** The same of an automatic choice before anything was tried out on `survivors`. */
  readonly left: Int32Array
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
  /** Per model: predicted quality, the quality it is ranked by, and its step below the best of those. */
  readonly quality: Float64Array
  readonly standing: Float64Array
  readonly step: Float64Array
  /** Per model with survivors: its row, where its survivors begin, and its step in coarse. */
  readonly groupModel: Int32Array
  readonly groupStart: Int32Array
  readonly groupBucket: Uint8Array
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

/** Working memory for a market of so many endpoints and models. */
export function scratchFor(endpoints: number, models: number): Scratch {
  return {
    survivors: new Int32Array(endpoints),
    left: new Int32Array(endpoints),
    costUsd: new Float64Array(endpoints),
    latencyMs: new Float64Array(endpoints),
    merit: new Float64Array(endpoints),
    passed: new Uint8Array(endpoints),
    readiness: new Uint8Array(endpoints),
    ailing: new Uint8Array(endpoints),
    completionTokens: new Float64Array(models),
    quality: new Float64Array(models),
    standing: new Float64Array(models),
    step: new Float64Array(models),
    groupModel: new Int32Array(models),
    groupStart: new Int32Array(models + 1),
    groupBucket: new Uint8Array(models),
    listed: new Int32Array(endpoints),
    listedOfModel: new Int32Array(endpoints),
    endpointSets: new Map(),
    providerPlaces: new Map(),
    placed: new Map(),
  }
}
