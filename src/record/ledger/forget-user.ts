import type { Database } from '../../store/database.ts'
import {
  callsOfUser,
  countOfCalls,
  countOfUser,
  deleteComparedCalls,
  deleteRestOfUser,
  type RowCounts,
  type UserQuery,
} from '../delete-calls.queries.ts'
import { noteForgotten } from '../forgotten-users.queries.ts'
import type { Drain } from './drain.ts'

/** What is gone of a user, and what a look afterwards still found: nothing. */
export interface Forgotten {
  /** Rows by table. */
  readonly deleted: RowCounts
  readonly remaining: RowCounts
}

/** Calls deleted in one transaction. */
const BATCH = 500

/**
 * Deletes everything of a user, batch by batch, and drops the journal's files that were drained, which held it too. The
 * journal must have begun a new segment, and all before it must be drained. What comes later and was made before `at`,
 * epoch ms, is left out.
 */
export async function forgetUser(
  database: Database,
  drain: Drain,
  query: UserQuery,
  at: number,
): Promise<Forgotten> {
  const { db } = database
  await noteForgotten(db, query, at)
  let deleted: RowCounts = {}
  let remaining: RowCounts = {}
  for (;;) {
    const ids = await callsOfUser(db, query, BATCH)
    if (ids.length === 0) break
    deleted = sumOf(deleted, await deleteComparedCalls(db, ids))
    remaining = sumOf(remaining, await countOfCalls(db, ids))
  }
  deleted = sumOf(deleted, await deleteRestOfUser(db, query))
  await database.reclaim()
  await drain.dropFinished()
  return { deleted, remaining: sumOf(remaining, await countOfUser(db, query)) }
}

function sumOf(first: RowCounts, second: RowCounts): RowCounts {
  const sums: Record<string, number> = { ...first }
  for (const [table, rows] of Object.entries(second)) sums[table] = (sums[table] ?? 0) + rows
  return sums
}
