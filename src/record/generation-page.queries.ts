import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { allOf, isWithoutGaps, rangeOf } from './generation-conditions.queries.ts'
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
  if (query.whole === true && isWithoutGaps(query)) return fittingIds(db, query)
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

/** `idsOf` and `fitting` in one, for a query that names all calls of a range: half the work. */
async function fittingIds(db: Kysely<Tables>, query: GenerationQuery): Promise<IdPage> {
  const { rows } = await sql<{ ids: string[] | null; bytes: number[] | null }>`
    select json_agg(id) as ids, json_agg(bytes) as bytes from (
      select id, coalesce(octet_length(request), 0) + coalesce(octet_length(answer), 0) as bytes
      from (
        select id, created_at from generations where ${allOf(rangeOf(query))}
        order by created_at desc, id desc limit ${query.limit + 1}
      ) page left join lateral (select request, answer from generation_bodies where generation_id = id offset 0) body on true
      order by created_at desc, id desc
    ) sizes`.execute(db)
  const { ids, bytes } = rows[0]!
  if (ids === null || bytes === null) return { ids: [] }
  let room = MOST_BYTES - bytes[0]!
  let fit = 1
  while (fit < Math.min(ids.length, query.limit) && bytes[fit]! <= room) room -= bytes[fit++]!
  return fit === ids.length ? { ids } : { ids: ids.slice(0, fit), next: ids[fit - 1]! }
}

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
