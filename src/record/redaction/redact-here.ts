import type { Redactable } from './redact.ts'
import { redactCall } from './redact-call.ts'
import { redactText } from './redact-text.ts'

/** As `redact`, on the thread that calls it: up to 0.1 s for a megabyte. */
export function redactHere<R extends Redactable>(what: R): R {
  return (typeof what === 'string' ? redactText(what) : redactCall(what)) as R
}
