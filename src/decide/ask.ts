import type { Prompt } from '../understand/prompt.ts'
import type { CandidateTable } from './candidate-table.ts'
import { requiredBits } from './capability.ts'
import type { ExpectedTokens } from './expected-tokens.ts'
import { isGlob, matchesGlob } from './globs.ts'
import { LIMITS } from './limit-names.ts'
import { readName } from './names.ts'
import { placedWithin } from './placed.ts'
import type { Limits, Policy, PolicyRequest } from './policy.ts'
import type { CachedPrompt } from './predict.ts'
import { NOWHERE, providerPlaces } from './provider-slugs.ts'
import { referenceCostUsd } from './reference-model.ts'
import { type Demands, demandsOf } from './terms.ts'

/** What one call asks of every endpoint, in the columns' own terms. */
export interface Ask {
  readonly promptTokens: number
  /** What must fit a model's window at once: the prompt, or the longest of several texts. */
  readonly longestTokens: number
  /** Expected answer of each model, tokens. */
  readonly completionTokens: Float64Array
  /** What the caller allows the answer to have, tokens; 0 when it does not say. */
  readonly allowedTokens: number
  /** Prompt and answer together, tokens; the expected answer when the caller does not say. */
  readonly contextTokens: number
  /** Bits of `CAN`. */
  readonly required: number
  /** Searches that are billed, for a ranking; else 1: a fee per call is due once. */
  readonly searchUnits: number
  /** What prompt caches are expected to save of a conversation that goes on; absent where none does. */
  readonly cached?: readonly CachedPrompt[]
  /** One flag per endpoint. */
  readonly allowedModels: Uint8Array | undefined
  readonly excludedModels: Uint8Array | undefined
  /** One place per endpoint, `NOWHERE` for those that are not listed. */
  readonly onlyProviders: Uint16Array | undefined
  readonly ignoredProviders: readonly Uint16Array[]
  readonly orderedProviders: Uint16Array | undefined
  /** One flag per endpoint. */
  readonly regions: Uint8Array | undefined
  readonly jurisdiction: Uint8Array | undefined
  /** What is demanded of data policy, quantization, parameters and list price; absent when nothing is. */
  readonly demands: Demands | undefined
  /** All lists and demands as they were written, for what is remembered by them; empty where there are none. */
  readonly lists: string
  /** Limits on predictions, the tighter of the policy's and the caller's; absent when there is none at all. */
  readonly predictions: PredictionLimits | undefined
  readonly cheapestShare: number | undefined
  /** Endpoints removed so far, by number of the limit. */
  readonly removed: Int32Array
}

/** Units as in `Limits`. */
export interface PredictionLimits {
  readonly minQuality: number
  /** Predicted quality of a model. */
  readonly qualityOf: (model: number) => number
  /** Says whether a model keeps the policy's `atLeast`. */
  readonly isGoodEnough: ((model: number) => boolean) | undefined
  readonly maxCostUsd: number | undefined
  /** What the model of `maxCostOfModel` would cost, USD. */
  readonly referenceCostUsd: number | undefined
  readonly maxLatencyMs: number | undefined
  readonly maxFirstByteMs: number | undefined
  readonly maxCarbonGrams: number | undefined
}

/**
 * The host is the judge of what a named model can hold and our count of tokens is an estimate: a prompt is kept from it
 * only when even this share of the estimate is too much. `auto` has other choices and takes the estimate as it is.
 */
const NAMED_MODEL_SHARE = 0.8

/**
 * Puts a call's needs and limits into the table's terms. The policy's limits and the caller's hold together, so that
 * neither loosens the other.
 *
 * @param expected what `expectedTokensByModel` says.
 * @param qualityOf predicted quality of a model.
 * @param isGoodEnough what `atLeastAsGood` made of the policy's `atLeast`.
 * @param halved windows that hold half of prompt and answer count.
 * @throws MeritorderError `invalid_request` for a limit that names a model which cannot be compared with, or a provider
 *   that nobody knows.
 */
export function readAsk(
  prompt: Pick<Prompt, 'tokens' | 'needs'>,
  { limits: own, selector }: PolicyRequest,
  { limits: shared = {} }: Policy,
  table: CandidateTable,
  expected: ExpectedTokens,
  qualityOf: PredictionLimits['qualityOf'],
  isGoodEnough: PredictionLimits['isGoodEnough'],
  halved = false,
): Ask {
  const size = halved ? 0.5 : 1
  const auto = selector.kind === 'auto'
  const allowedTokens = prompt.needs.maxCompletionTokens ?? 0
  const share = auto ? 1 : NAMED_MODEL_SHARE
  const room = allowedTokens > 0 ? allowedTokens : auto ? expected.overall : 1
  const models = (names: readonly string[] | undefined) => names && endpointSet(names, table)
  const providers = (slugs: readonly string[] | undefined, field?: string) =>
    slugs && providerPlaces(slugs, table, field)
  const demands = demandsOf(shared, own, prompt.tokens)
  return {
    promptTokens: prompt.tokens,
    longestTokens: prompt.tokens * size,
    searchUnits: 1,
    completionTokens: expected.completionTokens,
    allowedTokens,
    contextTokens: (prompt.tokens * share + room) * size,
    required: requiredBits(prompt.needs, auto),
    allowedModels: inBoth(models(shared.allowedModels), models(own.allowedModels)),
    excludedModels: models(union(shared.excludedModels, own.excludedModels)),
    onlyProviders: listedInBoth(
      providers(shared.onlyProviders),
      providers(own.onlyProviders, 'provider.only'),
    ),
    ignoredProviders: [
      providers(shared.ignoredProviders),
      providers(own.ignoredProviders, 'provider.ignore'),
    ].filter((places) => places !== undefined),
    orderedProviders: providers(own.orderedProviders, 'provider.order'),
    regions: inBoth(
      shared.regions && placedWithin(shared.regions, 'regions', table),
      own.regions && placedWithin(own.regions, 'regions', table),
    ),
    jurisdiction: inBoth(
      shared.jurisdiction && placedWithin(shared.jurisdiction, 'headquarters', table),
      own.jurisdiction && placedWithin(own.jurisdiction, 'headquarters', table),
    ),
    demands,
    lists: listsOf(shared, own, demands),
    predictions: predictionLimits(shared, own, table, prompt.tokens, expected, qualityOf, isGoodEnough),
    cheapestShare: lower(shared.cheapestShare, own.cheapestShare),
    removed: new Int32Array(LIMITS.length),
  }
}

/** JSON keeps apart what was listed where; the length of the prompt matters to a list price only. */
function listsOf(shared: Limits, own: Limits, demands: Demands | undefined): string {
  const lists = [
    ...[shared.allowedModels, own.allowedModels, shared.excludedModels, own.excludedModels],
    ...[shared.onlyProviders, own.onlyProviders, shared.ignoredProviders, own.ignoredProviders],
    ...[own.orderedProviders, shared.regions, own.regions, shared.jurisdiction, own.jurisdiction],
    demands && { ...demands, promptTokens: demands.maxPrice && demands.promptTokens },
  ]
  return lists.every((list) => list === undefined) ? '' : JSON.stringify(lists)
}

function predictionLimits(
  shared: Limits,
  own: Limits,
  table: CandidateTable,
  promptTokens: number,
  expected: ExpectedTokens,
  qualityOf: PredictionLimits['qualityOf'],
  isGoodEnough: PredictionLimits['isGoodEnough'],
): PredictionLimits | undefined {
  const costOf = (name: string | undefined) =>
    name === undefined ? undefined : referenceCostUsd(name, table, promptTokens, expected)
  const limits = {
    isGoodEnough,
    maxCostUsd: lower(shared.maxCostUsd, own.maxCostUsd),
    referenceCostUsd: lower(costOf(shared.maxCostOfModel), costOf(own.maxCostOfModel)),
    maxLatencyMs: lower(shared.maxLatencyMs, own.maxLatencyMs),
    maxFirstByteMs: lower(shared.maxFirstByteMs, own.maxFirstByteMs),
    maxCarbonGrams: lower(shared.maxCarbonGrams, own.maxCarbonGrams),
  }
  const minQuality = Math.max(shared.minQuality ?? 0, own.minQuality ?? 0)
  const none = minQuality === 0 && Object.values(limits).every((limit) => limit === undefined)
  return none ? undefined : { minQuality, qualityOf, ...limits }
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b)
}

function union(
  a: readonly string[] | undefined,
  b: readonly string[] | undefined,
): readonly string[] | undefined {
  return a === undefined || b === undefined ? (a ?? b) : [...a, ...b]
}

function inBoth(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a.map((flag, i) => flag & b[i]!)
}

function listedInBoth(a: Uint16Array | undefined, b: Uint16Array | undefined): Uint16Array | undefined {
  return a === undefined || b === undefined
    ? (a ?? b)
    : a.map((place, e) => (b[e] === NOWHERE ? NOWHERE : place))
}

/** Lists of models are usually the same from call to call: this many are remembered. */
const REMEMBERED_SETS = 64

/** One flag per endpoint: does a list of slugs, globs, short names, hosts' ids or endpoint ids mean it? */
function endpointSet(names: readonly string[], table: CandidateTable): Uint8Array {
  const { endpointSets } = table.scratch
  // Whatever stands in a name, no list may be taken for another.
  const key = JSON.stringify(names)
  const known = endpointSets.get(key)
  if (known !== undefined) return known
  const set = new Uint8Array(table.endpoints.length)
  for (const name of names) {
    if (isGlob(name)) {
      const glob = name.toLowerCase()
      for (const [slug, m] of table.names.slugs) if (matchesGlob(glob, slug)) markModel(set, table, m)
      continue
    }
    const meaning = readName(name, table.names, (e) => table.model[e]!)
    if (meaning.kind === 'ambiguous') for (const m of meaning.models) markModel(set, table, m)
    else if (meaning.kind === 'model' && meaning.endpoint !== undefined) set[meaning.endpoint] = 1
    else if (meaning.kind === 'model') markModel(set, table, meaning.model)
  }
  if (endpointSets.size >= REMEMBERED_SETS) endpointSets.clear()
  endpointSets.set(key, set)
  return set
}

function markModel(set: Uint8Array, { firstEndpoint }: CandidateTable, m: number): void {
  set.fill(1, firstEndpoint[m], firstEndpoint[m + 1])
}
