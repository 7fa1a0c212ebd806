import { type Kysely, sql } from 'kysely'
import { MeritorderError } from '../errors.ts'
import type { Tables } from './tables.ts'

/** One step of the schema. */
export interface Migration {
  /** 1, 2, 3, …: its place in the order. */
  readonly version: number
  readonly name: string
  /** SQL that PGlite and PostgreSQL both understand. */
  readonly statements: readonly string[]
}

/** Any number that is always the same: it names the lock that replicas starting at once wait for. */
const ADVISORY_LOCK = 0x6d657269

/**
 * Brings the schema up to the last of `migrations`, one transaction a step; gives the steps taken.
 * Throws MeritorderError `server`, having changed nothing, when the database is newer than the program.
 */
export async function migrate(db: Kysely<Tables>, migrations: readonly Migration[]): Promise<number> {
  const found = await schemaVersion(db)
  refuseNewer(found, migrations.length)
  let taken = 0
  for (const migration of migrations.slice(found)) {
    const applied = await db.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(ADVISORY_LOCK)})`.execute(transaction)
      if ((await schemaVersion(transaction)) >= migration.version) return false
      await step(transaction, migration)
      return true
    })
    if (applied) taken++
  }
  return taken
}

/** Throws MeritorderError `server` when a database of schema `found` is newer than `known`, this program's. */
export function refuseNewer(found: number, known: number): void {
  if (found <= known) return
  throw new MeritorderError(
    'server',
    `The database has schema ${found}, written by a newer Meritorder; this one knows schemas up to ${known} ` +
      'and has changed nothing. Start the newer version, or give this one another data folder or database.',
    { metadata: { found, known } },
  )
}

/** The database's schema: 0 when it is empty. */
async function schemaVersion(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ found: string | null }>`
    select to_regclass('schema_migrations')::text as found`.execute(db)
  if (rows[0]?.found == null) return 0
  const last = await db
    .selectFrom('schema_migrations')
    .select('version')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.version ?? 0
}

async function step(db: Kysely<Tables>, { version, name, statements }: Migration): Promise<void> {
  if (version === 1) {
    await sql`create table schema_migrations (
      version integer primary key,
      name text not null,
      applied_at timestamptz not null default now()
    )`.execute(db)
  }
  for (const statement of statements) await sql.raw(statement).execute(db)
  await db.insertInto('schema_migrations').values({ version, name }).execute()
}
