import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { type IdPage, idsOf } from './generation-ids.queries.ts'
import type { GenerationQuery } from './generation-query.ts'
import { searchIds } from './generation-search.queries.ts'

/**
 * The ids of a page, newest first; undefined when there is no call `before` (of `caller`, where that is given).
 *
 * @param clock ms that have gone by; a search for a text ends by it
 */
export async function pageOfIds(
  db: Kysely<Tables>,
  query: GenerationQuery,
  clock: () => number,
): Promise<IdPage | undefined> {
  if (!(await isKnown(db, query))) return undefined
  const page =
    query.text === undefined ? await idsOf(db, query) : await searchIds(db, query, query.text, clock)
  return query.whole === true ? fitting(db, page) : page
}

/** Whether there is a call to go on behind; without `before` a page begins at the newest. */
async function isKnown(db: Kysely<Tables>, { before, caller }: GenerationQuery): Promise<boolean> {
  if (before === undefined) return true
  let select = db.selectFrom('generations').select('id').where('id', '=', before)
  if (caller !== undefined) select = select.where('caller', '=', caller)
  return (await select.executeTakeFirst()) !== undefined
}

/** Whole calls may be megabytes each: a page of them ends where its bodies, but for the first's, would be larger than so many bytes. */
const MOST_BYTES = 16 * 1024 * 1024

async function fitting(db: Kysely<Tables>, page: IdPage): Promise<IdPage> {
  const { rows } = await sql<{ fit: number | null }>`
    select min(place)::int - 1 as fit from (
      select place, sum(coalesce(octet_length(request), 0) + coalesce(octet_length(answer), 0)) over (order by place) as bytes
      from unnest(${page.ids}::text[]) with ordinality as wanted(id, place) join generation_bodies on generation_id = id
    ) sizes where bytes > ${MOST_BYTES}`.execute(db)
  const fit = rows[0]?.fit ?? undefined
  if (fit === undefined) return page
  const ids = page.ids.slice(0, Math.max(1, fit))
  return ids.length === page.ids.length ? page : { ids, next: ids.at(-1)! }
}
