import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'

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

/** By key, the largest first; by day, the newest first. A record without bounds, of a version before 0.3, counts by its middle. */
export async function sumClimate(db: Kysely<Tables>, query: ClimateQuery): Promise<ClimateSum[]> {
  const name =
    query.by === 'key'
      ? sql<string>`caller`
      : sql<string>`to_char(created_at at time zone 'UTC', 'YYYY-MM-DD')`
  const sum = (grams: ReturnType<typeof sql>) => sql<number>`coalesce(sum(${grams}), 0)`
  let select = db
    .selectFrom('generations')
    .select([
      name.as('name'),
      sql<number>`count(*)::integer`.as('calls'),
      sql<number>`count(carbon_grams)::integer`.as('estimated'),
      sum(sql`coalesce(carbon_low_grams, carbon_grams)`).as('low'),
      sum(sql`carbon_grams`).as('mid'),
      sum(sql`coalesce(carbon_high_grams, carbon_grams)`).as('high'),
    ])
    .where('simulated', '=', false)
    .where('created_at', '>=', sql<Date>`${new Date(query.since).toISOString()}::timestamptz`)
    .where('created_at', '<', sql<Date>`${new Date(query.until).toISOString()}::timestamptz`)
    .groupBy(name)
    .limit(query.limit)
  if (query.caller !== undefined) select = select.where('caller', '=', query.caller)
  return (query.by === 'key' ? select.orderBy('mid', 'desc') : select).orderBy('name', 'desc').execute()
}
