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

const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
before(async () => {
  await migrate(db, MIGRATIONS)
  await fillHistory(db, ROWS, () => {})
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

test('what no index finds is found page by page, each call once, in order', async () => {
  for (const user of ['customer-120', 'customer-200']) {
    const expected = await idsWhere(sql`tags ->> 'user' = ${user}`)
    assert.ok(expected.length > 0)
    assert.deepEqual((await paged({ limit: 40, tags: { user } })).ids, expected)
  }
  const failed = await idsWhere(sql`outcome = 'failed' and tags ->> 'app' = 'app-3'`)
  assert.deepEqual((await paged({ limit: 20, outcome: 'failed', tags: { app: 'app-3' } })).ids, failed)
})

test('a page looks through 20,000 calls at most: it comes back short, and says where to go on', async () => {
  const { ids, pages } = await paged({ limit: 10, tags: { user: 'nobody' } })
  assert.deepEqual([ids, pages], [[], [0, 0]])
  // The last call that was looked through may itself be one.
  await db
    .updateTable('generations')
    .set({ tags: '{"user":"edge"}' } as never)
    .where('id', '=', callId(ROWS - 20_000))
    .execute()
  assert.deepEqual(await paged({ limit: 10, tags: { user: 'edge' } }), {
    ids: [callId(ROWS - 20_000)],
    pages: [1, 0],
  })
})
