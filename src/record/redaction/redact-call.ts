import type { RecordedCall } from '../generation.ts'
import { reworded } from '../reworded.ts'
import { USER_TAGS } from '../user-tags.ts'
import { redactJson } from './redact-json.ts'
import { redactText } from './redact-text.ts'

/** A call with personal data in its bodies, tags and errors replaced. Pure, in linear time. */
export function redactCall({ generation, request, answer }: RecordedCall): RecordedCall {
  return {
    generation: { ...reworded(generation, redactText), tags: redactTags(generation.tags) },
    request: request && redactRequest(request),
    answer: answer && redactText(answer),
  }
}

/** A request's body with personal data in its texts replaced; the same bytes where there is none. What is no JSON is read as text. */
export function redactRequest(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return Buffer.from(redactText(text))
  }
  const redacted = redactJson(value)
  return redacted === value ? bytes : Buffer.from(JSON.stringify(redacted))
}

/** Facts that a caller attached, likewise; names of users and sessions, by which calls are found, stay as they are. */
function redactTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [key, IDENTIFIERS.has(key) ? value : redactText(value)]),
  )
}

const IDENTIFIERS: ReadonlySet<string> = new Set([...USER_TAGS, 'session_id'])
