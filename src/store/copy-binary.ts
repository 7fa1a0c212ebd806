import { MeritorderError } from '../errors.ts'

/** How a value of PostgreSQL's binary format is read from `start` to `end`. */
export type ReadValue<T> = (bytes: Buffer, start: number, end: number) => T

/** `text`; JSON cast to it. */
export const readText: ReadValue<string> = (bytes, start, end) => bytes.toString('utf8', start, end)
/** `integer`. */
export const readInteger: ReadValue<number> = (bytes, start) => bytes.readInt32BE(start)
/** `double precision`. */
export const readDouble: ReadValue<number> = (bytes, start) => bytes.readDoubleBE(start)
export const readBoolean: ReadValue<boolean> = (bytes, start) => bytes[start] === 1
/** `timestamptz`: microseconds since 2000. A Date has ms. */
export const readTime: ReadValue<Date> = (bytes, start) =>
  new Date(Math.floor((bytes.readInt32BE(start) * 2 ** 32 + bytes.readUInt32BE(start + 4)) / 1000) + EPOCH_MS)
/** `bytea`, not copied. */
export const readBytes: ReadValue<Buffer> = (bytes, start, end) => bytes.subarray(start, end)

const EPOCH_MS = Date.UTC(2000)
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Signature, flags, and the length of an extension of the header. */
const HEAD = Buffer.concat([SIGNATURE, Buffer.alloc(8)])
/** In the place of a row's count of fields: there are no more; in that of a field's length: null. */
const NONE = -1

/**
 * Reads rows in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.55.9.4.6):
 * per row a 16-bit count of fields, per field a 32-bit length and its bytes. Each row becomes an object with a member per
 * column, null where there is none. Throws MeritorderError `server` on bytes that are something else.
 */
export function readCopy<Row>(
  data: Uint8Array,
  columns: readonly (readonly [name: keyof Row & string, read: ReadValue<unknown>, ...rest: unknown[]])[],
): Row[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw damaged('has no signature')
  let at = HEAD.length + bytes.readInt32BE(HEAD.length - 4)
  const rows: Row[] = []
  for (;;) {
    const count = bytes.readInt16BE(at)
    at += 2
    if (count === NONE) return rows
    if (count !== columns.length) throw damaged(`has ${count} fields a row, not ${columns.length}`)
    const row: Record<string, unknown> = {}
    for (const [name, read] of columns) {
      const length = bytes.readInt32BE(at)
      at += 4
      row[name] = length === NONE ? null : read(bytes, at, at + length)
      if (length > 0) at += length
    }
    rows.push(row as Row)
  }
}

/** Rows of values that are already as PostgreSQL sends them (text as UTF-8, bytea as it is), in its binary COPY format. */
export function writeCopy(rows: readonly (readonly (Uint8Array | null)[])[]): Uint8Array {
  const pieces: Uint8Array[] = [HEAD]
  for (const row of rows) {
    const count = Buffer.allocUnsafe(2)
    count.writeInt16BE(row.length)
    pieces.push(count)
    for (const value of row) {
      const length = Buffer.allocUnsafe(4)
      length.writeInt32BE(value === null ? NONE : value.length)
      pieces.push(length)
      if (value !== null) pieces.push(value)
    }
  }
  const end = Buffer.alloc(2)
  end.writeInt16BE(NONE)
  pieces.push(end)
  return Buffer.concat(pieces)
}

function damaged(how: string): MeritorderError {
  return new MeritorderError('server', `what the database copied out ${how}`)
}
