import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { PARQUET_CODECS } from './parquet-codecs.ts'
import { type ParquetColumn, replaceWithParquet } from './parquet-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-parquet-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'rows.parquet')

interface Row {
  readonly name: string | null
  readonly whole: number | null
  readonly amount: number | null
  readonly at: Date | null
  readonly flag: boolean | null
}

const COLUMNS: readonly ParquetColumn<Row>[] = [
  { name: 'name', type: 'STRING', of: ({ name }) => name },
  { name: 'whole', type: 'INT32', of: ({ whole }) => whole },
  { name: 'amount', type: 'DOUBLE', of: ({ amount }) => amount },
  { name: 'at', type: 'TIMESTAMP', of: ({ at }) => at },
  { name: 'flag', type: 'BOOLEAN', of: ({ flag }) => flag },
]

async function* each(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}

async function written(rows: readonly Row[]) {
  await replaceWithParquet(path, COLUMNS, each(rows))
  const bytes = readFileSync(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  return {
    read: await parquetReadObjects({ file, compressors: PARQUET_CODECS }),
    groups: parquetMetadata(file).row_groups,
  }
}

test('what is written is read again, whatever it is', async () => {
  const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null })
  const rows = fc.array(
    fc.record<Row>(
      {
        name: orNull(fc.string({ unit: 'grapheme' })),
        whole: orNull(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
        amount: orNull(fc.double({ noNaN: true })),
        at: orNull(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true })),
        flag: orNull(fc.boolean()),
      },
      { noNullPrototype: true },
    ),
    { maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(rows, async (drawn) => {
      assert.deepEqual((await written(drawn)).read, drawn)
    }),
    { numRuns: 50 },
  )
})

test('long texts end a group of rows, so that memory holds few of them', async () => {
  const row: Row = { name: 'x'.repeat(1024 * 1024), whole: 1, amount: 1, at: null, flag: null }
  const { read, groups } = await written(Array.from({ length: 12 }, () => row))
  assert.equal(read.length, 12)
  assert.ok(groups.length >= 2, `${groups.length} groups`)
})

test('when the rows break off, the old file stays and nothing lies beside it', async () => {
  writeFileSync(path, 'old')
  async function* broken(): AsyncGenerator<Row> {
    yield { name: 'a', whole: 1, amount: 1, at: null, flag: true }
    throw new Error('the database went away')
  }
  await assert.rejects(replaceWithParquet(path, COLUMNS, broken()), /went away/)
  assert.equal(readFileSync(path, 'utf8'), 'old')
  assert.deepEqual(readdirSync(folder), ['rows.parquet'])
})
