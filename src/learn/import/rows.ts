import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { MeritorderError } from '../../errors.ts'
import { PARQUET_CODECS } from '../../files/parquet-codecs.ts'
import { isObject } from '../../json/is-object.ts'
import { fileBytes } from './file-bytes.ts'
import { jsonItems } from './json-items.ts'
import { jsonLines } from './json-lines.ts'

/** One record of a file, whatever its format. */
export interface Row {
  /** `scores.csv:12`: the line, or the number of the record where lines mean nothing. */
  readonly where: string
  /** undefined where there is no such record: a line that is no JSON object. */
  readonly value: Readonly<Record<string, unknown>> | undefined
}

/**
 * Reads the records of a file one by one: JSON Lines (`.jsonl`, `.ndjson`), JSON (`.json`: a list of objects, alone or as
 * the member `data` of an object; or lines), CSV with a head line (`.csv`; all values are text then), Parquet (`.parquet`); all but
 * the last also packed (`.gz`).
 *
 * @throws MeritorderError `invalid_request` when the file cannot be read or its name has another ending
 */
export async function* rowsOf(path: string): AsyncGenerator<Row> {
  const format = /\.(jsonl|ndjson|json|csv|parquet)(\.gz)?$/i.exec(path)?.[1]?.toLowerCase()
  try {
    if (format === 'csv') yield* csvRows(path)
    else if (format === 'parquet') yield* parquetRows(path)
    else if (format === 'json') yield* numbered(path, jsonItems(fileBytes(path)))
    else if (format !== undefined) yield* jsonLines(path)
    else throw new Error('its name ends in none of these')
  } catch (cause) {
    if (cause instanceof MeritorderError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MeritorderError(
      'invalid_request',
      `${path} cannot be read: ${why}. Name a .jsonl, .json, .csv (or one of them .gz) or .parquet file.`,
      { limit: 'data', cause },
    )
  }
}

async function* numbered(path: string, values: AsyncIterable<unknown>): AsyncGenerator<Row> {
  let number = 0
  for await (const value of values) {
    number++
    yield { where: `${basename(path)}:${number}`, value: isObject(value) ? value : undefined }
  }
}

/** Bytes; a longer record is none. */
const LONGEST_RECORD = 64 * 1024 * 1024

async function* csvRows(path: string): AsyncGenerator<Row> {
  const parser = parse({
    columns: true,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD,
  })
  const records = pipeline(fileBytes(path), parser, () => {})
  for await (const { record, info } of records as AsyncIterable<CsvRecord>)
    yield { where: `${basename(path)}:${info.lines}`, value: record }
}

interface CsvRecord {
  readonly record: Readonly<Record<string, string>>
  readonly info: { readonly lines: number }
}

/** Of a Parquet file a whole group of rows is read at once; so large one may be by what the file says of itself. */
const MOST_GROUP_ROWS = 2_000_000
const MOST_GROUP_BYTES = 1024 * 1024 * 1024

async function* parquetRows(path: string): AsyncGenerator<Row> {
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet')
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const source = {
      byteLength: size,
      async slice(start: number, end = size): Promise<ArrayBuffer> {
        if (!(start >= 0 && start <= end && end <= size)) throw new Error('it points outside of itself')
        const bytes = new Uint8Array(end - start)
        await file.read(bytes, 0, bytes.length, start)
        return bytes.buffer
      },
    }
    const metadata = await parquetMetadataAsync(source)
    let rowStart = 0
    for (const { num_rows, columns } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows)
      const bytes = columns.reduce((sum, one) => sum + Number(one.meta_data?.total_uncompressed_size ?? 0), 0)
      if (rowEnd - rowStart > MOST_GROUP_ROWS || bytes > MOST_GROUP_BYTES)
        throw new Error(
          'a group of its rows is larger than 1 GB or 2,000,000 rows; write it with smaller ones',
        )
      const rows = await parquetReadObjects({
        file: source,
        metadata,
        rowStart,
        rowEnd,
        compressors: PARQUET_CODECS,
      })
      for (const [r, value] of rows.entries()) yield { where: `${basename(path)}:${rowStart + r + 1}`, value }
      rowStart = rowEnd
    }
  } finally {
    await file.close()
  }
}
