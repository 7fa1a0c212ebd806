import { isCard } from './cards.ts'
import { redactText } from './redact-text.ts'

/** Encoded files, pictures and sounds cannot be looked into: they go as a whole. */
const FILE = '[file]'
const DATA_URL = /^data:[^,]{0,200};base64,/
const BASE64 = /^[A-Za-z0-9+/_-]{1000,}={0,2}$/
/** JSON within a text, such as the arguments of a tool call. */
const JSON_TEXT = /^\s*[[{]/
const MOST_DIGITS = 16
/** As deep as a body may be (`server.max_depth`): what is deeper needs more stack than there is. */
const DEEPEST = 2_000

/**
 * A JSON value with personal data in its texts replaced; members, lists and numbers stay, but numbers of cards. The very
 * value where there is nothing to replace. Names of members are looked at too. JSON within a text is, where both together
 * are not nested too deep; else it is text.
 *
 * @throws RangeError for a value that is nested deeper than any body may be
 */
export function redactJson(value: unknown): unknown {
  return redactAt(0, value)
}

function redactAt(depth: number, value: unknown): unknown {
  if (typeof value === 'string') return redactString(depth, value)
  if (typeof value === 'number') return isCardNumber(value) ? '[card]' : value
  if (typeof value !== 'object' || value === null) return value
  if (depth >= DEEPEST) throw new RangeError(`nested deeper than ${DEEPEST} levels`)
  return Array.isArray(value) ? redactItems(depth, value) : redactMembers(depth, value)
}

function redactItems(depth: number, value: readonly unknown[]): readonly unknown[] {
  const items: unknown[] = []
  let isChanged = false
  for (const item of value) {
    const redacted = redactAt(depth + 1, item)
    if (redacted !== item) isChanged = true
    items.push(redacted)
  }
  return isChanged ? items : value
}

function redactMembers(depth: number, value: object): object {
  let isChanged = false
  const members = new Map<string, unknown>()
  /** How many members have had a name: the second is called `[email] 2`. */
  const had = new Map<string, number>()
  for (const [name, member] of Object.entries(value)) {
    const redacted = redactAt(depth + 1, member)
    const known = redactText(name)
    if (redacted !== member || known !== name) isChanged = true
    let own = known
    while (members.has(own)) {
      const times = (had.get(known) ?? 1) + 1
      had.set(known, times)
      own = `${known} ${times}`
    }
    members.set(own, redacted)
  }
  return isChanged ? Object.fromEntries(members) : value
}

function redactString(depth: number, text: string): string {
  const [url] = DATA_URL.exec(text) ?? []
  if (url !== undefined) return url + FILE
  if (BASE64.test(text)) return FILE
  if (!JSON_TEXT.test(text)) return redactText(text)
  try {
    const value: unknown = JSON.parse(text)
    const redacted = redactAt(depth + 1, value)
    return redacted === value ? text : JSON.stringify(redacted)
  } catch {
    // No JSON, or none that can be followed.
    return redactText(text)
  }
}

function isCardNumber(value: number): boolean {
  const digits = String(value)
  return digits.length <= MOST_DIGITS && /^\d{13,}$/.test(digits) && isCard(digits)
}
