/** NUL and lone surrogates, as JSON escapes them: PostgreSQL's text can hold neither. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i

/** Parses JSON; what PostgreSQL cannot hold becomes U+FFFD, in texts and in names of members. @throws SyntaxError */
export function parseStorable(json: string): unknown {
  return UNSTORABLE.test(json) ? JSON.parse(json, makeStorable) : JSON.parse(json)
}

/** Plain JSON as it would have been stored, so that what is asked for is found as it was kept. */
export function asStorable<T>(value: T): T {
  const json = JSON.stringify(value)
  return UNSTORABLE.test(json) ? JSON.parse(json, makeStorable) : value
}

function makeStorable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const members = Object.entries(value)
  if (members.every(([name]) => name === storable(name))) return value
  return Object.fromEntries(members.map(([name, member]) => [storable(name), member]))
}

function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed()
}
