import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { allOf, filtersOf, rangeOf } from './generation-conditions.queries.ts'
import type { GenerationQuery } from './generation-query.ts'
import { rareIds } from './rare-generations.queries.ts'

/** Calls that one page looks through for what no index finds in order: it has the database's only thread to itself meanwhile. */
const MOST_EXAMINED = 5_000

/** Ids of a page, newest first, and where the next one begins; absent at the end. */
export interface IdPage {
  readonly ids: readonly string[]
  readonly next?: string
}

/**
 * The ids of a page. An index finds a range of calls in their order, and the filters that it does not know are tried on
 * its first `MOST_EXAMINED`. Where these are too few for a page, what is rare is found by another index, in all of the
 * range; what is neither frequent there nor rare in the whole history ends the page early.
 */
export async function idsOf(
  db: Kysely<Tables>,
  query: Omit<GenerationQuery, 'text' | 'whole'>,
): Promise<IdPage> {
  const range = allOf(rangeOf(query))
  const filters = filtersOf(query)
  if (filters.length === 0) return pageOf(await idsWhere(sql`generations where ${range}`), query.limit)
  const first = sql`generations where ${range} order by created_at desc, id desc`
  const recent = await idsWhere(
    sql`(select * from ${first} limit ${MOST_EXAMINED}) generations where ${allOf(filters)}`,
  )
  if (recent.length > query.limit) return pageOf(recent, query.limit)
  const rare = await rareIds(db, query, sql`${range} and ${allOf(filters)}`, query.limit + 1)
  if (rare !== undefined) return pageOf(rare, query.limit)
  const last = await sql<{ id: string }>`
    select id from ${first} offset ${MOST_EXAMINED - 1} limit 1`.execute(db)
  return { ids: recent, ...(last.rows[0] !== undefined && { next: last.rows[0].id }) }

  /** One more than a page, which tells that there is one behind it. */
  async function idsWhere(from: ReturnType<typeof sql>): Promise<string[]> {
    // One value: row by row PGlite's client takes longer than the query.
    const { rows } = await sql<{
      ids: string[]
    }>`select coalesce(json_agg(id order by created_at desc, id desc), '[]') as ids
      from (select id, created_at from ${from} order by created_at desc, id desc limit ${query.limit + 1}) page`.execute(
      db,
    )
    return rows[0]?.ids ?? []
  }
}

function pageOf(found: readonly string[], limit: number): IdPage {
  return found.length > limit ? { ids: found.slice(0, limit), next: found[limit - 1]! } : { ids: found }
}
