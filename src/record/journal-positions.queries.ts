import type { Kysely } from 'kysely'
import type { Tables } from '../store/tables.ts'

/** How many bytes of a journal segment are in the tables; undefined when none are. */
export async function takenOf(db: Kysely<Tables>, segmentId: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('journal_positions')
    .select('taken')
    .where('segment_id', '=', segmentId)
    .executeTakeFirst()
  return row?.taken
}

/** Notes how much of a segment is in the tables; belongs into the transaction that put it there. */
export async function noteTaken(db: Kysely<Tables>, segmentId: string, taken: number): Promise<void> {
  await db
    .insertInto('journal_positions')
    .values({ segment_id: segmentId, taken })
    .onConflict((conflict) => conflict.column('segment_id').doUpdateSet({ taken }))
    .execute()
}

/** Forgets segments whose files are gone. */
export async function forgetSegments(db: Kysely<Tables>, segmentIds: readonly string[]): Promise<void> {
  await db.deleteFrom('journal_positions').where('segment_id', 'in', segmentIds).execute()
}

/** Keeps a record that the tables refused, as it came. */
export async function keepUnreadable(
  db: Kysely<Tables>,
  segmentId: string,
  start: number,
  reason: string,
  frame: Uint8Array,
): Promise<void> {
  await db
    .insertInto('unreadable_records')
    .values({ segment_id: segmentId, start, reason, frame })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
