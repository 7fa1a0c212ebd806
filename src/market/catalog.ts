import { MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import { FAMILIES } from './families.ts'
import type { Catalog, Endpoint, Model, Provider } from './offer.ts'
import { QUANTIZATIONS } from './quantization.ts'

/**
 * Checks that a parsed JSON value is a catalog: every field of its type, ids unique, every endpoint's provider and
 * model present. Checked by hand, not by a schema library: it is read at every start (some 5,000 endpoints).
 *
 * @param origin what to call the value in an error: a file's path
 * @throws MeritorderError `unprocessable`, naming the entry and the field.
 */
export function parseCatalog(value: unknown, origin = 'the catalog'): Catalog {
  const fail: Fail = (where, expected) => {
    throw new MeritorderError(
      'unprocessable',
      `${origin} is no valid catalog: ${where} must be ${expected}. Rebuild it with "meritorder models refresh".`,
    )
  }
  if (!isObject(value)) return fail('it', 'an object')
  const { version, providers, models, endpoints } = value
  if (typeof version !== 'string') return fail('version', 'a string')
  if (!isList(providers, isProvider, 'providers', 'slug', fail)) return fail('providers', 'a list')
  if (!isList(models, isModel, 'models', 'slug', fail)) return fail('models', 'a list')
  if (!isList(endpoints, isEndpoint, 'endpoints', 'id', fail)) return fail('endpoints', 'a list')
  const hosts = unique(providers, 'providers', ({ slug }) => slug, fail)
  const slugs = unique(models, 'models', ({ slug }) => slug, fail)
  unique(endpoints, 'endpoints', ({ id }) => id, fail)
  for (const { id, provider, model } of endpoints) {
    if (!hosts.has(provider)) fail(`endpoints "${id}": provider`, `one of the providers (got "${provider}")`)
    if (!slugs.has(model)) fail(`endpoints "${id}": model`, `one of the models (got "${model}")`)
  }
  return { version, providers, models, endpoints }
}

type Fail = (where: string, expected: string) => never
type Fields = Readonly<Record<string, unknown>>
/** Says which field is wrong and what it must be, or nothing. */
type Check = (fields: Fields) => string | undefined

/** Checks every entry; false when `value` is no list at all. */
function isList<T>(
  value: unknown,
  check: (entry: Fields, complain: (problem: string) => never) => entry is T & Fields,
  list: string,
  label: string,
  fail: Fail,
): value is T[] {
  if (!Array.isArray(value)) return false
  return value.every((entry: unknown, i) => {
    if (!isObject(entry)) return fail(`${list}[${i}]`, 'an object')
    const name = typeof entry[label] === 'string' ? `${list} "${entry[label]}"` : `${list}[${i}]`
    return check(entry, (problem) =>
      fail(`${name}: ${problem.split(' ')[0]}`, problem.slice(problem.indexOf(' ') + 1)),
    )
  })
}

function isProvider(fields: Fields, complain: (problem: string) => never): fields is Provider & Fields {
  if (!isText(fields.slug)) return complain('slug a non-empty string')
  if (!isText(fields.name)) return complain('name a non-empty string')
  if (!isFamily(fields.family)) return complain(FAMILY_PROBLEM)
  if (!isOptionalText(fields.baseUrl)) return complain('baseUrl a string')
  if (!isTextList(fields.keyVariables)) return complain('keyVariables a list of strings')
  if (!isOptionalText(fields.documentation)) return complain('documentation a string')
  if (!isOptionalDataPolicy(fields.dataPolicy)) return complain(DATA_POLICY_PROBLEM)
  if (fields.simulated !== undefined && fields.simulated !== true) return complain('simulated true or absent')
  return true
}

function isModel(fields: Fields, complain: (problem: string) => never): fields is Model & Fields {
  if (!isText(fields.slug)) return complain('slug a non-empty string')
  if (!isText(fields.name)) return complain('name a non-empty string')
  for (const field of ['family', 'releaseDate', 'knowledgeCutoff'])
    if (!isOptionalText(fields[field])) return complain(`${field} a string`)
  if (typeof fields.openWeights !== 'boolean') return complain('openWeights true or false')
  if (typeof fields.reasoning !== 'boolean') return complain('reasoning true or false')
  for (const field of ['activeParameters', 'totalParameters'])
    if (!isOptionalRange(fields[field])) return complain(`${field} {low, high} in billions, low ≤ high`)
  return true
}

function isEndpoint(fields: Fields, complain: (problem: string) => never): fields is Endpoint & Fields {
  const { supports, status } = fields
  for (const field of ['id', 'provider', 'model', 'upstreamModel'])
    if (!isText(fields[field])) return complain(`${field} a non-empty string`)
  if (fields.family !== undefined && !isFamily(fields.family)) return complain(FAMILY_PROBLEM)
  if (!isOptionalText(fields.baseUrl)) return complain('baseUrl a string')
  const priceProblem = fields.price === undefined ? undefined : problemOfPrice(fields.price)
  if (priceProblem !== undefined) return complain(priceProblem)
  for (const field of ['contextTokens', 'maxPromptTokens', 'maxCompletionTokens'])
    if (!isOptionalCount(fields[field])) return complain(`${field} a positive whole number`)
  if (!isModalities(fields.input)) return complain(`input ${MODALITIES_PROBLEM}`)
  if (!isModalities(fields.output)) return complain(`output ${MODALITIES_PROBLEM}`)
  if (!isObject(supports)) return complain('supports an object')
  for (const ability of ['tools', 'structuredOutput', 'reasoning', 'temperature'])
    if (typeof supports[ability] !== 'boolean') return complain(`supports.${ability} true or false`)
  if (status !== undefined && status !== 'alpha' && status !== 'beta' && status !== 'deprecated')
    return complain('status alpha, beta, deprecated or absent')
  if (fields.quantization !== undefined && !KNOWN_QUANTIZATIONS.includes(fields.quantization))
    return complain(`quantization one of ${QUANTIZATIONS.join(', ')}`)
  if (!isOptionalDataPolicy(fields.dataPolicy)) return complain(DATA_POLICY_PROBLEM)
  if (!isOptionalBoolean(fields.distillable)) return complain('distillable true or false')
  return true
}

const problemOfPrice = (price: unknown): string | undefined => {
  if (!isObject(price)) return 'price an object'
  const { tiers = [], hours = [] } = price
  const problem = problemOfPrices(price) ?? FEES.map((f) => problemOfAmount(price, f, true)).find(isText)
  if (problem !== undefined) return problem
  if (!Array.isArray(tiers)) return 'price.tiers a list'
  let above = 0
  for (const tier of tiers as unknown[]) {
    if (!isObject(tier)) return 'price.tiers a list of objects'
    const tierProblem = problemOfPrices(tier)
    if (tierProblem !== undefined) return tierProblem.replace('price.', 'price.tiers.')
    if (!isCount(tier.aboveTokens) || tier.aboveTokens <= above)
      return 'price.tiers.aboveTokens positive whole numbers, ascending'
    above = tier.aboveTokens
  }
  return Array.isArray(hours) && hours.every(isHours) ? undefined : HOURS_PROBLEM
}

const FEES = ['reasoning', 'request', 'webSearch']

const problemOfPrices: Check = (prices) =>
  problemOfAmount(prices, 'prompt', false) ??
  problemOfAmount(prices, 'completion', false) ??
  TOKEN_PRICES.map((field) => problemOfAmount(prices, field, true)).find(isText)

const TOKEN_PRICES = [
  ...['cacheRead', 'cacheWrite', 'cacheWrite1h', 'audioInput', 'audioCacheRead', 'audioOutput'],
  ...['imageInput', 'imageOutput'],
]

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/
const SHARE = /^\d{1,3}(\.\d{1,4})?$/
const HOURS_PROBLEM =
  'price.hours a list of {from, to: HH:MM, share: a decimal with at most 4 places, as a string}'

function isHours(value: unknown): boolean {
  if (!isObject(value)) return false
  const { from, to, share, weekdays } = value
  const clocks = [from, to].every((clock) => typeof clock === 'string' && CLOCK.test(clock))
  const isFlag = weekdays === undefined || typeof weekdays === 'boolean'
  return clocks && isFlag && typeof share === 'string' && SHARE.test(share)
}

function problemOfAmount(prices: Fields, field: string, optional: boolean): string | undefined {
  const amount = prices[field]
  if (amount === undefined && optional) return undefined
  return typeof amount === 'string' && AMOUNT.test(amount)
    ? undefined
    : `price.${field} a decimal of USD per token with at most 15 places, as a string`
}

/** What `parseUsd` reads exactly, without an exponent. */
const AMOUNT = /^\d{1,20}(\.\d{1,15})?$/
const MODALITIES_PROBLEM = 'a list of text, image, audio, video, file'
const KNOWN_FAMILIES: readonly unknown[] = [...FAMILIES, 'unsupported']
const KNOWN_QUANTIZATIONS: readonly unknown[] = QUANTIZATIONS
const DATA_POLICY_PROBLEM = 'dataPolicy {training, retentionDays, zdr}'
const FAMILY_PROBLEM = `family one of ${KNOWN_FAMILIES.join(', ')}`

function unique<T>(
  entries: readonly T[],
  list: string,
  keyOf: (entry: T) => string,
  fail: Fail,
): Set<string> {
  const keys = new Set<string>()
  for (const entry of entries) {
    const key = keyOf(entry)
    if (keys.has(key)) fail(`${list} "${key}"`, 'listed once')
    keys.add(key)
  }
  return keys
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

function isFamily(value: unknown): boolean {
  return KNOWN_FAMILIES.includes(value)
}

function isOptionalBoolean(value: unknown): boolean {
  return value === undefined || typeof value === 'boolean'
}

function isOptionalDataPolicy(value: unknown): boolean {
  if (value === undefined) return true
  if (!isObject(value)) return false
  const { training, retentionDays: days, zdr } = value
  const isDays = days === undefined || (typeof days === 'number' && Number.isFinite(days) && days >= 0)
  return isOptionalBoolean(training) && isOptionalBoolean(zdr) && isDays
}

function isModalities(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((m) => m === 'text' || m === 'image' || m === 'audio' || m === 'video' || m === 'file')
  )
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function isOptionalCount(value: unknown): boolean {
  return value === undefined || isCount(value)
}

function isOptionalRange(value: unknown): boolean {
  if (value === undefined) return true
  if (!isObject(value)) return false
  const { low, high } = value
  return (
    typeof low === 'number' && typeof high === 'number' && low > 0 && low <= high && Number.isFinite(high)
  )
}
