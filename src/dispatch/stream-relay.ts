import type { ReplyReader } from '../receive/dialects/dialect.ts'
import { createEventSplitter } from './server-sent-events.ts'

/** What to do after a chunk of a streamed reply. */
export interface RelayStep {
  /** Whole events for the caller, byte for byte as they came; empty when nothing is to be sent yet. */
  readonly forward: Buffer
  /** True when an event with data came: comments alone are no progress. */
  readonly progress: boolean
  /** The closing event, held back until the record is safe. */
  readonly done?: Buffer
  /** The provider reports a failure inside the stream. */
  readonly error?: { readonly message: string; readonly status: number | undefined }
}

/**
 * A preamble is held back for this long at most: an upstream that is still at work then (a reasoning model that sends
 * pings) is not about to die, and whoever waits for it, or passes its bytes on, sees that it lives.
 */
const MAX_HELD_MS = 10_000
/** And no more of it than this: OpenAI's `response.created` repeats the instructions and tools of the call. */
const MAX_HELD_BYTES = 8 * 1024 * 1024

/**
 * Relays a stream event by event, so that the caller never holds half an event, and reads along. An answer has begun
 * only when a provider says some of it: comments before the first event are dropped, a preamble waits for what it
 * announces. With `dropUsage` the chunk that carries nothing but token counts is kept from a caller who did not ask for it.
 */
export function createStreamRelay(said: ReplyReader, dropUsage: boolean): { push(chunk: Buffer): RelayStep } {
  const splitter = createEventSplitter()
  /** What came before the answer has begun; undefined once it has. */
  let held: Buffer[] | undefined = []
  let heldBytes = 0
  let heldSince = 0
  const mayHold = (bytes: number) => {
    if (heldBytes === 0) heldSince = performance.now()
    heldBytes += bytes
    return heldBytes <= MAX_HELD_BYTES && performance.now() - heldSince < MAX_HELD_MS
  }
  return {
    push(chunk) {
      const kept: Buffer[] = []
      let progress = false
      for (const event of splitter.push(chunk)) {
        if (event.data === undefined) {
          if (held === undefined) kept.push(event.bytes)
          else if (held.length > 0 && mayHold(event.bytes.length)) held.push(event.bytes)
          continue
        }
        progress = true
        const part = said.readEvent(event.data)
        if (part.kind === 'end') return { forward: join(kept), progress, done: event.bytes }
        if (part.kind === 'error') return { forward: join(kept), progress, error: part }
        if (held !== undefined) {
          if (part.kind === 'preamble' && mayHold(event.bytes.length)) {
            held.push(event.bytes)
            continue
          }
          kept.push(...held)
          held = undefined
        }
        if (part.kind === 'usage' && dropUsage) continue
        kept.push(event.bytes)
      }
      return { forward: join(kept), progress }
    },
  }
}

const NOTHING = Buffer.alloc(0)

function join(parts: readonly Buffer[]): Buffer {
  if (parts.length === 0) return NOTHING
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}
