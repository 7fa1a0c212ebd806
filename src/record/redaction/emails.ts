import type { Span } from './span.ts'

const LOCAL = /[\p{L}\p{N}._%+'-]/u
const DOMAIN = /[\p{L}\p{N}.-]/u
/** RFC 5321, 4.5.3.1 */
const LONGEST_LOCAL = 64
const LONGEST_DOMAIN = 255
/** A host with a top-level domain. */
const HOST = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,24}/u

/** E-mail addresses: what stands around each @, as long as addresses may be. */
export function* findEmails(text: string): Generator<Span> {
  let from = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let start = at
    while (start > Math.max(from, at - LONGEST_LOCAL) && LOCAL.test(text[start - 1]!)) start--
    // The n of an escaped line break in JSON within a text is no part of the address.
    if (text[start - 1] === '\\') start++
    while (start < at && /[.'-]/.test(text[start]!)) start++
    if (start >= at) continue
    let end = at + 1
    while (end < text.length && end - at <= LONGEST_DOMAIN && DOMAIN.test(text[end]!)) end++
    const host = HOST.exec(text.slice(at + 1, end))?.[0]
    if (host === undefined) continue
    from = at + 1 + host.length
    yield { start, end: from }
  }
}
