import { closeSync, fsyncSync, openSync } from 'node:fs'
import { type BasicType, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import { ParquetColumn } from './parquet-column.ts'
import { replaceFileBy } from './replace-file.ts'

/** A column's name, and what is in it; times are in ms. */
export interface ParquetField {
  readonly name: string
  readonly type: Extract<BasicType, 'BOOLEAN' | 'INT32' | 'DOUBLE' | 'STRING' | 'TIMESTAMP'>
}

/** Adds rows: to each column, in the order of the fields, as many values. Gives how many rows. */
export type AddRows = (columns: readonly ParquetColumn[]) => number

/** Rows are packed in pages and written in groups: the larger, the better they pack, and the more memory they take. */
const PAGE_ROWS = 2_000
const PAGE_BYTES = 4 * 1024 * 1024
const GROUP_ROWS = 20_000
const GROUP_BYTES = 16 * 1024 * 1024

/**
 * Writes rows as a Parquet file (https://parquet.apache.org, packed with Zstandard), which DuckDB, pandas and Spark read.
 * The file is replaced as a whole or not at all; memory holds one page of rows, and one group of them packed.
 */
export function replaceWithParquet(
  path: string,
  fields: readonly ParquetField[],
  rows: AsyncIterable<AddRows>,
): Promise<void> {
  return replaceFileBy(path, async (temporary) => {
    const schema = schemaFromColumnData({ columnData: fields.map((field) => ({ ...field, data: [] })) })
    const writer = new ParquetWriter({ writer: fileWriter(temporary), schema, createdBy: 'meritorder' })
    const columns = schema.slice(1).map((element) => new ParquetColumn(element))
    let inPage = 0
    let inGroup = 0
    for await (const add of rows) {
      inPage += add(columns)
      if (inPage < PAGE_ROWS && sum(columns, ({ pageBytes }) => pageBytes) < PAGE_BYTES) continue
      endPage()
      if (inGroup >= GROUP_ROWS || sum(columns, ({ packedBytes }) => packedBytes) >= GROUP_BYTES) endGroup()
    }
    endPage()
    endGroup()
    writer.finish()
    sync(temporary)

    function endPage(): void {
      for (const column of columns) column.endPage()
      inGroup += inPage
      inPage = 0
    }

    function endGroup(): void {
      if (inGroup === 0) return
      const chunks = columns.map((column) => column.write(writer.writer))
      writer.num_rows += BigInt(inGroup)
      writer.row_groups.push({
        columns: chunks,
        num_rows: BigInt(inGroup),
        total_byte_size: chunks.reduce(
          (bytes, { meta_data }) => bytes + meta_data!.total_uncompressed_size,
          0n,
        ),
      })
      inGroup = 0
    }
  })
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}

function sync(path: string): void {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
