import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { utcDay } from './utc-day.ts'

/** Calls whose emissions are summed: one caller's, or all, from `since` until before `until`, epoch ms. */
export interface ClimateQuery {
  readonly by: 'key' | 'day'
  readonly caller?: string
  readonly since: number
  readonly until: number
  /** Most sums. */
  readonly limit: number
}

/** What calls have emitted, g CO₂e; simulated ones emitted nothing. */
export interface ClimateSum {
  /** Name of the key, or the day by UTC: 2026-11-26. */
  readonly name: string
  readonly calls: number
  /** Those among them whose emissions are estimated: answered, and with text. */
  readonly estimated: number
  readonly low: number
  readonly mid: number
  readonly high: number
}

const DAY_MS = 86_400_000

/**
 * By key, the largest first; by day, the newest first. Whole days from the sums by day, which know deleted calls too; what
 * `since` and `until` leave of a day from its calls.
 */
export async function sumClimate(db: Kysely<Tables>, query: ClimateQuery): Promise<ClimateSum[]> {
  const name = query.by === 'key' ? sql`caller` : sql`to_char(day, 'YYYY-MM-DD')`
  const order = query.by === 'key' ? sql`mid desc, name desc` : sql`name desc`
  const { rows } = await sql<ClimateSum>`
    select ${name} as name, sum(calls)::integer as calls, sum(estimated)::integer as estimated,
      sum(low) as low, sum(mid) as mid, sum(high) as high
    from (${sql.join(partsOf(query), sql` union all `)}) parts
    group by 1 order by ${order} limit ${query.limit}`.execute(db)
  return rows
}

/** Sums of whole days, and of what is left before and behind them. */
function partsOf({ caller, since, until }: ClimateQuery): RawBuilder<unknown>[] {
  const whose = caller === undefined ? sql`` : sql`and caller = ${caller}`
  const first = Math.ceil(since / DAY_MS) * DAY_MS
  const end = Math.floor(until / DAY_MS) * DAY_MS
  if (first > end) return [callsBetween(since, until, whose)]
  const days = sql`select caller, day, calls, estimated,
      carbon_low_grams as low, carbon_grams as mid, carbon_high_grams as high
    from daily_sums where day >= ${utcDay(first)}::date and day < ${utcDay(end)}::date ${whose}`
  return [
    days,
    ...(since < first ? [callsBetween(since, first, whose)] : []),
    ...(end < until ? [callsBetween(end, until, whose)] : []),
  ]
}

/** A record without bounds, of a version before 0.3, counts by its middle. */
function callsBetween(from: number, to: number, whose: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select caller, (created_at at time zone 'UTC')::date as day, 1 as calls,
      (carbon_grams is not null)::integer as estimated, coalesce(carbon_low_grams, carbon_grams, 0) as low,
      coalesce(carbon_grams, 0) as mid, coalesce(carbon_high_grams, carbon_grams, 0) as high
    from generations
    where not simulated and created_at >= ${timeOf(from)}::timestamptz and created_at < ${timeOf(to)}::timestamptz ${whose}`
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}
