import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { sampleCall } from '../../test/record-sample.ts'
import { migrate } from '../store/migrate.ts'
import { MIGRATIONS } from '../store/migrations/all.ts'
import { withCopy } from '../store/pglite-copy.ts'
import type { Tables } from '../store/tables.ts'
import { toRow } from './generation-row.ts'
import { findGeneration, insertGenerations, type NewGeneration } from './generations.queries.ts'
import { deleteOldBodies } from './retention.queries.ts'

/** Calls as they were written and as they must come back, with what COPY, JSON or SQL could trip over. */
const ODD = 'tab\t newline\n return\r back\\slash \\N \\. quote" \' émoji 😀 {"a":1} \u0001'

function record(id: string, request: string | null, generation = {}): NewGeneration {
  const call = sampleCall({ id, generation })
  return {
    row: toRow(call.generation),
    request: request === null ? null : Buffer.from(request),
    answer: null,
  }
}

async function tables(versions = MIGRATIONS.length): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: withCopy(await PGlite.create()) }) })
  await migrate(db, MIGRATIONS.slice(0, versions))
  return db
}

test('a call is in the tables once, as it came first, however often it comes', async (t) => {
  const db = await tables()
  t.after(() => db.destroy())
  const reason = ODD
  const tags = { user: ODD, [ODD]: '' }
  await insertGenerations(db, [record('gen-1', ODD, { reason, tags }), record('gen-1', 'again')])
  await insertGenerations(db, [record('gen-1', 'again'), record('gen-2', null)])
  const first = await findGeneration(db, 'gen-1')
  assert.deepEqual([first?.generation.reason, first?.generation.tags], [reason, tags])
  assert.equal(Buffer.from(first?.request ?? []).toString(), ODD)
  assert.equal((await findGeneration(db, 'gen-2'))?.request, null)
  const { rows } = await sql`select id from generations`.execute(db)
  assert.equal(rows.length, 2)
})

test('calls of before their lists were kept as text are read as they were, and lose their words as others do', async (t) => {
  const db = await tables(9)
  t.after(() => db.destroy())
  const attempts = [
    {
      endpoint: 'a/b',
      model: 'b',
      provider: 'a',
      startedMs: 1,
      status: 500,
      totalMs: 2,
      error: { code: 'server', message: ODD },
    },
  ]
  const { generation } = sampleCall({
    id: 'gen-000000000001',
    generation: { attempts, removed: [] } as object,
  })
  const row = toRow(generation)
  const json = [
    'error',
    'usage',
    'baseline',
    'intents',
    'candidates',
    'removed',
    'attempts',
    'conversation',
    'tool_loop',
    'tags',
  ]
  const old = Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      json.includes(name) && value !== null ? JSON.parse(String(value)) : value,
    ]),
  )
  await sql`insert into generations
    select * from jsonb_populate_recordset(null::generations, ${JSON.stringify([old])}::jsonb)`.execute(db)
  await sql`insert into generation_bodies values (${generation.id}, convert_to('hello', 'UTF8'), null)`.execute(
    db,
  )
  await migrate(db, MIGRATIONS)
  assert.deepEqual((await findGeneration(db, generation.id))?.generation, generation)
  await deleteOldBodies(db, undefined, 10, 10)
  const after = await findGeneration(db, generation.id)
  assert.equal(after?.request, null)
  assert.deepEqual(after?.generation.attempts, [{ ...attempts[0], error: { code: 'server', message: '' } }])
})
