import isIBAN from 'validator/lib/isIBAN.js'
import type { Span } from './span.ts'

/** Country and check digits, then what may belong to it, in pieces with single spaces between. */
const IBAN = /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}/g
const SHORTEST = 15

/** Bank account numbers of ISO 13616 whose remainder by 97 is right; of several ends that fit, the first. */
export function* findIbans(text: string): Generator<Span> {
  for (const { index, 0: match } of text.matchAll(IBAN)) {
    const length = ibanLength(match, text[index + match.length] ?? '')
    if (length !== undefined) yield { start: index, end: index + length }
  }
}

/** An account number ends where a piece ends: at a space, or before what is no letter and no digit. */
function ibanLength(match: string, after: string): number | undefined {
  for (let end = SHORTEST; end <= match.length; end++) {
    const next = end === match.length ? after : match[end]!
    if (!/[A-Za-z0-9]/.test(next) && isIBAN.default(match.slice(0, end))) return end
  }
  return undefined
}
