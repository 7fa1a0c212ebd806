import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { hasTags, ratingsWithin } from './generation-conditions.queries.ts'
import type { GenerationQuery, RatedRange } from './generation-query.ts'

/** So many calls are few: some tens of ms to read one by one. */
const FEW = 5_000

/**
 * Ids of all calls that can pass a query, and more that do not, where one of its filters lets few pass in the whole
 * history; undefined where none does.
 */
export async function rareIds(db: Kysely<Tables>, query: GenerationQuery): Promise<string[] | undefined> {
  for (const candidates of candidatesOf(query)) {
    const { rows } = await sql<{ id: string }>`${candidates} limit ${FEW + 1}`.execute(db)
    if (rows.length <= FEW) return rows.map(({ id }) => id)
  }
  return undefined
}

/** For each filter with an index of the kind: what that finds. Each stops at more than a few, so that it never takes long. */
function* candidatesOf({ tags, rated, minCostUsd, maxCostUsd }: GenerationQuery) {
  if (tags !== undefined) yield sql`select id from generations where ${hasTags(tags)}`
  if (rated !== undefined) yield ratedCandidates(rated)
  if (minCostUsd !== undefined || maxCostUsd !== undefined) yield costCandidates(minCostUsd, maxCostUsd)
}

/** Ordered, so that the index is read and not the table, most of which may be signals. */
function ratedCandidates(range: RatedRange): RawBuilder<unknown> {
  return sql`select generation_id as id from ratings r where ${ratingsWithin(range)} order by r.value`
}

/** Bounds of the classes of costs in the migration rare-generations, USD. */
const BOUNDS = [
  ...[0.000001, 0.000002, 0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005],
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
]

/** Calls of every class that costs within the range can be in. */
function costCandidates(least = 0, most = Number.POSITIVE_INFINITY): RawBuilder<unknown> {
  const first = classOf(least)
  const classes = Array.from({ length: Math.max(0, classOf(most) - first + 1) }, (_, n) => first + n)
  return sql`select of_class.id from unnest(${classes}::int[]) as class, lateral (
      select id from generations
      where width_bucket(cost_usd, array[${sql.join(BOUNDS.map((bound) => sql.lit(bound)))}]) = class
    ) of_class`
}

/** `width_bucket` of PostgreSQL: how many bounds are not above it. */
function classOf(usd: number): number {
  return BOUNDS.filter((bound) => bound <= usd).length
}
