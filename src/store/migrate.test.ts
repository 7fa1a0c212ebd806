import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { type Migration, migrate } from './migrate.ts'
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/all.ts'
import type { Tables } from './tables.ts'

function step(version: number, ...statements: string[]): Migration {
  return { version, name: `step ${version}`, statements }
}

async function tablesOf(db: Kysely<Tables>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' order by 1`.execute(db)
  return rows.map(({ name }) => name)
}

test('the schema', async (t) => {
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: new PGlite() }) })
  t.after(() => db.destroy())
  const later = [step(1, 'create table a (x integer)'), step(2, 'alter table a add y integer')]

  await t.test('a step that fails is undone whole and stops the rest', async () => {
    const broken = [step(1, 'create table a (x integer)', 'create table a (x integer)'), step(2)]
    await assert.rejects(migrate(db, broken), /already exists/)
    assert.deepEqual(await tablesOf(db), [])
  })
  await t.test('steps are taken in order, once', async () => {
    assert.equal(await migrate(db, later.slice(0, 1)), 1)
    assert.equal(await migrate(db, later), 1)
    assert.equal(await migrate(db, later), 0)
    assert.deepEqual(await tablesOf(db), ['a', 'schema_migrations'])
  })
  await t.test('a database of a newer program is refused and left as it is', async () => {
    await assert.rejects(migrate(db, later.slice(0, 1)), /schema 2.*up to 1.*changed nothing/s)
    assert.deepEqual(await tablesOf(db), ['a', 'schema_migrations'])
  })
})

test('migrations are numbered without gaps', () => {
  assert.deepEqual(
    MIGRATIONS.map(({ version }) => version),
    Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1),
  )
})
