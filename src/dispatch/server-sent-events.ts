const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20

/** Complete events of a stream, still as the bytes that came. */
export interface EventBytes {
  readonly bytes: Buffer
  /** The joined `data` lines; undefined for a comment or an event without data. */
  readonly data: string | undefined
}

/** An event larger than this is no chat chunk; the stream is given up rather than buffered without end. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024

/**
 * Cuts a byte stream into whole server-sent events (WHATWG HTML §9.2.6). Line ends may be LF, CRLF or CR, and chunks
 * may be cut anywhere; the bytes of all events, joined, are the bytes that came.
 */
export interface EventSplitter {
  /** @throws RangeError when an event exceeds 32 MB. */
  push(chunk: Buffer): EventBytes[]
}

export function createEventSplitter(): EventSplitter {
  let carry: Buffer[] = []
  let carried = 0
  /** The last three carried bytes: a blank line may straddle a cut (CR LF CR | LF). */
  let tail = ''

  return {
    push(chunk) {
      let bytes = chunk
      let from = 0
      if (carried > 0) {
        carry.push(chunk)
        from = Math.max(0, carried - 3)
        carried += chunk.length
        if (carried > MAX_EVENT_BYTES) throw new RangeError('a server-sent event is larger than 32 MB')
        // Joining only when the new bytes can end an event keeps any way of cutting linear.
        const seam = tail + chunk.toString('latin1')
        tail = seam.slice(-3)
        if (!BLANK_LINE_ANYWHERE.test(seam)) return []
        bytes = Buffer.concat(carry, carried)
      }
      const events: EventBytes[] = []
      const findEnd = bytes.indexOf(CR) < 0 ? endOfPlainEvent : endOfAnyEvent
      let start = 0
      for (;;) {
        const end = findEnd(bytes, start, Math.max(start, from))
        if (end < 0) break
        const event = bytes.subarray(start, end)
        events.push({ bytes: event, data: findEnd === endOfPlainEvent ? plainDataOf(event) : dataOf(event) })
        start = end
      }
      const left = bytes.subarray(start)
      carry = left.length === 0 ? [] : [left]
      carried = left.length
      tail = left.subarray(-3).toString('latin1')
      return events
    },
  }
}

const BLANK_LINE_ANYWHERE = /\n[\r\n]|\r\r|\r\n[\r\n]/
const BLANK_LINE = Buffer.from('\n\n')

/** Index just past the blank line that ends the event, or -1, in bytes without any CR. */
function endOfPlainEvent(bytes: Buffer, _start: number, from: number): number {
  const blank = bytes.indexOf(BLANK_LINE, from)
  return blank < 0 ? -1 : blank + 2
}

/** The same for any mix of LF, CRLF and CR. */
function endOfAnyEvent(bytes: Buffer, start: number): number {
  let lineIsEmpty = true
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]
    if (byte !== LF && byte !== CR) {
      lineIsEmpty = false
      continue
    }
    // A CR at the very end may be the first half of CRLF: the next chunk decides.
    if (byte === CR && i + 1 === bytes.length) return -1
    if (byte === CR && bytes[i + 1] === LF) i++
    if (lineIsEmpty) return i + 1
    lineIsEmpty = true
  }
  return -1
}

const DATA = Buffer.from('data: ')

/** The data of an event without any CR. The common shape, one `data: …` line, is read as one string and never cut. */
function plainDataOf(event: Buffer): string | undefined {
  for (let i = 0; i < DATA.length; i++) if (event[i] !== DATA[i]) return dataOf(event)
  let end = event.length - 2
  if (event.indexOf(LF) !== end) return dataOf(event)
  while (event[end - 1] === SPACE) end--
  return event.toString('utf8', DATA.length, end)
}

function dataOf(event: Buffer): string | undefined {
  const text = event.toString('utf8')
  const data: string[] = []
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/))
    if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5))
  return data.length === 0 ? undefined : data.join('\n')
}
