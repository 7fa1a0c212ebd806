import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, type RawBuilder, sql } from 'kysely'
import { callId, fillHistory } from '../../bench/history-rows.ts'
import { migrate } from '../store/migrate.ts'
import { MIGRATIONS } from '../store/migrations/all.ts'
import type { Tables } from '../store/tables.ts'
import { listGenerations } from './generation-list.queries.ts'
import type { GenerationQuery } from './generation-query.ts'

/** More than one page looks through. */
const ROWS = 20_500
/** Some time in the three months of these calls. */
const MIDDLE = Date.UTC(2026, 9, 15)

const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
before(async () => {
  await migrate(db, MIGRATIONS)
  await fillHistory(db, ROWS, false, () => {})
})
after(() => db.destroy())

/** Every id that a query finds, page by page, and how many there are on each page. */
async function paged(query: Omit<GenerationQuery, 'before'>): Promise<{ ids: string[]; pages: number[] }> {
  const ids: string[] = []
  const pages: number[] = []
  for (let next: string | undefined; ; ) {
    const page = (await listGenerations(db, { ...query, ...(next !== undefined && { before: next }) }))!
    ids.push(...page.calls.map(({ generation }) => generation.id))
    pages.push(page.calls.length)
    next = page.next
    if (next === undefined) return { ids, pages }
  }
}

async function idsWhere(condition: RawBuilder<boolean>): Promise<string[]> {
  const rows = await db
    .selectFrom('generations')
    .select('id')
    .where(condition)
    .orderBy('id', 'desc')
    .execute()
  return rows.map(({ id }) => id)
}

test('every filter finds each of its calls once, in order, page by page', async () => {
  const rated = (condition: string) =>
    sql<boolean>`exists (select 1 from ratings r where r.generation_id = id and ${sql.raw(condition)})`
  const cases: readonly [Omit<GenerationQuery, 'limit'>, RawBuilder<boolean>][] = [
    [{ tags: { user: 'customer-120' } }, sql`tags ->> 'user' = 'customer-120'`],
    [
      { tags: { user: 'customer-200', app: 'app-3' } },
      sql`tags ->> 'user' = 'customer-200' and tags ->> 'app' = 'app-3'`,
    ],
    [{ outcome: 'failed', tags: { app: 'app-3' } }, sql`outcome = 'failed' and tags ->> 'app' = 'app-3'`],
    [
      { outcome: 'complete', tags: { user: 'customer-3' } },
      sql`outcome = 'complete' and tags ->> 'user' = 'customer-3'`,
    ],
    [{ provider: 'maker-3', caller: 'caller-2' }, sql`provider = 'maker-3' and caller = 'caller-2'`],
    [{ minCostUsd: 0.9 }, sql`cost_usd >= 0.9`],
    [{ minCostUsd: 0.05, maxCostUsd: 0.0501 }, sql`cost_usd between 0.05 and 0.0501`],
    [{ maxCostUsd: 0.00000101 }, sql`cost_usd <= 0.00000101`],
    [{ minCostUsd: 1000 }, sql`cost_usd >= 1000`],
    [{ rated: {} }, rated('true')],
    [{ rated: { most: 0.5 } }, rated('value <= 0.5')],
    [{ rated: { least: 0.2, most: 0.3 } }, sql`false`],
    [
      { rated: { most: 0.5 }, minCostUsd: 0.001, model: 'maker-0/model-0' },
      sql`${rated('value <= 0.5')} and cost_usd >= 0.001 and model = 'maker-0/model-0'`,
    ],
    [
      { tags: { user: 'customer-200' }, since: MIDDLE },
      sql`tags ->> 'user' = 'customer-200' and created_at >= ${new Date(MIDDLE).toISOString()}`,
    ],
  ]
  for (const [query, condition] of cases)
    assert.deepEqual(
      (await paged({ ...query, limit: 40 })).ids,
      await idsWhere(condition),
      JSON.stringify(query),
    )
})

test('what is rare in the whole history is on the first page, however old it is', async () => {
  const rare: readonly Omit<GenerationQuery, 'limit'>[] = [
    { tags: { user: 'nobody' } },
    { minCostUsd: 100 },
    { rated: { least: 0.2, most: 0.3 } },
    { provider: 'nobody' },
  ]
  for (const query of rare) assert.deepEqual(await paged({ ...query, limit: 10 }), { ids: [], pages: [0] })
  await retag(0, 2, 'first')
  assert.deepEqual(await paged({ limit: 10, tags: { user: 'first' } }), {
    ids: [callId(2), callId(1), callId(0)],
    pages: [3],
  })
})

test('what is neither among the newest 5,000 nor rare comes page by page: one comes back short, and says where to go on', async () => {
  const last = 5_500
  await retag(0, last, 'early')
  // The last call that was looked through may itself be one.
  await retag(ROWS - 5_000, ROWS - 5_000, 'early')
  const page = (await listGenerations(db, { limit: 10, tags: { user: 'early' } }))!
  assert.deepEqual([page.calls.length, page.next], [1, callId(ROWS - 5_000)])
  const { ids } = await paged({ limit: 1_000, tags: { user: 'early' } })
  assert.deepEqual(ids, [
    callId(ROWS - 5_000),
    ...Array.from({ length: last + 1 }, (_, n) => callId(last - n)),
  ])
})

test('a search ends when its time is over, and goes on where it ended', async () => {
  await sql`insert into generation_bodies values (${callId(0)}, convert_to('{"a":"\\u004Eeedle"}', 'UTF8'), null),
    (${callId(1)}, null, convert_to('a NEEDLE', 'UTF8'))`.execute(db)
  let ms = 0
  const page = (await listGenerations(db, { limit: 10, text: 'needle' }, () => (ms += 40)))!
  assert.deepEqual(page, { calls: [], next: callId(ROWS - 500) })
  const found = await listGenerations(db, { limit: 10, text: 'Needle', before: callId(200) }, () => 0)
  assert.deepEqual(
    found?.calls.map(({ generation, request, answer }) => [generation.id, request, answer]),
    [
      [callId(1), null, null],
      [callId(0), null, null],
    ],
  )
})

async function retag(first: number, last: number, user: string): Promise<void> {
  await sql`update generations set tags = ${JSON.stringify({ user })}::jsonb
    where id between ${callId(first)} and ${callId(last)}`.execute(db)
}

test('what costs much is found by its index where the planner knows the figures of the table, as PostgreSQL does', async () => {
  await sql`analyze`.execute(db)
  const wholeReads = await db.transaction().execute(async (transaction) => {
    const query = { limit: 20, minCostUsd: 0.5, since: MIDDLE, until: MIDDLE + 86_400_000 }
    await listGenerations(transaction, query)
    const { rows } = await sql<{ seq_scan: number }>`
      select seq_scan::int from pg_stat_xact_user_tables where relname = 'generations'`.execute(transaction)
    return rows[0]?.seq_scan
  })
  assert.equal(wholeReads, 0)
})
