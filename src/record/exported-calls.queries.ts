import { type Kysely, type RawBuilder, sql } from 'kysely'
import { copyOut } from '../store/copy-statement.ts'
import type { Tables } from '../store/tables.ts'
import { EXPORTED_COLUMNS } from './exported-call.ts'
import { isWithoutGaps } from './generation-conditions.queries.ts'
import { pageOfIds } from './generation-page.queries.ts'
import type { GenerationQuery } from './generation-query.ts'
import type { Rating } from './rating.ts'
import { ratingsOfAll } from './ratings.queries.ts'

export interface ExportPage {
  /** Calls as the database copies them out, in the order of `EXPORTED_COLUMNS` (`readCopy`). */
  readonly copied: Uint8Array
  /** What has been said about these calls, by their ids. */
  readonly ratings: ReadonlyMap<string, readonly Rating[]>
  /** Where the next page begins (its `before`); absent at the end. */
  readonly next?: string
}

/** A page of whole calls, newest first; undefined when there is no call `before`. */
export async function exportCalls(
  db: Kysely<Tables>,
  query: GenerationQuery,
): Promise<ExportPage | undefined> {
  const page = await pageOfIds(db, { ...query, whole: true }, () => performance.now())
  if (page === undefined) return undefined
  const ratings = await ratingsOfAll(db, page.ids)
  const copied = await copyOut(
    db,
    sql`select ${COLUMNS} from (${callsOf(query, page.ids)}) generations
      left join lateral (select request, answer from generation_bodies where generation_id = id offset 0) bodies on true
      order by created_at desc, id desc`,
  )
  return { copied, ratings, ...(page.next !== undefined && { next: page.next }) }
}

/**
 * The calls of a page in their order, before their bodies are looked up one by one, which keeps it: sorting whole calls
 * takes a third of the time, and a file, because they are larger than `work_mem`. What came in between meanwhile is one more
 * call of the page. COPY takes no parameters.
 */
function callsOf(query: GenerationQuery, ids: readonly string[]): RawBuilder<unknown> {
  const place = (id: string) => sql`(select created_at, id from generations where id = ${sql.lit(id)})`
  const condition =
    ids.length > 0 && isWithoutGaps(query)
      ? sql`(created_at, id) <= ${place(ids[0]!)} and (created_at, id) >= ${place(ids.at(-1)!)}`
      : sql`id = any(${sql.lit(`{${ids.map((id) => JSON.stringify(id)).join()}}`)}::text[])`
  return sql`select * from generations where ${condition} order by created_at desc, id desc`
}

const COLUMNS = sql.raw(EXPORTED_COLUMNS.map(({ source }) => source).join())
