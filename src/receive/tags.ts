import type { IncomingHttpHeaders } from 'node:http'
import { keptUser, LONGEST_TAG } from '../kept-user.ts'
import { type Fields, optional, readObject, readString, wrong } from './fields.ts'

/** OpenRouter's and OpenAI's limits on `metadata`. */
const MAX_PAIRS = 16
const MAX_KEY_LENGTH = 64
const MAX_SESSION_LENGTH = 256

/** Members of `trace` with a name of their own. */
const TRACE = ['trace_id', 'trace_name', 'span_name', 'generation_name', 'parent_span_id'] as const

/**
 * What a caller attaches to a call, kept with its record: `user`, `session_id` (or the header `x-session-id`), `metadata`,
 * `trace`, and the app's name and address from the head. The user has several names: OpenAI's `user`, its newer
 * `safety_identifier`, Anthropic's `metadata.user_id`. Each is kept as it was given, and the first of them as `user`.
 *
 * @throws MeritorderError `invalid_request` for `metadata` of more than 16 pairs, keys over 64 or values over 512
 *   characters, and a `session_id` over 256.
 */
export function readTags(body: Fields, headers: IncomingHttpHeaders): Record<string, string> {
  const tags: Record<string, string> = {}
  const add = (key: string, value: unknown) => {
    if (typeof value === 'string' && value !== '') tags[key] = value.slice(0, LONGEST_TAG)
  }
  for (const name of ['user', 'safety_identifier'] as const) {
    const value = body[name]
    if (typeof value === 'string') add(name, keptUser(value))
  }
  add('session_id', readSession(body.session_id ?? headers['x-session-id']))
  add('app', headers['x-openrouter-title'] ?? headers['x-title'])
  add('referer', headers['http-referer'])
  const trace = optional(readObject, body.trace, 'trace')
  if (trace !== undefined) for (const member of TRACE) add(`trace.${member}`, trace[member])
  const pairs = Object.entries(optional(readObject, body.metadata, 'metadata') ?? {})
  if (pairs.length > MAX_PAIRS) throw wrong('metadata', `an object of at most ${MAX_PAIRS} pairs`)
  for (const [key, value] of pairs) {
    checkPair(key, value)
    add(`metadata.${key}`, value)
  }
  add('user', tags.user ?? tags.safety_identifier ?? tags['metadata.user_id'])
  return tags
}

function readSession(value: unknown): string | undefined {
  const session = optional(readString, value, 'session_id')
  if (session === undefined || session.length <= MAX_SESSION_LENGTH) return session
  throw wrong('session_id', `at most ${MAX_SESSION_LENGTH} characters long`)
}

function checkPair(key: string, value: unknown): void {
  if (key.length > MAX_KEY_LENGTH)
    throw wrong('metadata', `an object whose keys have at most ${MAX_KEY_LENGTH} characters`)
  if (value === null) return
  if (typeof value !== 'string' || value.length > LONGEST_TAG)
    throw wrong(`metadata.${key}`, `text of at most ${LONGEST_TAG} characters`)
}
