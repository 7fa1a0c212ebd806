import type { Kysely } from 'kysely'
import type { Database } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import {
  deleteOldBodies,
  deleteOldCalls,
  deleteOldComparisons,
  deleteOldUnreadable,
  deleteOldWordsOfRatings,
} from '../retention.queries.ts'

/** How long records are kept, ms; absent: for ever. */
export interface Retention {
  /** Words: bodies, stored answers, texts of errors, corrections and comments. */
  readonly bodiesMs?: number
  /** Calls with all that belongs to them. */
  readonly callsMs?: number
}

/** Deletes what is too old, a small batch at a time. */
export interface Sweeper {
  /** ms until there may be something to delete; Infinity: never. */
  waitMs(): number
  /** Deletes one batch; where there was nothing left, rests for a while. Throws on a database that does not work. */
  step(database: Database): Promise<void>
}

/**
 * Rows of one batch: some ms, for which records and questions wait, and callers do not. 150 take a third longer than 50
 * and half the processor time a row; more save little.
 */
const BATCH = 150
/** After a batch it rests so many times as long: a fifth of one core and of the disk is enough, and callers want the rest. */
const REST = 4
const EVERY_MS = 10 * 60_000
/** After a pass over so many the embedded database is told to use the space of deleted rows again. */
const ROWS_TO_RECLAIM = 20_000

/** How far a pass over what is too old has come. */
interface Pass {
  /** Made at this time, epoch ms: calls before are deleted. */
  callsFrom?: number
  /** Id: bodies before are deleted. */
  bodiesFrom?: string
}

/** @param now epoch ms */
export function createSweeper(retention: Retention, now: () => number): Sweeper {
  const isIdle = retention.bodiesMs === undefined && retention.callsMs === undefined
  let dueAt = isIdle ? Number.POSITIVE_INFINITY : 0
  let deleted = 0
  let pass: Pass = {}
  return {
    waitMs: () => Math.max(0, dueAt - now()),
    async step(database) {
      const started = performance.now()
      const rows = await deleteBatch(database.db, retention, pass, now())
      deleted += rows
      if (rows > 0) {
        dueAt = now() + REST * (performance.now() - started)
        return
      }
      if (deleted >= ROWS_TO_RECLAIM) {
        await database.reclaim()
        deleted = 0
      }
      pass = {}
      dueAt = now() + EVERY_MS
    },
  }
}

/** The first kind of which something is too old. */
async function deleteBatch(
  db: Kysely<Tables>,
  { bodiesMs, callsMs }: Retention,
  pass: Pass,
  now: number,
): Promise<number> {
  if (callsMs !== undefined) {
    const before = now - callsMs
    const calls = await deleteOldCalls(db, pass.callsFrom, before, BATCH)
    if (calls.last !== undefined) pass.callsFrom = calls.last
    if (calls.rows > 0) return calls.rows
    const compared = await deleteOldComparisons(db, before, BATCH)
    if (compared > 0) return compared
  }
  const wordsMs = Math.min(bodiesMs ?? Number.POSITIVE_INFINITY, callsMs ?? Number.POSITIVE_INFINITY)
  const before = now - wordsMs
  const bodies = await deleteOldBodies(db, pass.bodiesFrom, before, BATCH)
  if (bodies.last !== undefined) pass.bodiesFrom = bodies.last
  if (bodies.rows > 0) return bodies.rows
  return (await deleteOldWordsOfRatings(db, before, BATCH)) + (await deleteOldUnreadable(db, before))
}
