import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { deleteCalls } from './delete-calls.queries.ts'

/** Deletes up to `limit` of the oldest calls that were made before `before` (epoch ms), with what belongs to them; gives how many. */
export async function deleteOldCalls(db: Kysely<Tables>, before: number, limit: number): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .selectFrom('generations')
      .select('id')
      .where(sql<boolean>`created_at < ${time(before)}`)
      .orderBy('created_at')
      .orderBy('id')
      .limit(limit)
      .execute()
    if (rows.length > 0)
      await deleteCalls(
        transaction,
        rows.map(({ id }) => id),
      )
    return rows.length
  })
}

/**
 * Deletes the words of up to `limit` of the oldest calls that still have their bodies and were made before `before` (epoch
 * ms): bodies, stored answers, texts of errors; gives how many. Ids begin with the time, so the key finds them.
 */
export async function deleteOldBodies(db: Kysely<Tables>, before: number, limit: number): Promise<number> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .selectFrom('generation_bodies')
      .select('generation_id')
      .where('generation_id', '<', `gen-${before.toString(16).padStart(12, '0')}`)
      .orderBy('generation_id')
      .limit(limit)
      .execute()
    if (rows.length === 0) return 0
    const ids = rows.map(({ generation_id }) => generation_id)
    for (const table of ['generation_bodies', 'responses'] as const)
      await transaction.deleteFrom(table).where(sql<boolean>`generation_id = any(${ids}::text[])`).execute()
    await sql`update generations set
        error = jsonb_set(error, '{message}', '""'),
        attempts = (
          select coalesce(jsonb_agg(
            case when one ? 'error' then jsonb_set(one, '{error,message}', '""') else one end order by place
          ), '[]') from jsonb_array_elements(attempts) with ordinality as each(one, place)
        )
      where id = any(${ids}::text[]) and (error is not null or attempts @? '$[*].error')`.execute(transaction)
    return rows.length
  })
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
