import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { hasTags, ratingsWithin } from './generation-conditions.queries.ts'
import type { GenerationQuery, RatedRange } from './generation-query.ts'

/** So many calls are few: some tens of ms to read one by one. */
const FEW = 5_000

/** What filters look at, without the wide columns: rows that are looked through are kept in memory. */
const COLUMNS = sql`id, created_at, caller, model, provider, outcome, intents, tags, cost_usd`

/**
 * Ids of the newest calls that pass a query, at most `limit`, where one of its filters lets few pass in the whole history;
 * undefined where none does. `condition` is all that the query asks for.
 */
export async function rareIds(
  db: Kysely<Tables>,
  query: GenerationQuery,
  condition: RawBuilder<boolean>,
  limit: number,
): Promise<readonly string[] | undefined> {
  for (const candidates of candidatesOf(query)) {
    const { rows } = await sql<{ examined: number; ids: string[] }>`
      with few as materialized (${candidates} limit ${FEW + 1})
      select (select count(*)::int from few) as examined, array(
        select id from (select distinct id, created_at from few generations where ${condition}) passing
        order by created_at desc, id desc limit ${limit}
      ) as ids`.execute(db)
    if (rows[0] !== undefined && rows[0].examined <= FEW) return rows[0].ids
  }
  return undefined
}

/** For each filter with an index of the kind: the calls that it finds, and more. */
function* candidatesOf({ tags, rated, minCostUsd, maxCostUsd }: GenerationQuery) {
  if (tags !== undefined) yield sql`select ${COLUMNS} from generations where ${hasTags(tags)}`
  if (rated !== undefined) yield ratedCandidates(rated)
  if (minCostUsd !== undefined || maxCostUsd !== undefined) yield costCandidates(minCostUsd, maxCostUsd)
}

/** Ordered, so that the index is read and not the table, most of which may be signals; call by call, not as a join that would read all. */
function ratedCandidates(range: RatedRange): RawBuilder<unknown> {
  return sql`select call.* from (
      select generation_id from ratings r where ${ratingsWithin(range)} order by r.value limit ${FEW + 1}
    ) rating, lateral (select ${COLUMNS} from generations where id = rating.generation_id offset 0) call`
}

/** Bounds of the classes of costs in the migration rare-generations, USD. */
const BOUNDS = [
  ...[0.000001, 0.000002, 0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005],
  ...[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100],
]

/** Calls of every class that costs within the range can be in; `offset 0` has the index asked class by class, where PostgreSQL would read the table once for all. */
function costCandidates(least = 0, most = Number.POSITIVE_INFINITY): RawBuilder<unknown> {
  const first = classOf(least)
  const classes = Array.from({ length: Math.max(0, classOf(most) - first + 1) }, (_, n) => first + n)
  return sql`select of_class.* from unnest(${classes}::int[]) as class, lateral (
      select ${COLUMNS} from generations
      where width_bucket(cost_usd, array[${sql.join(BOUNDS.map((bound) => sql.lit(bound)))}]) = class
      offset 0
    ) of_class`
}

/** `width_bucket` of PostgreSQL: how many bounds are not above it. */
function classOf(usd: number): number {
  return BOUNDS.filter((bound) => bound <= usd).length
}
