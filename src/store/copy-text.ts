/** A value of a row; objects are told as JSON by whoever makes the row. */
export type CopyValue = string | number | boolean | null

/** Rows in PostgreSQL's text COPY format (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.55.9.2): tabs between values, a line a row. */
export function copyLines(rows: readonly (readonly CopyValue[])[]): Buffer {
  return Buffer.from(rows.map((row) => `${row.map(textOf).join('\t')}\n`).join(''))
}

function textOf(value: CopyValue): string {
  if (value === null) return '\\N'
  return typeof value === 'string' ? value.replace(SPECIAL, escapeOf) : String(value)
}

/** What ends a value, a line or an escape. */
const SPECIAL = /[\\\t\n\r]/g
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' }

function escapeOf(character: string): string {
  return ESCAPES[character]!
}
