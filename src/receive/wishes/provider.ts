import type { Limits, MaxPrice, Percentiles, PolicyRequest, SortBy } from '../../decide/policy.ts'
import { isObject } from '../../json/is-object.ts'
import { sentParameters } from '../../market/parameters.ts'
import { QUANTIZATIONS } from '../../market/quantization.ts'
import {
  defined,
  type Fields,
  optional,
  type Reader,
  readArray,
  readBoolean,
  readObject,
  readWord,
  wrong,
} from '../fields.ts'
import { readAmount, readNames, readPlaces, readUpTo } from './limit-values.ts'

/** What OpenRouter's `provider` object asks for, with our own limits beside it. */
export type ProviderWishes = Pick<
  PolicyRequest,
  'limits' | 'providerOrder' | 'sort' | 'preferences' | 'allowFallbacks'
>

const MEMBERS = [
  ...['order', 'only', 'ignore', 'allow_fallbacks', 'require_parameters', 'data_collection', 'zdr'],
  ...['enforce_distillable_text', 'quantizations', 'sort', 'max_price'],
  ...['preferred_min_throughput', 'preferred_max_latency'],
  ...['max_cost', 'max_latency', 'max_carbon', 'min_quality', 'regions', 'jurisdiction'],
]

/**
 * Reads `provider` as OpenRouter's provider routing guide describes it, and our own members of it: `max_cost` (USD per
 * call), `max_latency` (s to the last byte, or `{first_byte, total}`), `max_carbon` (g CO₂e), `min_quality` (0..1),
 * `regions` and `jurisdiction` (countries, EU, EEA). The old `route` is `sort.partition`.
 *
 * @throws MeritorderError `invalid_request` naming the member that is unknown or has a wrong type or value.
 */
export function readProvider(body: Fields): ProviderWishes {
  if (body.provider === undefined && body.route === undefined) return NO_WISHES
  const provider = optional(readObject, body.provider, 'provider') ?? {}
  for (const member of Object.keys(provider))
    if (!MEMBERS.includes(member))
      throw wrong(`provider.${member}`, `one of the known members: ${MEMBERS.join(', ')}`)
  const read = <T>(member: string, reader: Reader<T>) =>
    optional(reader, provider[member], `provider.${member}`)
  const order = read('order', readNames)
  const fallbacks = read('allow_fallbacks', readBoolean) ?? true
  const onlyInOrder = order !== undefined && !fallbacks
  return {
    limits: { ...readLimits(provider, body), ...(onlyInOrder && { orderedProviders: order }) },
    // With an order, what must not be fallen back on are the providers beside it.
    allowFallbacks: fallbacks || onlyInOrder,
    ...defined({
      providerOrder: order,
      sort: readSort(provider.sort, body.route),
      preferences: readPreferences(provider),
    }),
  }
}

const NO_WISHES: ProviderWishes = { limits: {}, allowFallbacks: true }

function readLimits(provider: Fields, body: Fields): Limits {
  const read = <T>(member: string, reader: Reader<T>) =>
    optional(reader, provider[member], `provider.${member}`)
  const denies = read('data_collection', readWord(['allow', 'deny'] as const)) === 'deny'
  const required = read('require_parameters', readBoolean) === true
  return defined({
    onlyProviders: read('only', readNames),
    ignoredProviders: read('ignore', readNames),
    noTraining: denies ? (true as const) : undefined,
    zeroRetention: read('zdr', readBoolean) ? (true as const) : undefined,
    distillable: read('enforce_distillable_text', readBoolean) ? (true as const) : undefined,
    quantizations: read('quantizations', readQuantizations),
    parameters: required ? sentParameters(body) : undefined,
    maxPrice: read('max_price', readMaxPrice),
    regions: read('regions', readPlaces),
    jurisdiction: read('jurisdiction', readPlaces),
    maxCostUsd: read('max_cost', readAmount),
    ...read('max_latency', readMaxLatency),
    maxCarbonGrams: read('max_carbon', readAmount),
    minQuality: read('min_quality', readUpTo(1)),
  })
}

const TIMES = ['first_byte', 'total'] as const

/** Predicted times, s; a number is the total. */
const readMaxLatency: Reader<Pick<Limits, 'maxFirstByteMs' | 'maxLatencyMs'>> = (value, field) => {
  if (!isObject(value)) return { maxLatencyMs: readAmount(value, field) * 1000 }
  for (const time of Object.keys(value))
    if (!TIMES.some((known) => known === time)) throw wrong(`${field}.${time}`, `one of ${TIMES.join(', ')}`)
  const [first, total] = TIMES.map((time) => optional(readAmount, value[time], `${field}.${time}`))
  return defined({
    maxFirstByteMs: first === undefined ? undefined : first * 1000,
    maxLatencyMs: total === undefined ? undefined : total * 1000,
  })
}

const readQuantizations: Reader<Limits['quantizations']> = (value, field) => {
  const list = readArray(value, field).map((item, i) => readWord(QUANTIZATIONS)(item, `${field}[${i}]`))
  return list.length === 0 ? undefined : list
}

const PRICES = ['prompt', 'completion', 'request', 'image', 'audio'] as const

/** Hosts of the catalog charge neither by the request nor by the image, so these two are kept by all of them. */
const readMaxPrice: Reader<MaxPrice> = (value, field) => {
  const prices = readObject(value, field)
  for (const kind of Object.keys(prices))
    if (!PRICES.some((known) => known === kind))
      throw wrong(`${field}.${kind}`, `one of ${PRICES.join(', ')}`)
  const [prompt, completion, , , audio] = PRICES.map((kind) =>
    optional(readPrice, prices[kind], `${field}.${kind}`),
  )
  return defined({ prompt, completion, audio })
}

/** A number, or the decimal text that OpenRouter's schema has instead. */
const readPrice: Reader<number> = (value, field) => {
  const isDecimal = typeof value === 'string' && /^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)
  return readAmount(isDecimal ? Number(value) : value, field)
}

const SORTS = ['price', 'throughput', 'latency', 'exacto'] as const
const PARTITIONS = ['model', 'none'] as const

/** Who only says that models are not to be kept apart has their endpoints sorted by price, which is what is paid for. */
function readSort(value: unknown, route: unknown): PolicyRequest['sort'] {
  const field = 'provider.sort'
  const legacy = optional(readWord(['fallback', 'sort'] as const), route, 'route')
  const { by, partition } =
    typeof value === 'string' ? { by: value } : (optional(readSortObject, value, field) ?? {})
  const isObjectForm = isObject(value)
  const sortBy = optional(readWord(SORTS), by, isObjectForm ? `${field}.by` : field)
  const apart = optional(readWord(PARTITIONS), partition, `${field}.partition`)
  const acrossModels = apart === undefined ? legacy === 'sort' : apart === 'none'
  if (sortBy === undefined) return acrossModels ? { by: 'price', acrossModels } : undefined
  return { by: sortBy satisfies SortBy, acrossModels }
}

const readSortObject: Reader<{ by?: unknown; partition?: unknown }> = (value, field) => {
  if (!isObject(value)) throw wrong(field, `one of ${SORTS.join(', ')}, or {by, partition}`)
  for (const member of Object.keys(value))
    if (member !== 'by' && member !== 'partition') throw wrong(`${field}.${member}`, 'one of by, partition')
  return value
}

function readPreferences(provider: Fields): PolicyRequest['preferences'] {
  const read = (member: string) => optional(readPercentiles, provider[member], `provider.${member}`)
  const minThroughput = read('preferred_min_throughput')
  const seconds = read('preferred_max_latency')
  if (minThroughput === undefined && seconds === undefined) return undefined
  const maxFirstByteMs =
    seconds && Object.fromEntries(Object.entries(seconds).map(([key, value]) => [key, value * 1000]))
  return defined({ minThroughput, maxFirstByteMs })
}

const PERCENTILES = ['p50', 'p75', 'p90', 'p99'] as const

/** A number is the median's. */
const readPercentiles: Reader<Percentiles> = (value, field) => {
  if (!isObject(value)) return { p50: readAmount(value, field) }
  for (const name of Object.keys(value))
    if (!PERCENTILES.some((known) => known === name))
      throw wrong(`${field}.${name}`, `one of ${PERCENTILES.join(', ')}`)
  const entries = PERCENTILES.map((name) => [name, optional(readAmount, value[name], `${field}.${name}`)])
  return defined(Object.fromEntries(entries))
}
