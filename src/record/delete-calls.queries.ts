import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'

/** Tables whose rows belong to one call each. */
const OF_ONE_CALL = ['generation_bodies', 'responses', 'prompt_fingerprints', 'ratings'] as const
/** Tables whose rows belong to two calls each. */
const OF_TWO_CALLS = ['comparisons', 'arenas'] as const

/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>

/** Deletes calls with everything that belongs to one of them alone; gives how many rows of which table. Belongs into a transaction. */
export async function deleteCalls(db: Kysely<Tables>, ids: readonly string[]): Promise<RowCounts> {
  const counts: Record<string, number> = {}
  for (const table of OF_ONE_CALL) {
    const { numDeletedRows } = await db
      .deleteFrom(table)
      .where(sql<boolean>`generation_id = any(${ids}::text[])`)
      .executeTakeFirst()
    counts[table] = Number(numDeletedRows)
  }
  const { numDeletedRows } = await db
    .deleteFrom('generations')
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .executeTakeFirst()
  return { ...counts, generations: Number(numDeletedRows) }
}

/** Whose calls are meant: those with this `user`; with `caller`, only that one's. */
export interface UserQuery {
  readonly user: string
  readonly caller?: string
}

/** Calls that are gone, and how many rows of which table went with them. */
export interface DeletedCalls {
  readonly ids: readonly string[]
  readonly counts: RowCounts
}

/** Deletes up to `limit` calls of a user with what belongs to them, and comparisons of these; undefined where there is none. */
export async function deleteCallsOfUser(
  db: Kysely<Tables>,
  query: UserQuery,
  limit: number,
): Promise<DeletedCalls | undefined> {
  return db.transaction().execute(async (transaction) => {
    const rows = await transaction
      .selectFrom('generations')
      .select('id')
      .where(isOf(query))
      .limit(limit)
      .execute()
    if (rows.length === 0) return undefined
    const ids = rows.map(({ id }) => id)
    const compared: Record<string, number> = {}
    for (const table of OF_TWO_CALLS) {
      const { numDeletedRows } = await transaction
        .deleteFrom(table)
        .where(sql<boolean>`generation_a = any(${ids}::text[]) or generation_b = any(${ids}::text[])`)
        .executeTakeFirst()
      compared[table] = Number(numDeletedRows)
    }
    return { ids, counts: { ...compared, ...(await deleteCalls(transaction, ids)) } }
  })
}

/** Deletes what names a user without a call of his: comparisons, arenas, and records that the tables refused. */
export async function deleteRestOfUser(db: Kysely<Tables>, query: UserQuery): Promise<RowCounts> {
  const counts: Record<string, number> = {}
  for (const table of OF_TWO_CALLS) {
    const { numDeletedRows } = await db.deleteFrom(table).where(isOf(query)).executeTakeFirst()
    counts[table] = Number(numDeletedRows)
  }
  const { numDeletedRows } = await db
    .deleteFrom('unreadable_records')
    .where(isNamedInFrame(query))
    .executeTakeFirst()
  return { ...counts, unreadable_records: Number(numDeletedRows) }
}

/** What is there of a user: the proof that nothing is. */
export async function countOfUser(db: Kysely<Tables>, query: UserQuery): Promise<RowCounts> {
  const counts: Record<string, number> = {}
  for (const table of ['generations', ...OF_TWO_CALLS] as const)
    counts[table] = await countWhere(db, table, isOf(query))
  counts.unreadable_records = await countWhere(db, 'unreadable_records', isNamedInFrame(query))
  return counts
}

/** What is there of some calls besides the calls themselves. */
export async function countOfCalls(db: Kysely<Tables>, ids: readonly string[]): Promise<RowCounts> {
  const counts: Record<string, number> = {}
  for (const table of OF_ONE_CALL)
    counts[table] = await countWhere(db, table, sql<boolean>`generation_id = any(${ids}::text[])`)
  return counts
}

async function countWhere(
  db: Kysely<Tables>,
  table: keyof Tables,
  condition: ReturnType<typeof isOf>,
): Promise<number> {
  const { rows } = await sql<{ rows: number }>`
    select count(*)::int as rows from ${sql.table(table)} where ${condition}`.execute(db)
  return rows[0]?.rows ?? 0
}

function isOf({ user, caller }: UserQuery) {
  const whose = caller === undefined ? sql`` : sql` and caller = ${caller}`
  return sql<boolean>`(tags ->> 'user') = ${user}${whose}`
}

/** Such a record is kept as it came: JSON that tells user and caller. */
function isNamedInFrame({ user, caller }: UserQuery) {
  const named = (field: string, value: string) =>
    sql`position(convert_to(${`"${field}":${JSON.stringify(value)}`}, 'UTF8') in frame) > 0`
  const whose = caller === undefined ? sql`` : sql` and ${named('caller', caller)}`
  return sql<boolean>`${named('user', user)}${whose}`
}
