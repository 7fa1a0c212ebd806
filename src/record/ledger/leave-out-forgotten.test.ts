import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { startPostgres, type TestPostgres } from '../../../test/record-postgres.ts'
import { sampleCall } from '../../../test/record-sample.ts'
import { openDatabase } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { callsOfUser } from '../delete-calls.queries.ts'
import { forgottenSince, noteForgotten } from '../forgotten-users.queries.ts'
import { toRow } from '../generation-row.ts'
import { insertGenerations } from '../generations.queries.ts'
import type { JournalRecord } from './decode-record.ts'
import { leaveOutForgotten } from './leave-out-forgotten.ts'

const AT = Date.parse('2026-11-26T12:00:00.123Z')

const folder = mkdtempSync(join(tmpdir(), 'meritorder-forgotten-'))
let postgres: TestPostgres
let database: Awaited<ReturnType<typeof openDatabase>>
let db: Kysely<Tables>
before(async () => {
  postgres = await startPostgres()
  database = await openDatabase(folder, postgres.url)
  db = database.db
})
after(async () => {
  await database.close()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await db.deleteFrom('forgotten_users').execute()
})

interface Made {
  readonly at?: number
  readonly caller?: string
  readonly tags?: Readonly<Record<string, string>>
}

const newCall = (id: string, { at = AT - 1, caller = 'ann', tags = { user: 'u' } }: Made = {}) => ({
  row: toRow(sampleCall({ id, generation: { createdAt: at, caller, tags } }).generation),
  request: null,
  answer: null,
})
const call = (id: string, made?: Made): JournalRecord => ({
  kind: 'generation',
  generation: newCall(id, made),
})
const pair = (id: string, { at = AT - 1, caller = 'ann', tags = { user: 'u' } }: Made = {}) => ({
  ...{ id, caller, tags, createdAt: at, comparedAt: at, generationA: 'g', generationB: 'h', modelA: 'a' },
  ...{ modelB: 'b', intents: [], language: 'en', lead: [], costUsd: '0' },
  ...({ winner: 'a', judge: 'person', source: 'arena' } as const),
})
const rating = (generationId: string, ratedAt = AT - 1, caller = 'ann'): JournalRecord => ({
  kind: 'ratings',
  ratings: [
    { generationId, caller, ratedAt, kind: 'thumb', name: '', value: 1, text: null, source: 'meritorder' },
  ],
})

const idsLeft = async (...records: readonly JournalRecord[]) =>
  (await leaveOutForgotten(db, records)).flatMap((record) => {
    if (record.kind === 'generation') return [record.generation.row.id]
    if (record.kind === 'ratings') return record.ratings.map(({ generationId }) => `about ${generationId}`)
    return [record.kind === 'arena' ? record.arena.id : record.comparison.id]
  })

test('what a forgotten user did before is left out by each of his names; what he does later, and what others did, is not', async () => {
  await noteForgotten(db, { user: 'u' }, AT)
  assert.deepEqual(
    await idsLeft(
      call('gen-user'),
      call('gen-then', { at: AT }),
      call('gen-safety', { tags: { safety_identifier: 'u' } }),
      call('gen-metadata', { tags: { user: 'x', 'metadata.user_id': 'u' } }),
      { kind: 'arena', arena: pair('arena-1') },
      { kind: 'comparison', comparison: pair('cmp-1') },
      call('gen-later', { at: AT + 1 }),
      call('gen-other', { tags: { user: 'u2' } }),
      call('gen-nobody', { tags: {} }),
      call('gen-team', { tags: { 'metadata.team': 'u' } }),
      { kind: 'comparison', comparison: pair('cmp-later', { at: AT + 1 }) },
    ),
    ['gen-later', 'gen-other', 'gen-nobody', 'gen-team', 'cmp-later'],
  )
})

test('of a user who was forgotten for one caller the calls of others stay', async () => {
  await noteForgotten(db, { user: 'u', caller: 'ann' }, AT)
  assert.deepEqual(await idsLeft(call('gen-ann'), call('gen-bob', { caller: 'bob' })), ['gen-bob'])
})

test('what was said of a call that is left out is left out as well, in a later batch too', async () => {
  await insertGenerations(db, [newCall('gen-stored', { tags: {} })])
  await noteForgotten(db, { user: 'u' }, AT)
  const here = call('gen-here', { tags: {} })
  assert.deepEqual(
    await idsLeft(call('gen-gone'), rating('gen-gone'), here, rating('gen-here'), rating('gen-stored')),
    ['gen-here', 'about gen-here', 'about gen-stored'],
  )
  assert.deepEqual(await idsLeft(rating('gen-gone'), rating('gen-gone', AT + 1)), ['about gen-gone'])
})

test('who was forgotten again counts from then on, and after 90 days nobody is remembered', async () => {
  await noteForgotten(db, { user: 'u' }, AT)
  await noteForgotten(db, { user: 'u' }, AT + 10)
  assert.deepEqual(await idsLeft(call('gen-between', { at: AT + 5 })), [])
  await noteForgotten(db, { user: 'other' }, AT + 91 * 86_400_000)
  assert.equal((await forgottenSince(db, 0)).length, 1)
})

test('whoever forgets waits for a batch that is being stored, and finds its calls', async () => {
  const looked = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const stored = db.transaction().execute(async (transaction) => {
    await leaveOutForgotten(transaction, [call('gen-racing')])
    looked.resolve()
    await goOn.promise
    await insertGenerations(transaction, [newCall('gen-racing')])
  })
  await looked.promise
  const forgotten = noteForgotten(db, { user: 'u' }, AT).then(() => callsOfUser(db, { user: 'u' }, 9))
  while ((await waitingForLocks()) === 0);
  goOn.resolve()
  await stored
  assert.deepEqual(await forgotten, ['gen-racing'])
})

async function waitingForLocks(): Promise<number> {
  const { rows } = await sql<{
    waiting: number
  }>`select count(*)::int as waiting from pg_locks where not granted`.execute(db)
  return rows[0]?.waiting ?? 0
}
