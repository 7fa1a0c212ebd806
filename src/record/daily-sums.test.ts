import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { startPostgres, type TestPostgres } from '../../test/record-postgres.ts'
import { sampleCall } from '../../test/record-sample.ts'
import { formatUsd, parseUsd } from '../money.ts'
import { migrate } from '../store/migrate.ts'
import { MIGRATIONS } from '../store/migrations/all.ts'
import { withCopy } from '../store/pglite-copy.ts'
import { CopyingClient } from '../store/postgres-copy.ts'
import type { Tables } from '../store/tables.ts'
import { type ClimateQuery, type ClimateSum, sumClimate } from './climate.queries.ts'
import { deleteComparedCalls } from './delete-calls.queries.ts'
import type { Generation } from './generation.ts'
import { toRow } from './generation-row.ts'
import { insertGenerations, type NewGeneration } from './generations.queries.ts'
import { deleteOldCalls } from './retention.queries.ts'
import { sumSpending } from './spending.queries.ts'

type Opened = Kysely<Tables>

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MIDNIGHT = Date.parse('2026-03-02')
const BEFORE_SUMS = 11

/** Calls of three keys around three midnights: some simulated, some without cost, emissions or bounds. */
const CALLS = Array.from({ length: 60 }, (_, n) => {
  const createdAt = MIDNIGHT + Math.floor(n / 3) * 4 * HOUR_MS + [0, -1, 1_234][n % 3]!
  return sampleCall({
    id: `gen-${n.toString(16).padStart(32, '0')}`,
    generation: {
      createdAt,
      caller: ['anna', 'bo', "o'clock\t☃"][(n % 7) % 3]!,
      simulated: n % 11 === 0,
      costUsd: n % 5 === 0 ? null : `${n}.${'0'.repeat(14)}${n % 10}`,
      carbonGrams: n % 6 === 0 ? null : n / 8,
      carbonLowGrams: n % 4 === 0 || n % 6 === 0 ? null : n / 16,
      carbonHighGrams: n % 4 === 0 || n % 6 === 0 ? null : n / 2,
    },
  }).generation
})

const recordOf = (generation: Generation): NewGeneration => ({
  row: toRow(generation),
  request: Buffer.from('{}'),
  answer: null,
})

/** When a day, a week and a month began. */
const DAYS = [MIDNIGHT + 3 * DAY_MS, MIDNIGHT + DAY_MS, MIDNIGHT] as const

/** In one transaction, as the journal is taken into the tables. */
const insert = (db: Opened, calls: readonly Generation[]) =>
  db.transaction().execute((transaction) => insertGenerations(transaction, calls.map(recordOf)))

/** Total, and since three days, of the calls themselves. */
function spendingOf(
  calls: readonly Generation[],
  caller: string | undefined,
  days: readonly number[],
): string[] {
  return [Number.NEGATIVE_INFINITY, ...days].map((since) =>
    formatUsd(
      calls
        .filter(
          (call) => !call.simulated && call.createdAt >= since && [undefined, call.caller].includes(caller),
        )
        .reduce((sum, { costUsd }) => sum + parseUsd(costUsd ?? '0'), 0n),
    ),
  )
}

async function told(db: Opened, caller?: string): Promise<string[]> {
  const [day, week, month] = DAYS
  const sums = await sumSpending(db, { day, week, month, ...(caller !== undefined && { caller }) })
  return [sums.total, sums.day, sums.week, sums.month].map((sum) => formatUsd(parseUsd(sum)))
}

/** The same as `sumClimate`, of the calls themselves. */
function climateOf(calls: readonly Generation[], { by, caller, since, until }: ClimateQuery): ClimateSum[] {
  const sums = new Map<string, ClimateSum>()
  for (const call of calls) {
    if (call.simulated || call.createdAt < since || call.createdAt >= until) continue
    if (caller !== undefined && call.caller !== caller) continue
    const name = by === 'key' ? call.caller : new Date(call.createdAt).toISOString().slice(0, 10)
    const sum = sums.get(name) ?? { name, calls: 0, estimated: 0, low: 0, mid: 0, high: 0 }
    const mid = call.carbonGrams ?? 0
    sums.set(name, {
      name,
      calls: sum.calls + 1,
      estimated: sum.estimated + (call.carbonGrams === null ? 0 : 1),
      low: sum.low + (call.carbonLowGrams ?? mid),
      mid: sum.mid + mid,
      high: sum.high + (call.carbonHighGrams ?? mid),
    })
  }
  const newest = (a: ClimateSum, b: ClimateSum) => (a.name < b.name ? 1 : -1)
  return [...sums.values()].sort((a, b) => (by === 'key' ? b.mid - a.mid : 0) || newest(a, b))
}

const ALL: ClimateQuery = { by: 'key', since: MIDNIGHT - DAY_MS, until: MIDNIGHT + 9 * DAY_MS, limit: 100 }

let server: TestPostgres
before(async () => {
  server = await startPostgres()
})
after(() => server.stop())

let databases = 0
async function postgres(versions = MIGRATIONS.length): Promise<Opened> {
  const name = `sums_${databases++}`
  const admin = new pg.Client(server.url)
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  const pool = new pg.Pool({
    connectionString: server.url.replace(/postgres$/, name),
    max: 4,
    Client: CopyingClient,
  })
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  await migrate(db, MIGRATIONS.slice(0, versions))
  return db
}

async function pglite(versions: number): Promise<Opened> {
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: withCopy(await PGlite.create()) }) })
  await migrate(db, MIGRATIONS.slice(0, versions))
  return db
}

for (const [where, open] of [
  ['the embedded database', pglite],
  ['PostgreSQL', postgres],
] as const)
  describe(where, () => {
    let db: Opened
    before(async () => {
      db = await open(BEFORE_SUMS)
    })
    after(() => db.destroy())

    test('calls from before sums were kept count, and those after them', async () => {
      await insert(db, CALLS.slice(0, 20))
      await migrate(db, MIGRATIONS)
      assert.deepEqual(await told(db), spendingOf(CALLS.slice(0, 20), undefined, DAYS))
      assert.deepEqual(await sumClimate(db, ALL), climateOf(CALLS.slice(0, 20), ALL))
      await insert(db, CALLS.slice(20, 40))
      assert.deepEqual(await told(db), spendingOf(CALLS.slice(0, 40), undefined, DAYS))
    })

    test('a batch that fails counts nothing', async () => {
      const lost = db.transaction().execute(async (transaction) => {
        await insertGenerations(transaction, CALLS.slice(40).map(recordOf))
        throw new Error('lost')
      })
      await assert.rejects(lost, /lost/)
      assert.deepEqual(await told(db), spendingOf(CALLS.slice(0, 40), undefined, DAYS))
    })

    test('a key has spent what its calls have cost, to the last decimal, each counted once', async () => {
      // Ten of each batch are there already.
      await insert(db, CALLS.slice(30, 50))
      await insert(db, CALLS.slice(40))
      for (const caller of [undefined, 'anna', 'bo', "o'clock\t☃", 'nobody'])
        assert.deepEqual(await told(db, caller), spendingOf(CALLS, caller, DAYS), caller ?? 'all')
    })

    test('emissions are those of the calls between any two times, by key and by day', async () => {
      const at = (days: number) => MIDNIGHT + days * DAY_MS
      for (const [since, until] of [
        [at(-2), at(9)],
        [at(0), at(1)],
        [at(0), at(0.5)],
        [at(0.5), at(1)],
        [at(0.2), at(0.7)],
        [at(0.9), at(1.4)],
        [at(0.2), at(2.7)],
        [at(0), at(1) + 1_235],
        [at(1) - 1, at(1)],
      ] as const)
        for (const by of ['key', 'day'] as const)
          for (const caller of [undefined, 'anna']) {
            const query = { by, since, until, limit: 100, ...(caller !== undefined && { caller }) }
            assert.deepEqual(await sumClimate(db, query), climateOf(CALLS, query), JSON.stringify(query))
          }
    })

    test('neither sum reads the table of calls, but for what is left of a day', async () => {
      await db.transaction().execute(async (transaction) => {
        const before = await readsOfCalls(transaction)
        await sumSpending(transaction, { caller: 'anna', day: MIDNIGHT, week: MIDNIGHT, month: MIDNIGHT })
        await sumClimate(transaction, ALL)
        assert.equal(await readsOfCalls(transaction), before)
        await sumClimate(transaction, { ...ALL, since: MIDNIGHT + 1 })
        assert.equal(await readsOfCalls(transaction), before + 1)
      })
    })

    test('what was spent and emitted stays when calls are deleted, by age or with their user', async () => {
      await deleteOldCalls(db, undefined, MIDNIGHT + DAY_MS, 1_000)
      await deleteComparedCalls(
        db,
        CALLS.slice(-10).map(({ id }) => id),
      )
      const { rows } = await sql`select id from generations`.execute(db)
      assert.ok(rows.length > 0 && rows.length < CALLS.length - 10)
      assert.deepEqual(await told(db, 'anna'), spendingOf(CALLS, 'anna', DAYS))
      assert.deepEqual(await sumClimate(db, ALL), climateOf(CALLS, ALL))
    })
  })

/** How often this transaction has begun to read the table of calls, by an index or whole. */
async function readsOfCalls(db: Opened): Promise<number> {
  const { rows } = await sql<{ reads: number }>`
    select (seq_scan + idx_scan)::int as reads from pg_stat_xact_user_tables where relname = 'generations'`.execute(
    db,
  )
  return rows[0]!.reads
}

test('gateways that insert calls of the same keys at once, in other orders, all get them counted', async (t) => {
  const db = await postgres()
  t.after(() => db.destroy())
  const keys = Array.from({ length: 40 }, (_, n) => `key-${n}`)
  const batchOf = (gateway: number, round: number) =>
    keys.map((caller, n) => {
      const id = `gen-${[gateway, round, n].map((one) => one.toString(16).padStart(8, '0')).join('')}`
      return sampleCall({ id, generation: { caller, costUsd: '0.000000000000001' } }).generation
    })
  const gateways = [0, 1, 2, 3].map(async (gateway) => {
    for (let round = 0; round < 25; round++) {
      const batch = batchOf(gateway, round)
      await insert(db, gateway % 2 === 0 ? batch : batch.toReversed())
    }
  })
  await Promise.all(gateways)
  const spent = await sumSpending(db, { caller: 'key-7', day: 0, week: 0, month: 0 })
  assert.equal(formatUsd(parseUsd(spent.total)), '0.0000000000001')
})

test('calls that an older gateway inserts while the schema gets its sums count once', async (t) => {
  const db = await postgres(BEFORE_SUMS)
  t.after(() => db.destroy())
  const half = CALLS.length / 2
  await insert(db, CALLS.slice(0, half))
  let migrating: Promise<number> | undefined
  await db.transaction().execute(async (transaction) => {
    await insertGenerations(transaction, CALLS.slice(half).map(recordOf))
    migrating = migrate(db, MIGRATIONS)
    await waitingForLock(db)
  })
  assert.equal(await migrating, MIGRATIONS.length - BEFORE_SUMS)
  assert.deepEqual(await told(db), spendingOf(CALLS, undefined, DAYS))
})

/** Resolves when a connection waits for a lock of the table of calls. */
async function waitingForLock(db: Opened): Promise<void> {
  for (;;) {
    const { rows } =
      await sql`select 1 from pg_locks where not granted and relation = 'generations'::regclass`.execute(db)
    if (rows.length > 0) return
  }
}
