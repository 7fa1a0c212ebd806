import type { JsonMember } from './json-members.ts'

/** What must change in a JSON object's top-level members; values are JSON text. */
export interface MemberEdits {
  readonly set: Readonly<Record<string, string>>
  readonly remove: ReadonlySet<string>
}

/**
 * A JSON object with some top-level members set or removed. Every other member is the very bytes that came;
 * nothing is parsed or serialised again. Repeated keys are reduced to the one that is set.
 */
export function rewriteMembers(bytes: Buffer, members: readonly JsonMember[], edits: MemberEdits): Buffer {
  const parts: Buffer[] = []
  const separator = () => parts.push(parts.length === 0 ? OPEN : COMMA)
  for (const member of members) {
    if (edits.remove.has(member.key) || Object.hasOwn(edits.set, member.key)) continue
    separator()
    parts.push(bytes.subarray(member.keyStart, member.valueEnd))
  }
  for (const [key, value] of Object.entries(edits.set)) {
    separator()
    parts.push(Buffer.from(`${JSON.stringify(key)}:${value}`))
  }
  if (parts.length === 0) parts.push(OPEN)
  parts.push(CLOSE)
  return Buffer.concat(parts)
}

const OPEN = Buffer.from('{')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from('}')
