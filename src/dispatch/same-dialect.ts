import type { Dialect } from '../receive/dialects/dialect.ts'
import type { Send } from './exchange.ts'

/** Lets the bytes of calls in the provider's own dialect pass through, and has all others translated. */
export function sameDialect(own: Dialect, passThrough: Send, translate: Send): Send {
  return (exchange, sink) => (exchange.call.dialect === own ? passThrough : translate)(exchange, sink)
}
