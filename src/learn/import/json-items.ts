import type { Readable } from 'node:stream'

/** Characters; a longer item is none of such a file. */
const LONGEST_ITEM = 64 * 1024 * 1024

/**
 * The objects of a JSON text one by one, so that it may be larger than the memory: those of a list, of a list that is a
 * member of an object (`{"data": […]}`), or objects that follow each other. What is between braces and cannot be parsed
 * is undefined.
 */
export async function* jsonItems(bytes: Readable): AsyncGenerator<unknown> {
  const scan = createScan()
  for await (const piece of bytes.setEncoding('utf8'))
    for (const item of scan.push(String(piece))) yield* itemsOf(item, scan.inList())
  if (scan.open()) throw new Error('it ends in the middle of a value')
}

/** An object around a list is looked into; what a list holds is taken as it is. */
function* itemsOf(text: string, inList: boolean): Generator<unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    yield undefined
    return
  }
  const list = typeof value === 'object' && value !== null && 'data' in value ? value.data : undefined
  if (Array.isArray(list) && !inList) yield* list
  else yield value
}

/**
 * Cuts the outermost objects out of a text that comes in pieces. The list around them is passed over; an object around a
 * list is one object, unless it is longer than an item may be.
 */
function createScan() {
  let depth = 0
  let inText = false
  let escaped = false
  let held = ''
  let inList = false
  return {
    open: () => depth > 0,
    inList: () => inList,
    *push(piece: string): Generator<string> {
      let start = depth > 0 ? 0 : -1
      for (let i = 0; i < piece.length; i++) {
        const c = piece.charCodeAt(i)
        if (inText) {
          if (escaped) escaped = false
          else if (c === BACKSLASH) escaped = true
          else if (c === QUOTE) inText = false
        } else if (c === QUOTE) inText = true
        else if (c === LIST && depth === 0) inList = true
        else if (c === OPEN) {
          if (depth++ === 0) start = i
        } else if (c === CLOSE && depth > 0 && --depth === 0) {
          yield held + piece.slice(start, i + 1)
          held = ''
          start = -1
        }
      }
      if (start >= 0) held += piece.slice(start)
      if (held.length > LONGEST_ITEM) throw new Error('an object is longer than 64 MB')
    },
  }
}

const QUOTE = 34
const BACKSLASH = 92
const LIST = 91
const OPEN = 123
const CLOSE = 125
