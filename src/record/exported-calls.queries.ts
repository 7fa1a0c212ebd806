import { type Kysely, sql } from 'kysely'
import { copyOut } from '../store/copy-statement.ts'
import type { Tables } from '../store/tables.ts'
import { EXPORTED_COLUMNS } from './exported-call.ts'
import { pageOfIds } from './generation-page.queries.ts'
import type { GenerationQuery } from './generation-query.ts'
import type { Rating } from './rating.ts'
import { ratingsOfAll } from './ratings.queries.ts'

export interface ExportPage {
  /** Calls as the database copies them out, for `readExportedCalls`. */
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
  // COPY takes no parameters.
  const ids = sql.lit(`{${page.ids.map((id) => JSON.stringify(id)).join()}}`)
  const copied = await copyOut(
    db,
    sql`select ${COLUMNS}
      from generations left join generation_bodies on generation_id = id
      where id = any(${ids}::text[]) order by created_at desc, id desc`,
  )
  return { copied, ratings, ...(page.next !== undefined && { next: page.next }) }
}

const COLUMNS = sql.raw(EXPORTED_COLUMNS.map(([, , source]) => source).join())
