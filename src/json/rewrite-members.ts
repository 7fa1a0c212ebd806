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
  const set = Object.entries(edits.set)
  const parts: Buffer[] = []
  /** Members that stay side by side go out in one piece, with what stood between them. */
  let start = -1
  let end = -1
  const closeRun = () => {
    if (start >= 0) parts.push(parts.length === 0 ? OPEN : COMMA, bytes.subarray(start, end))
    start = -1
  }
  for (const member of members)
    if (edits.remove.has(member.key) || Object.hasOwn(edits.set, member.key)) closeRun()
    else {
      if (start < 0) start = member.keyStart
      end = member.valueEnd
    }
  closeRun()
  const added = set.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')
  const before = parts.length === 0 ? '{' : added === '' ? '' : ','
  parts.push(Buffer.from(`${before}${added}}`))
  return Buffer.concat(parts)
}

const OPEN = Buffer.from('{')
const COMMA = Buffer.from(',')
