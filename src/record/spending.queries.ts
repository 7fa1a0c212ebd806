import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { utcDay } from './utc-day.ts'

/** Calls whose cost is summed: one caller's, or all, altogether and since each of three days of UTC, epoch ms of any time in them. */
export interface SpendingQuery {
  readonly caller?: string
  readonly day: number
  readonly week: number
  readonly month: number
}

/** What calls have cost, exact decimal USD; simulated ones cost nothing, and deleted ones still count. */
export interface Spending {
  readonly total: string
  readonly day: string
  readonly week: string
  readonly month: string
}

/** What calls have cost, from the sums by day. */
export async function sumSpending(db: Kysely<Tables>, query: SpendingQuery): Promise<Spending> {
  const since = (at: number) =>
    sql<string>`coalesce(sum(cost_usd) filter (where day >= ${utcDay(at)}::date), 0)::text`
  let select = db
    .selectFrom('daily_sums')
    .select([
      sql<string>`coalesce(sum(cost_usd), 0)::text`.as('total'),
      since(query.day).as('day'),
      since(query.week).as('week'),
      since(query.month).as('month'),
    ])
  if (query.caller !== undefined) select = select.where('caller', '=', query.caller)
  return select.executeTakeFirstOrThrow()
}
