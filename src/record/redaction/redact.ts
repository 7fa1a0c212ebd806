import type { RecordedCall } from '../generation.ts'

/** What can be redacted: a whole call, or a text of one. */
export type Redactable = RecordedCall | string

/** From so many bytes and characters on it is done in a thread of its own; what is smaller takes a millisecond or two. */
const LARGE = 16_384

/**
 * What is given, with personal data replaced, and nothing of it written anywhere. Both ways are loaded when first needed:
 * most gateways never do.
 *
 * @throws (rejects with) an error where it cannot be done
 */
export async function redact<R extends Redactable>(what: R): Promise<R> {
  if (sizeOf(what) >= LARGE) return (await import('./redact-apart.ts')).redactApart(what)
  return (await import('./redact-here.ts')).redactHere(what)
}

function sizeOf(what: Redactable): number {
  if (typeof what === 'string') return what.length
  return (what.request?.length ?? 0) + (what.answer?.length ?? 0)
}
