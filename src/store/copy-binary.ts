import { MeritorderError } from '../errors.ts'

/** Takes a value of PostgreSQL's binary format, which is in `bytes` from `start` to `end`; `start` is `NONE` where there is none. */
export type TakeValue = (bytes: Buffer, start: number, end: number) => void

/** `text`; JSON cast to it. */
export function readText(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('utf8', start, end)
}

/** `integer`. */
export function readInteger(bytes: Buffer, start: number): number {
  return bytes.readInt32BE(start)
}

/** `double precision`. */
export function readDouble(bytes: Buffer, start: number): number {
  return bytes.readDoubleBE(start)
}

export function readBoolean(bytes: Buffer, start: number): boolean {
  return bytes[start] === 1
}

/** `timestamptz`: microseconds since 2000. Gives epoch ms, whole ones. */
export function readTime(bytes: Buffer, start: number): number {
  return Math.floor((bytes.readInt32BE(start) * 2 ** 32 + bytes.readUInt32BE(start + 4)) / 1000) + EPOCH_MS
}

const EPOCH_MS = Date.UTC(2000)
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Signature, flags, and the length of an extension of the header. */
const HEAD = Buffer.concat([SIGNATURE, Buffer.alloc(8)])
/** In the place of a row's count of fields: there are no more; in that of a field's length: null. */
export const NONE = -1

/**
 * Reads rows in PostgreSQL's binary COPY format (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.55.9.4.6):
 * per row a 16-bit count of fields, per field a 32-bit length and its bytes. Column by column and row by row each value is
 * taken by its column's function, none becomes an object. Gives how many rows there are. Throws MeritorderError `server` on
 * bytes that are something else.
 */
export function readCopy(data: Uint8Array, columns: readonly TakeValue[]): number {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length)
  if (!bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw damaged('has no signature')
  let at = HEAD.length + bytes.readInt32BE(HEAD.length - 4)
  for (let rows = 0; ; rows++) {
    const count = bytes.readInt16BE(at)
    at += 2
    if (count === NONE) return rows
    if (count !== columns.length) throw damaged(`has ${count} fields a row, not ${columns.length}`)
    for (const take of columns) {
      const length = bytes.readInt32BE(at)
      at += 4
      if (length === NONE) take(bytes, NONE, NONE)
      else {
        take(bytes, at, at + length)
        at += length
      }
    }
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
