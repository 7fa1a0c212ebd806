import { isCard } from './cards.ts'
import { redactText } from './redact-text.ts'

/** Encoded files, pictures and sounds cannot be looked into: they go as a whole. */
const FILE = '[file]'
const DATA_URL = /^data:[^,]{0,200};base64,/
const BASE64 = /^[A-Za-z0-9+/_-]{1000,}={0,2}$/
/** JSON within a text, such as the arguments of a tool call. */
const JSON_TEXT = /^\s*[[{]/
const MOST_DIGITS = 16

/**
 * A JSON value with personal data in its texts replaced; members, lists and numbers stay, but numbers of cards. The very
 * value where there is nothing to replace. Names of members are looked at too.
 */
export function redactJson(value: unknown): unknown {
  if (typeof value === 'string') return redactString(value)
  if (typeof value === 'number') return isCardNumber(value) ? '[card]' : value
  if (Array.isArray(value)) {
    const items = value.map(redactJson)
    return items.every((item, i) => item === value[i]) ? value : items
  }
  return typeof value === 'object' && value !== null ? redactMembers(value) : value
}

function redactMembers(value: object): object {
  let isChanged = false
  const members = new Map<string, unknown>()
  /** How many members have had a name: the second is called `[email] 2`. */
  const had = new Map<string, number>()
  for (const [name, member] of Object.entries(value)) {
    const redacted = redactJson(member)
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

function redactString(text: string): string {
  const [url] = DATA_URL.exec(text) ?? []
  if (url !== undefined) return url + FILE
  if (BASE64.test(text)) return FILE
  if (!JSON_TEXT.test(text)) return redactText(text)
  const value = isTooDeep(text) ? undefined : parse(text)
  if (value === undefined) return redactText(text)
  const redacted = redactJson(value)
  return redacted === value ? text : JSON.stringify(redacted)
}

/** JSON within a text that is nested deeper is read as text: it would take the stack. */
const DEEPEST = 256

/** Brackets within strings count too: such a text is read as text a little too soon. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const character = text[i]
    if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
    if (depth > DEEPEST) return true
  }
  return false
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isCardNumber(value: number): boolean {
  const digits = String(value)
  return digits.length <= MOST_DIGITS && /^\d{13,}$/.test(digits) && isCard(digits)
}
