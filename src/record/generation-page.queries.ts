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
  const { rows } = await sql<{ id: string; bytes: number }>`
    select generation_id as id, coalesce(octet_length(request), 0) + coalesce(octet_length(answer), 0) as bytes
    from generation_bodies where generation_id = any(${page.ids}::text[])`.execute(db)
  const sizes = new Map(rows.map(({ id, bytes }) => [id, bytes]))
  let bytes = 0
  const end = page.ids.findIndex((id) => {
    bytes += sizes.get(id) ?? 0
    return bytes > MOST_BYTES
  })
  if (end < 0) return page
  const ids = page.ids.slice(0, Math.max(1, end))
  return ids.length === page.ids.length ? page : { ids, next: ids.at(-1)! }
}
