/**
 * A server-sent event with other data, which ends it; every other line of it (`event`, `id`, `retry`, comments) stays the
 * bytes that came.
 */
export function withData(event: Buffer, data: Buffer): Buffer {
  return Buffer.concat([...otherLines(event), ...dataLines(data), END])
}

/** Lines with their own ends, which may be LF, CRLF or CR (WHATWG HTML §9.2.6). */
const LINE = /[^\r\n]+(?:\r\n|\r|\n)/g
/** A stream's first line may begin with a byte order mark, here as the characters of its bytes. */
const DATA_LINE = /^(?:\u00EF\u00BB\u00BF)?data:/

function otherLines(event: Buffer): Buffer[] {
  // The common shape, one `data` line alone, has none.
  if (event.subarray(0, DATA.length).equals(DATA) && event.indexOf('\n') === event.length - 2) return []
  const lines = event.toString('latin1').match(LINE) ?? []
  return lines.filter((line) => !DATA_LINE.test(line)).map((line) => Buffer.from(line, 'latin1'))
}

/** Data of several lines is as many fields. */
function dataLines(data: Buffer): Buffer[] {
  if (!data.includes('\n')) return [DATA, data]
  return [Buffer.from(data.toString('utf8').replaceAll(/(^|\n)/g, '$1data: '))]
}

const DATA = Buffer.from('data: ')
const END = Buffer.from('\n\n')
