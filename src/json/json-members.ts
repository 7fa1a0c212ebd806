import { MeritorderError } from '../errors.ts'

/** A top-level member of a JSON object, as byte offsets into it. */
export interface JsonMember {
  readonly key: string
  readonly keyStart: number
  readonly valueStart: number
  readonly valueEnd: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const COLON = 0x3a
const COMMA = 0x2c

/** A chat call has some dozens; millions of tiny ones would cost memory by the gigabyte. */
const MAX_MEMBERS = 1000

/**
 * Finds the top-level members of a JSON object as byte offsets, in one pass and before anything is parsed,
 * so that single fields can be replaced without re-serialising the rest and hostile nesting is refused cheaply.
 * The offsets are meaningful only if the bytes turn out to be valid JSON; the scan itself accepts anything.
 *
 * @param maxValues values at any depth: parsed, one of three bytes takes twenty times as much
 * @throws MeritorderError `invalid_request` when nesting exceeds `maxDepth`, there are more than `maxValues`, or more than
 *   1,000 members.
 */
export function findMembers(
  bytes: Uint8Array,
  maxDepth: number,
  maxValues = Number.POSITIVE_INFINITY,
): JsonMember[] {
  const members: JsonMember[] = []
  let depth = 0
  let values = 0
  let keyStart = -1
  let keyEnd = -1
  let valueStart = -1
  let lastByte = -1

  const closeMember = () => {
    if (valueStart >= 0) {
      if (members.length === MAX_MEMBERS)
        throw new MeritorderError(
          'invalid_request',
          `The body has more than ${MAX_MEMBERS} top-level fields.`,
          { limit: 'body' },
        )
      members.push({ key: readKey(bytes, keyStart, keyEnd), keyStart, valueStart, valueEnd: lastByte + 1 })
    }
    keyStart = keyEnd = valueStart = -1
  }

  const countValue = () => {
    if (++values > maxValues)
      throw new MeritorderError('invalid_request', `The body has more than ${maxValues} values.`, {
        limit: 'max_values',
      })
  }

  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!
    if (byte <= 0x20) continue
    if (byte === QUOTE) {
      const end = endOfString(bytes, i)
      if (depth === 1 && keyStart < 0) {
        keyStart = i
        keyEnd = end
      } else if (depth === 1 && keyEnd >= 0 && valueStart === -2) valueStart = i
      i = end - 1
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth === 1 && valueStart === -2) valueStart = i
      countValue()
      depth++
      if (depth > maxDepth)
        throw new MeritorderError('invalid_request', `The body is nested deeper than ${maxDepth} levels.`, {
          limit: 'max_depth',
        })
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (depth === 1) closeMember()
      depth--
    } else if (byte === COMMA) {
      countValue()
      if (depth === 1) closeMember()
    } else if (depth === 1) {
      if (byte === COLON && keyEnd >= 0 && valueStart === -1) valueStart = -2
      else if (valueStart === -2) valueStart = i
    }
    lastByte = i
  }
  return members
}

/** Index just past the closing quote of the string that opens at `start`. */
function endOfString(bytes: Uint8Array, start: number): number {
  let quote = start
  for (;;) {
    quote = bytes.indexOf(QUOTE, quote + 1)
    if (quote < 0) return bytes.length
    let backslashes = 0
    while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return quote + 1
  }
}

function readKey(bytes: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start + 1, end - start - 2).toString('utf8')
  if (!text.includes('\\')) return text
  try {
    return String(JSON.parse(`"${text}"`))
  } catch {
    return text
  }
}
