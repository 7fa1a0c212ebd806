import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { openDatabase } from '../src/store/database.ts'
import type { Tables } from '../src/store/tables.ts'
import { fillHistory } from './history-rows.ts'
import { withBar } from './with-bar.ts'

/** A data folder with a history; `remove` takes it away unless it was to be kept. */
export interface FilledHistory {
  readonly folder: string
  /** Rows that are there: more than were asked for where the folder had them. */
  readonly rows: number
  /** Since when as many calls were made as were asked for, epoch ms. */
  readonly since: number
  /** Time to fill it, s; 0 where it was there already. */
  readonly filledS: number
  remove(): void
}

/** What is to be there. */
export interface HistoryWish {
  readonly rows: number
  readonly bodies: boolean
  /** A data folder to keep the history in, for the next run; absent: one of its own, for this run. */
  readonly folder?: string
  /** An empty PostgreSQL to fill in its place. */
  readonly databaseUrl?: string
}

/** Fills the embedded database of a data folder, or a PostgreSQL, with `rows` calls, unless calls are there already. */
export async function filledHistory({
  rows,
  bodies,
  folder,
  databaseUrl,
}: HistoryWish): Promise<FilledHistory> {
  const kept = folder ?? mkdtempSync(join(tmpdir(), 'meritorder-history-'))
  // A data folder is told by its journal.
  mkdirSync(join(kept, 'journal'), { recursive: true })
  const remove = () => {
    if (folder === undefined) rmSync(kept, { recursive: true, force: true })
  }
  try {
    const database = await openDatabase(kept, databaseUrl)
    const start = performance.now()
    const there = await countOf(database.db)
    if (there === 0) {
      await withBar('Filling', rows, (tell) => fillHistory(database.db, rows, bodies, tell))
      await database.checkpoint()
    }
    const filledS = there === 0 ? Math.round((performance.now() - start) / 1000) : 0
    const since = await timeOf(database.db, rows)
    await database.close()
    return { folder: kept, rows: Math.max(rows, there), since, filledS, remove }
  } catch (error) {
    remove()
    throw error
  }
}

async function countOf(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ calls: number }>`select count(*)::int as calls from generations`.execute(db)
  return rows[0]?.calls ?? 0
}

/** When the nth newest call was made, epoch ms. */
async function timeOf(db: Kysely<Tables>, n: number): Promise<number> {
  const { rows } = await sql<{ created_at: Date }>`
    select created_at from generations order by created_at desc, id desc offset ${n - 1} limit 1`.execute(db)
  return rows[0]?.created_at.getTime() ?? 0
}
