import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { Kysely, PGliteDialect, sql } from 'kysely'
import {
  NONE,
  readBoolean,
  readCopy,
  readDouble,
  readInteger,
  readText,
  readTime,
  type TakeValue,
  writeCopy,
} from './copy-binary.ts'
import { copyIn, copyOut } from './copy-statement.ts'
import { copyLines } from './copy-text.ts'
import { withCopy } from './pglite-copy.ts'
import type { Tables } from './tables.ts'

const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: withCopy(await PGlite.create()) }) })
before(async () => {
  await sql`create table generations
    (t text, j jsonb, i integer, d double precision, b boolean, at timestamptz, n numeric(24, 15))`.execute(
    db,
  )
  await sql`create table generation_bodies (id text, bytes bytea)`.execute(db)
})
after(() => db.destroy())

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null })
/** What PostgreSQL's text can hold: no NUL. */
const texts = fc
  .string({
    unit: fc.oneof(fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', '"', "'", '😀'), fc.constant('é')),
  })
  .map((text) => text.replaceAll('\0', ''))

const readDate = (bytes: Buffer, start: number) => new Date(readTime(bytes, start))
const readBytes = (bytes: Buffer, start: number, end: number) => bytes.subarray(start, end)

/** The rows that are copied out, each an object with what the columns' functions read. */
function rowsOf<Row extends object>(
  copied: Uint8Array,
  columns: readonly (readonly [keyof Row & string, (...value: Parameters<TakeValue>) => unknown])[],
): Row[] {
  const values: unknown[] = []
  const takes = columns.map(
    ([, read]): TakeValue =>
      (bytes, start, end) => {
        values.push(start === NONE ? null : read(bytes, start, end))
      },
  )
  const rows = readCopy(copied, takes)
  return Array.from({ length: rows }, (_, n) =>
    Object.fromEntries(columns.map(([name], c) => [name, values[n * columns.length + c]])),
  ) as Row[]
}

test('rows that are copied in are copied out as they were, whatever is in them', async () => {
  const drawn = fc.record(
    {
      t: orNull(texts),
      j: orNull(texts.map((text) => JSON.stringify({ [text]: [text] }))),
      i: orNull(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      d: orNull(fc.double({ noNaN: true, noDefaultInfinity: true })),
      b: orNull(fc.boolean()),
      at: orNull(fc.date({ min: new Date('1900-01-01'), max: new Date('2900-01-01'), noInvalidDate: true })),
    },
    { noNullPrototype: true },
  )
  type Drawn = typeof drawn extends fc.Arbitrary<infer T> ? T : never
  const columns = ['t', 'j', 'i', 'd', 'b', 'at'] as const
  const reads = [readText, readText, readInteger, readDouble, readBoolean, readDate] as const
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { maxLength: 20 }), async (rows) => {
      await sql`truncate generations`.execute(db)
      const values = rows.map(({ at, ...row }) => ({ ...row, at: at?.toISOString() ?? null }))
      await copyIn(db, 'generations', columns, copyLines(values.map((row) => columns.map((c) => row[c]))))
      const copied = await copyOut(db, sql`select t, j::text, i, d, b, at from generations`)
      const read = rowsOf<Drawn>(
        copied,
        columns.map((name, c) => [name, reads[c]!]),
      )
      const plain = ({ j, d, ...row }: Drawn) => ({ ...row, j: j && JSON.parse(j), d: d === 0 ? 0 : d })
      assert.deepEqual(read.map(plain), rows.map(plain))
    }),
    { numRuns: 60 },
  )
})

test('bytes are copied in and out as they are, also none and very many', async () => {
  const bytes = [Buffer.from([0, 255, 10, 92]), null, Buffer.alloc(0), Buffer.alloc(3_000_000, 'é')]
  await db.transaction().execute(async (transaction) => {
    const rows = bytes.map((one, n) => [Buffer.from(`row ${n}`), one])
    const binary = 'with (format binary)'
    await copyIn(transaction, 'generation_bodies', ['id', 'bytes'], writeCopy(rows), binary)
  })
  const copied = await copyOut(db, sql`select bytes from generation_bodies order by id`)
  const read = rowsOf<{ bytes: Buffer | null }>(copied, [['bytes', readBytes]])
  assert.deepEqual(
    read.map(({ bytes: one }) => one),
    bytes,
  )
})

test('a row that the table refuses leaves the transaction as a statement does, and the next copy whole', async () => {
  const refused = db.transaction().execute(async (transaction) => {
    await copyIn(transaction, 'generations', ['i'], copyLines([[1], ['no number']]))
  })
  await assert.rejects(refused, { code: '22P02' })
  const torn = copyOut(db, sql`select 1 / (3 - n) from generate_series(1, 3) as n`)
  await assert.rejects(torn, { code: '22012' })
  const copied = await copyOut(db, sql`select 7`)
  assert.deepEqual(rowsOf<{ n: number }>(copied, [['n', readInteger]]), [{ n: 7 }])
})

test('words of the statement may stand in its texts; copies that are asked for at once do not mix', async () => {
  const texts = ['copy to stdout', 'copy from stdin']
  const copied = await Promise.all(texts.map((text) => copyOut(db, sql`select ${sql.lit(text)}`)))
  const read = copied.flatMap((one) => rowsOf<{ t: string }>(one, [['t', readText]]))
  assert.deepEqual(
    read.map(({ t }) => t),
    texts,
  )
})

test('what is no copy is refused, not taken for rows', () => {
  assert.throws(() => readCopy(Buffer.from('something else'), []), /no signature/)
  assert.throws(() => readCopy(writeCopy([[null, null]]), [readText]), /2 fields a row, not 1/)
})
