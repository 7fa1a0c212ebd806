import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { deleteCalls } from './delete-calls.queries.ts'

/** Rows that one batch has deleted, and the last of them: the next batch of the same pass begins there. */
export interface DeletedBatch<Place> {
  readonly rows: number
  readonly last: Place | undefined
}

/**
 * Deletes up to `limit` of the oldest calls that were made before `before` (epoch ms), with what belongs to them. From
 * `from` on (epoch ms): the index still has what is deleted, and from its beginning every batch would read all of that again.
 */
export async function deleteOldCalls(
  db: Kysely<Tables>,
  from: number | undefined,
  before: number,
  limit: number,
): Promise<DeletedBatch<number>> {
  return db.transaction().execute(async (transaction) => {
    let select = transaction
      .selectFrom('generations')
      .select(['id', 'created_at'])
      .where(sql<boolean>`created_at < ${time(before)}`)
    if (from !== undefined) select = select.where(sql<boolean>`created_at >= ${time(from)}`)
    const rows = await select.orderBy('created_at').orderBy('id').limit(limit).execute()
    if (rows.length > 0)
      await deleteCalls(
        transaction,
        rows.map(({ id }) => id),
      )
    return { rows: rows.length, last: rows.at(-1)?.created_at.getTime() }
  })
}

/**
 * Deletes the words of up to `limit` of the oldest calls that still have their bodies and were made before `before` (epoch
 * ms): bodies, stored answers, texts of errors. Ids begin with the time, so the key finds them, from `from` on, an id.
 */
export async function deleteOldBodies(
  db: Kysely<Tables>,
  from: string | undefined,
  before: number,
  limit: number,
): Promise<DeletedBatch<string>> {
  return db.transaction().execute(async (transaction) => {
    let select = transaction
      .selectFrom('generation_bodies')
      .select('generation_id')
      .where('generation_id', '<', `gen-${before.toString(16).padStart(12, '0')}`)
    if (from !== undefined) select = select.where('generation_id', '>=', from)
    const rows = await select.orderBy('generation_id').limit(limit).execute()
    const ids = rows.map(({ generation_id }) => generation_id)
    if (ids.length > 0) await deleteWords(transaction, ids)
    return { rows: ids.length, last: ids.at(-1) }
  })
}

async function deleteWords(db: Kysely<Tables>, ids: readonly string[]): Promise<void> {
  for (const table of ['generation_bodies', 'responses'] as const)
    await db.deleteFrom(table).where(sql<boolean>`generation_id = any(${ids}::text[])`).execute()
  await sql`update generations set
      error = jsonb_set(error, '{message}', '""'),
      attempts = (
        select coalesce(jsonb_agg(
          case when one ? 'error' then jsonb_set(one, '{error,message}', '""') else one end order by place
        ), '[]')::text from jsonb_array_elements(attempts::jsonb) with ordinality as each(one, place)
      )
    where id = any(${ids}::text[]) and (error is not null or attempts like '%"error"%')`.execute(db)
}

/** Deletes up to `limit` corrections and comments that were said before `before` (epoch ms); gives how many. */
export async function deleteOldWordsOfRatings(
  db: Kysely<Tables>,
  before: number,
  limit: number,
): Promise<number> {
  const { numAffectedRows } = await sql`delete from ratings where ctid = any(array(
      select ctid from ratings where rated_at < ${time(before)} and kind in ('correction', 'comment')
      order by rated_at limit ${limit}
    ))`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Deletes up to `limit` comparisons and as many arenas that are older than `before` (epoch ms); gives how many. */
export async function deleteOldComparisons(
  db: Kysely<Tables>,
  before: number,
  limit: number,
): Promise<number> {
  const compared = await sql`delete from comparisons where id = any(array(
      select id from comparisons where compared_at < ${time(before)} order by compared_at limit ${limit}
    ))`.execute(db)
  const arenas = await sql`delete from arenas where id = any(array(
      select id from arenas where created_at < ${time(before)} order by created_at limit ${limit}
    ))`.execute(db)
  return Number(compared.numAffectedRows ?? 0) + Number(arenas.numAffectedRows ?? 0)
}

/** Deletes records that the tables refused before `before` (epoch ms): they hold words too. Gives how many. */
export async function deleteOldUnreadable(db: Kysely<Tables>, before: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from unreadable_records
    where kept_at < ${time(before)}`.execute(db)
  return Number(numAffectedRows ?? 0)
}

function time(at: number): string {
  return new Date(at).toISOString()
}
