import { isIPv4, isIPv6 } from 'node:net'
import { matches, type Span } from './span.ts'

const V4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)/g
const V6 = /(?<![\w:.])[0-9A-Fa-f:][0-9A-Fa-f:.]{2,44}(?<![.])(?![\w:])/g
/** Less than this is no address of anybody: `::`, `::1`, and `a::b` of a program. */
const FEWEST_HEX_DIGITS = 4

/** Addresses of IPv4 and IPv6. Version numbers of four parts look the same and go too. */
export function* findIpAddresses(text: string): Generator<Span> {
  yield* matches(text, V4, isIPv4)
  yield* matches(text, V6, (match) => isIPv6(match) && isSomebodys(match))
}

function isSomebodys(address: string): boolean {
  const digits = address.replace(/[:.]/g, '')
  return digits.length >= FEWEST_HEX_DIGITS && /\d/.test(digits)
}
