import { MeritorderError } from '../errors.ts'
import { wrong } from '../receive/fields.ts'
import type { GenerationQuery, RatedRange } from '../record/generation-query.ts'

const DEFAULT_LIMIT = 20
const MOST_LISTED = 1_000
/** Whole calls may be megabytes each. */
const MOST_WHOLE = 100
const TAG = 'tag.'

/**
 * The filters of `GET /v1/generations`: `limit`, `before` (an id), `since` and `until` (ISO 8601 or epoch ms), `model`,
 * `provider`, `intent`, `caller`, `outcome`, `tag.KEY`, `min_cost`, `max_cost` (USD), `rated` (`any`, `good`, `bad`, or
 * `0.2..0.5`), `text`, `whole=true`.
 *
 * @throws MeritorderError `invalid_request` naming a filter that is not known or has no such value
 */
export function readFilters(query: URLSearchParams): GenerationQuery {
  const read: Record<string, unknown> = {}
  const tags = new Map<string, string>()
  for (const [name, value] of query) {
    // No text in the database has one, and none can be asked for.
    if (`${name}${value}`.includes('\0')) throw wrong(name, 'a text without NUL')
    if (name.startsWith(TAG) && name.length > TAG.length) tags.set(name.slice(TAG.length), value)
    else if (Object.hasOwn(FILTERS, name)) Object.assign(read, FILTERS[name as keyof typeof FILTERS](value))
    else throw unknown(name)
  }
  const { whole, limit = DEFAULT_LIMIT } = read as Partial<GenerationQuery>
  if (whole === true && limit > MOST_WHOLE) throw wrong('limit', `at most ${MOST_WHOLE} for whole calls`)
  return { ...read, limit, ...(tags.size > 0 && { tags: Object.fromEntries(tags) }) }
}

type Filter = (value: string) => Partial<GenerationQuery>

const FILTERS = {
  limit: (value) => ({ limit: readWhole(value, 'limit', 1, MOST_LISTED) }),
  before: (value) => ({ before: text(value, 'before') }),
  since: (value) => ({ since: readTime(value, 'since') }),
  until: (value) => ({ until: readTime(value, 'until') }),
  model: (value) => ({ model: text(value, 'model') }),
  provider: (value) => ({ provider: text(value, 'provider') }),
  intent: (value) => ({ intent: text(value, 'intent') }),
  caller: (value) => ({ caller: text(value, 'caller') }),
  outcome: (value) => ({ outcome: text(value, 'outcome') }),
  min_cost: (value) => ({ minCostUsd: amount(value, 'min_cost') }),
  max_cost: (value) => ({ maxCostUsd: amount(value, 'max_cost') }),
  rated: (value) => ({ rated: ratedRange(value) }),
  text: (value) => ({ text: text(value, 'text') }),
  whole: (value) => {
    if (value !== 'true' && value !== 'false') throw wrong('whole', 'true or false')
    return { whole: value === 'true' }
  },
} satisfies Record<string, Filter>

function text(value: string, field: string): string {
  if (value !== '' && value.length <= 500) return value
  throw wrong(field, 'a text of 1 to 500 characters')
}

/** A whole number in a query. @throws MeritorderError `invalid_request` naming the field */
export function readWhole(value: string, field: string, least: number, most: number): number {
  const number = Number(value)
  if (/^\d{1,9}$/.test(value) && number >= least && number <= most) return number
  throw wrong(field, `a whole number from ${least} to ${most}`)
}

function amount(value: string, field: string): number {
  const number = Number(value)
  if (value.trim() !== '' && Number.isFinite(number) && number >= 0) return number
  throw wrong(field, 'an amount in USD of 0 or more')
}

/** The years 1970 to 9999, which both a date and the database can hold. */
const LAST_TIME = 253_402_300_799_999

/** A time in a query, ISO 8601 or epoch ms; as epoch ms. @throws MeritorderError `invalid_request` naming the field */
export function readTime(value: string, field: string): number {
  const at = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
  if (at >= 0 && at <= LAST_TIME) return at
  throw wrong(field, 'a time, such as 2026-11-26T08:00:00Z, or milliseconds since 1970')
}

const RANGES: ReadonlyMap<string, RatedRange> = new Map<string, RatedRange>([
  ['any', {}],
  ['good', { least: 0.5 }],
  ['bad', { most: 0.5 }],
])

function ratedRange(value: string): RatedRange {
  const named = RANGES.get(value)
  if (named !== undefined) return named
  const [, least, most] = /^([\d.]+)\.\.([\d.]+)$/.exec(value) ?? []
  const range = { least: Number(least), most: Number(most) }
  if (range.least >= 0 && range.least <= range.most && range.most <= 1) return range
  throw wrong('rated', '"any", "good", "bad" or a range such as 0.2..0.5')
}

function unknown(name: string): MeritorderError {
  const known = [...Object.keys(FILTERS), `${TAG}KEY`].join(', ')
  return new MeritorderError(
    'invalid_request',
    `There is no filter ${name.slice(0, 100)}; there are ${known}.`,
    { limit: name.slice(0, 100) },
  )
}
