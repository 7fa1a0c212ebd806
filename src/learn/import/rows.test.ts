import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { type Row, rowsOf } from './rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-rows-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function rows(name: string, content: string | Uint8Array): Promise<Row[]> {
  const path = join(folder, name)
  writeFileSync(path, content)
  const found: Row[] = []
  for await (const row of rowsOf(path)) found.push(row)
  return found
}

test('CSV may have quotes, line breaks in a field, a byte order mark, and be packed; rows are named by their last line', async () => {
  const text = '\uFEFFprompt,score\r\n"Say ""hi"",\nplease",1\r\n\r\nBye,\r\n'
  const expected = [
    { where: 'a.csv:3', value: { prompt: 'Say "hi",\nplease', score: '1' } },
    { where: 'a.csv:5', value: { prompt: 'Bye', score: '' } },
  ]
  assert.deepEqual(await rows('a.csv', text), expected)
  assert.deepEqual(
    (await rows('a.csv.gz', gzipSync(text))).map(({ value }) => value),
    expected.map(({ value }) => value),
  )
})

test('endings are known in capitals, too', async () => {
  assert.deepEqual(await rows('A.JSONL.GZ', gzipSync('{"a": 1}')), [
    { where: 'A.JSONL.GZ:1', value: { a: 1 } },
  ])
})

test('Parquet is read a group of rows after the other', async () => {
  const data = Array.from({ length: 250 }, (_, i) => `prompt ${i}`)
  const file = parquetWriteBuffer({
    columnData: [{ name: 'prompt', data, type: 'STRING' }],
    rowGroupSize: 100,
  })
  const found = await rows('a.parquet', new Uint8Array(file))
  assert.deepEqual(
    [found.length, found[249]],
    [250, { where: 'a.parquet:250', value: { prompt: 'prompt 249' } }],
  )
})

test('Parquet that is packed with Zstandard is read, as our own exports are, and no page may be larger than it says', async () => {
  const packed = (pack: (bytes: Uint8Array) => Uint8Array) =>
    parquetWriteBuffer({
      columnData: [{ name: 'prompt', data: ['one', 'two'], type: 'STRING' }],
      codec: 'ZSTD',
      compressors: { ZSTD: pack },
    })
  const found = await rows('packed.parquet', new Uint8Array(packed((bytes) => zstdCompressSync(bytes))))
  assert.deepEqual(
    found.map(({ value }) => value),
    [{ prompt: 'one' }, { prompt: 'two' }],
  )
  const bomb = packed(() => zstdCompressSync(new Uint8Array(100_000_000)))
  await assert.rejects(rows('bomb.parquet', new Uint8Array(bomb)), /bomb\.parquet cannot be read/)
})

test('Parquet that points outside of itself, or whose groups are larger than memory is meant to hold, is refused', async () => {
  const column = (size: number) => [{ name: 'good', data: Array<boolean>(size).fill(true) }]
  const whole = new Uint8Array(parquetWriteBuffer({ columnData: column(5) }))
  const footer = new DataView(whole.buffer).getUint32(whole.length - 8, true) + 8
  const bodiless = Uint8Array.from([...whole.subarray(0, 4), ...whole.subarray(-footer)])
  await assert.rejects(rows('bodiless.parquet', bodiless), /bodiless\.parquet cannot be read/)
  // 2,000,001 equal values are a few hundred bytes.
  const dense = parquetWriteBuffer({ columnData: column(2_000_001), rowGroupSize: 2_000_001 })
  await assert.rejects(
    rows('dense.parquet', new Uint8Array(dense)),
    /a group of its rows is larger than .* 2,000,000 rows/,
  )
})

test('a file that is cut, foreign or of another kind is refused with its name and what can be named', async () => {
  const whole = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'a', data: ['x'.repeat(500)] }] }))
  await assert.rejects(
    rows('cut.parquet', whole.subarray(0, -20)),
    /cut\.parquet cannot be read: .*\.parquet file/,
  )
  await assert.rejects(rows('none.parquet', new Uint8Array()), /none\.parquet cannot be read/)
  await assert.rejects(rows('cut.csv', 'a,b\n"never closed'), /cut\.csv cannot be read/)
  await assert.rejects(
    rows('cut.jsonl.gz', gzipSync('{"a": 1}').subarray(0, 12)),
    /cut\.jsonl\.gz cannot be read/,
  )
  await assert.rejects(rows('data.pkl', 'x'), /data\.pkl cannot be read: its name ends in none of these/)
})
