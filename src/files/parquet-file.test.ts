import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { PARQUET_CODECS } from './parquet-codecs.ts'
import { type AddRows, type ParquetField, replaceWithParquet } from './parquet-file.ts'

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

const FIELDS: readonly (ParquetField & { readonly name: keyof Row })[] = [
  { name: 'name', type: 'STRING' },
  { name: 'whole', type: 'INT32' },
  { name: 'amount', type: 'DOUBLE' },
  { name: 'at', type: 'TIMESTAMP' },
  { name: 'flag', type: 'BOOLEAN' },
]

function add(...rows: readonly Row[]): AddRows {
  return (columns) => {
    for (const row of rows) for (const [c, { name }] of FIELDS.entries()) columns[c]!.add(row[name])
    return rows.length
  }
}

async function* each(rows: readonly Row[]): AsyncGenerator<AddRows> {
  for (const row of rows) yield add(row)
}

async function written(rows: readonly Row[]) {
  await replaceWithParquet(path, FIELDS, each(rows))
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
  const rows = Array.from({ length: 40 }, (): Row => {
    return { name: randomBytes(1024 * 1024).toString('base64'), whole: 1, amount: 1, at: null, flag: null }
  })
  const { read, groups } = await written(rows)
  assert.deepEqual(read, rows)
  assert.ok(groups.length >= 2, `${groups.length} groups`)
})

test('pages of a group and groups of a file follow one another, each with its own nulls, flags and bounds', async () => {
  const rows = Array.from({ length: 45_001 }, (_, n): Row => {
    const isThere = n < 10_000 || n % 3 > 0
    return {
      name: isThere ? `row ${n}` : null,
      whole: n < 20_000 ? n - 30_000 : null,
      amount: n / 7,
      at: new Date(n),
      flag: n % 5 === 0,
    }
  })
  const { read, groups } = await written(rows)
  assert.deepEqual(read, rows)
  const statistics = groups.map(({ columns }) => columns.map(({ meta_data }) => meta_data?.statistics))
  const [first, second] = [statistics[0]!, statistics[1]!]
  assert.deepEqual([first[1]?.min_value, first[1]?.max_value], [-30_000, -10_001])
  assert.deepEqual([second[1]?.null_count, second[1]?.min_value], [20_000n, undefined])
  assert.deepEqual([first[3]?.min_value, first[3]?.max_value], [new Date(0), new Date(19_999)])
})

test('a number that fits into no column of whole ones is left out, not cut', async () => {
  const { read } = await written(
    [2 ** 31, 0.5, Number.NaN].map((whole) => ({ name: '', whole, amount: whole, at: null, flag: null })),
  )
  assert.deepEqual(
    read.map(({ whole, amount }) => [whole, amount]),
    [
      [null, 2 ** 31],
      [null, 0.5],
      [null, Number.NaN],
    ],
  )
})

test('when the rows break off, the old file stays and nothing lies beside it', async () => {
  writeFileSync(path, 'old')
  async function* broken(): AsyncGenerator<AddRows> {
    yield add({ name: 'a', whole: 1, amount: 1, at: null, flag: true })
    throw new Error('the database went away')
  }
  await assert.rejects(replaceWithParquet(path, FIELDS, broken()), /went away/)
  assert.equal(readFileSync(path, 'utf8'), 'old')
  assert.deepEqual(readdirSync(folder), ['rows.parquet'])
})
