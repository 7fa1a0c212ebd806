import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { hasTags } from './generation-conditions.queries.ts'
import { USER_TAGS } from './user-tags.ts'

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

/** Whose calls are meant: those of this user, by whichever of `USER_TAGS`; with `caller`, only that one's. */
export interface UserQuery {
  readonly user: string
  readonly caller?: string
}

/** Ids of up to `limit` calls of a user. */
export async function callsOfUser(
  db: Kysely<Tables>,
  query: UserQuery,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.selectFrom('generations').select('id').where(isOf(query)).limit(limit).execute()
  return rows.map(({ id }) => id)
}

/** Deletes calls with what belongs to them, and comparisons of these, in one transaction; gives how many rows of which table. */
export async function deleteComparedCalls(db: Kysely<Tables>, ids: readonly string[]): Promise<RowCounts> {
  return db.transaction().execute(async (transaction) => {
    const compared: Record<string, number> = {}
    for (const table of OF_TWO_CALLS) {
      const { numDeletedRows } = await transaction
        .deleteFrom(table)
        .where(sql<boolean>`generation_a = any(${ids}::text[]) or generation_b = any(${ids}::text[])`)
        .executeTakeFirst()
      compared[table] = Number(numDeletedRows)
    }
    return { ...compared, ...(await deleteCalls(transaction, ids)) }
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
  const named = USER_TAGS.map((name) => hasTags({ [name]: user }))
  return sql<boolean>`(${sql.join(named, sql` or `)})${whose}`
}

/** Such a record is kept as it came: JSON that tells user and caller. */
function isNamedInFrame({ user, caller }: UserQuery) {
  const holds = (field: string, value: string) =>
    sql`position(convert_to(${`"${field}":${JSON.stringify(value)}`}, 'UTF8') in frame) > 0`
  const named = USER_TAGS.map((name) => holds(name, user))
  const whose = caller === undefined ? sql`` : sql` and ${holds('caller', caller)}`
  return sql<boolean>`(${sql.join(named, sql` or `)})${whose}`
}
