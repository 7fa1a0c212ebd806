import { join } from 'node:path'
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely'
import { ensureDatabase } from './create-database.ts'
import { writeFormat } from './format-file.ts'
import { migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/all.ts'
import { withCopy } from './pglite-copy.ts'
import { openPGlite } from './pglite-folder.ts'
import type { Tables } from './tables.ts'

/** The database, embedded or not: one schema, one SQL. */
export interface Database {
  readonly db: Kysely<Tables>
  /**
   * Resolves when everything committed before the call is on the disk, whatever happens next.
   * PostgreSQL promises that at each commit, so there it does nothing.
   */
  checkpoint(): Promise<void>
  /** Lets new rows have the space of deleted ones. PostgreSQL does that by itself, so there it does nothing. */
  reclaim(): Promise<void>
  close(): Promise<void>
}

/** Connections to a PostgreSQL: one drains, the others answer questions. */
const POSTGRES_CONNECTIONS = 4

/**
 * Opens the PostgreSQL at `databaseUrl`, or else the embedded database in `dataFolder` (created if absent),
 * and brings its schema up to date. Only the holder of the data folder's lock may call it.
 * Throws MeritorderError `server` when the database is newer than the program.
 */
export function openDatabase(dataFolder: string, databaseUrl: string | undefined): Promise<Database> {
  return databaseUrl === undefined ? openEmbedded(dataFolder) : openPostgres(databaseUrl)
}

async function openEmbedded(dataFolder: string): Promise<Database> {
  const folder = join(dataFolder, 'database')
  await ensureDatabase(folder)
  const { pglite, syncs } = await openPGlite(folder)
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: withCopy(pglite) }) })
  const checkpoint = async () => {
    const before = syncs()
    await pglite.exec('checkpoint')
    // The journal is dropped on the strength of this. A checkpoint always writes and syncs the control file.
    if (syncs() === before) throw new Error('the checkpoint synced no file: this PGlite cannot be trusted')
  }
  const close = () => db.destroy()
  try {
    const steps = await migrate(db, MIGRATIONS)
    if (steps > 0) await checkpoint()
    writeFormat(dataFolder)
  } catch (error) {
    await close()
    throw error
  }
  const reclaim = async () => {
    await pglite.exec('vacuum')
  }
  return { db, checkpoint, reclaim, close }
}

async function openPostgres(databaseUrl: string): Promise<Database> {
  // Loaded only here: most installations have no PostgreSQL, and memory is dear.
  const { default: pg } = await import('pg')
  const { CopyingClient } = await import('./postgres-copy.ts')
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: POSTGRES_CONNECTIONS,
    Client: CopyingClient,
  })
  // An idle connection that breaks is replaced at its next use; without a listener it would end the process.
  pool.on('error', () => {})
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const close = () => db.destroy()
  try {
    await migrate(db, MIGRATIONS)
  } catch (error) {
    await close()
    throw error
  }
  return { db, checkpoint: async () => {}, reclaim: async () => {}, close }
}
