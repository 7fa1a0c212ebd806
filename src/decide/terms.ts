import type { DataPolicy, Endpoint, Provider } from '../market/offer.ts'
import { PARAMETERS, supportedParameters } from '../market/parameters.ts'
import { QUANTIZATIONS, type Quantization, statedQuantization } from '../market/quantization.ts'
import type { CandidateTable } from './candidate-table.ts'
import { LIMITS } from './limit-names.ts'
import type { Limits, MaxPrice } from './policy.ts'
import { listPrices } from './predict.ts'

/** The terms on which an endpoint is sold, one bit each; quantizations follow from `1 << FIRST_QUANTIZATION`. */
const TERM = { noTraining: 1 << 0, zeroRetention: 1 << 1, distillable: 1 << 2 } as const
const FIRST_QUANTIZATION = 3

/** The limit that a missing term counts under, by bit number. */
const TERM_LIMITS = ['provider.data_collection', 'provider.zdr', 'provider.enforce_distillable_text'] as const
const FIRST_TERM = LIMITS.indexOf(TERM_LIMITS[0])
const QUANTIZATION = LIMITS.indexOf('provider.quantizations')
const REQUIRE_PARAMETERS = LIMITS.indexOf('provider.require_parameters')
const MAX_PRICE = LIMITS.indexOf('provider.max_price')
const FREE = LIMITS.indexOf('free')

/**
 * The bits of an endpoint's terms: only what is known to hold. A server of one's own keeps prompts where they are, so it
 * neither trains nor retains unless its owner says otherwise. Who keeps nothing has nothing to train on.
 */
export function termBits(endpoint: Endpoint, { dataPolicy }: Provider, own: boolean): number {
  const { training, zdr, retentionDays }: DataPolicy =
    endpoint.dataPolicy ?? dataPolicy ?? (own ? { training: false, zdr: true } : {})
  const keepsNothing = zdr ?? retentionDays === 0
  let bits = 1 << (FIRST_QUANTIZATION + QUANTIZATIONS.indexOf(quantizationOf(endpoint)))
  if (training === false || (training === undefined && keepsNothing)) bits |= TERM.noTraining
  if (keepsNothing) bits |= TERM.zeroRetention
  if (endpoint.distillable === true) bits |= TERM.distillable
  return bits
}

/** Whether a row's host is known to keep a term. */
export function isKept(
  { terms }: Pick<CandidateTable, 'terms'>,
  e: number,
  term: keyof typeof TERM,
): boolean {
  return (terms[e]! & TERM[term]) !== 0
}

/** What the host says, or its own name of the model. */
export function quantizationOf({ quantization, upstreamModel }: Endpoint): Quantization {
  return quantization ?? statedQuantization(upstreamModel)
}

/** The bits of the parameters that an endpoint is known to take, by their places in `PARAMETERS`. */
export function parameterBits(endpoint: Endpoint, { family }: Provider): number {
  return bitsOf(PARAMETERS, supportedParameters(endpoint, endpoint.family ?? family))
}

function bitsOf<T>(all: readonly T[], some: readonly T[]): number {
  return some.reduce((bits, one) => bits | (1 << all.indexOf(one)), 0)
}

/** What a call demands of an endpoint's terms and list price. */
export interface Demands {
  readonly terms: number
  /** Any of these will do; 0 = all will. */
  readonly quantizations: number
  readonly parameters: number
  readonly maxPrice: MaxPrice | undefined
  readonly free: boolean
  readonly promptTokens: number
}

/** What a policy and a caller demand together; undefined when that is nothing. */
export function demandsOf(a: Limits, b: Limits, promptTokens: number): Demands | undefined {
  const demands: Demands = {
    terms: requiredTerms(a) | requiredTerms(b),
    quantizations: inBoth(quantizationBits(a), quantizationBits(b)),
    parameters: bitsOf(PARAMETERS, [...(a.parameters ?? []), ...(b.parameters ?? [])]),
    maxPrice: lowest(a.maxPrice, b.maxPrice),
    free: a.free === true || b.free === true,
    promptTokens,
  }
  const { terms, quantizations, parameters, maxPrice, free } = demands
  const none = (terms | quantizations | parameters) === 0 && maxPrice === undefined && !free
  return none ? undefined : demands
}

function requiredTerms({ noTraining, zeroRetention, distillable }: Limits): number {
  return (
    (noTraining ? TERM.noTraining : 0) |
    (zeroRetention ? TERM.zeroRetention : 0) |
    (distillable ? TERM.distillable : 0)
  )
}

function quantizationBits({ quantizations }: Limits): number {
  return quantizations === undefined ? 0 : bitsOf(QUANTIZATIONS, quantizations) << FIRST_QUANTIZATION
}

/** A bit that no endpoint has: two lists without a common member leave nothing. */
const NO_QUANTIZATION = 1 << 30

function inBoth(a: number, b: number): number {
  if (a === 0 || b === 0) return a | b
  return a & b || NO_QUANTIZATION
}

function lowest(a: MaxPrice | undefined, b: MaxPrice | undefined): MaxPrice | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const least = (kind: keyof MaxPrice) => Math.min(a[kind] ?? Infinity, b[kind] ?? Infinity)
  return { prompt: least('prompt'), completion: least('completion'), audio: least('audio') }
}

/** The first demand that a row does not meet, as the number of its limit, or −1. An unknown price meets no limit. */
export function brokenDemand(table: CandidateTable, demands: Demands, e: number): number {
  const { terms, quantizations, parameters, maxPrice, free, promptTokens } = demands
  if (free && !isFree(table, e)) return FREE
  const missing = terms & ~table.terms[e]!
  if (missing !== 0) return FIRST_TERM + lowestBit(missing)
  if (quantizations !== 0 && (quantizations & table.terms[e]!) === 0) return QUANTIZATION
  if ((parameters & ~table.parameters[e]!) !== 0) return REQUIRE_PARAMETERS
  if (maxPrice !== undefined && !isCheapEnough(table, e, maxPrice, promptTokens)) return MAX_PRICE
  return -1
}

/** True for an endpoint that states a price of nothing. */
export function isFree({ promptUsd, completionUsd }: CandidateTable, e: number): boolean {
  return promptUsd[e] === 0 && completionUsd[e] === 0
}

const MILLION = 1e6
/** For rounding: prices are decimals per token, limits decimals per million. */
const ALLOWANCE = 1 + 1e-9

function isCheapEnough(table: CandidateTable, e: number, most: MaxPrice, promptTokens: number): boolean {
  const { promptUsd, completionUsd } = listPrices(table, e, promptTokens)
  const keeps = (usd: number, limit: number | undefined) =>
    limit === undefined || limit === Infinity || usd * MILLION <= limit * ALLOWANCE
  if (!keeps(promptUsd, most.prompt) || !keeps(completionUsd, most.completion)) return false
  const { input, price } = table.endpoints[e]!
  return !input.includes('audio') || keeps(Number(price?.audioInput ?? promptUsd), most.audio)
}

/** The number of the lowest bit that is set. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}
