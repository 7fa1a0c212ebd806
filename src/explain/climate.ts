import { readWord, wrong } from '../receive/fields.ts'
import type { ClimateQuery, ClimateSum } from '../record/climate.queries.ts'
import { readTime, readWhole } from './generation-filters.ts'

const DAY_MS = 86_400_000
/** So many days are summed unless the query says otherwise, today the last; and so many at most: a sum reads each key's every day. */
const USUAL_DAYS = 30
const MOST_DAYS = 366
const MOST_SUMS = 1_000

/**
 * The query of `GET /v1/climate`: `by` (`day`, the default, or `key`), `since` and `until` (ISO 8601 or epoch ms; the last
 * 30 days of UTC, whole), `limit`.
 *
 * @param caller with configured keys nobody sees another's sums
 * @param now epoch ms
 * @throws MeritorderError `invalid_request` naming what is not known or has no such value
 */
export function readClimateQuery(
  query: URLSearchParams,
  caller: string | undefined,
  now: number,
): ClimateQuery {
  for (const name of query.keys()) if (!KNOWN.includes(name)) throw wrong(name, `one of ${KNOWN.join(', ')}`)
  const read = <T>(name: string, reader: (value: string, field: string) => T): T | undefined =>
    query.has(name) ? reader(query.get(name)!, name) : undefined
  const until = read('until', readTime) ?? (Math.floor(now / DAY_MS) + 1) * DAY_MS
  const since = read('since', readTime) ?? until - USUAL_DAYS * DAY_MS
  if (since >= until || until - since > MOST_DAYS * DAY_MS)
    throw wrong('since', `before until, by at most ${MOST_DAYS} days`)
  return {
    by: read('by', readWord(['day', 'key'] as const)) ?? 'day',
    since,
    until,
    limit: read('limit', (value, field) => readWhole(value, field, 1, MOST_SUMS)) ?? 100,
    ...(caller !== undefined && { caller }),
  }
}

const KNOWN = ['by', 'since', 'until', 'limit']

/** Sums of emissions as `GET /v1/climate` tells them, g CO₂e. */
export function climateJson({ by, since, until }: ClimateQuery, sums: readonly ClimateSum[]) {
  return {
    by,
    since: new Date(since).toISOString(),
    until: new Date(until).toISOString(),
    data: sums.map(({ name, calls, estimated, low, mid, high }) => ({
      [by]: name,
      calls,
      estimated_calls: estimated,
      carbon_low_g: low,
      carbon_g: mid,
      carbon_high_g: high,
    })),
  }
}
