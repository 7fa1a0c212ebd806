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
 * Relays a stream event by event, so that the caller never holds half an event, and reads along.
 * Comments before the first event are dropped: an answer has begun only when a provider says something.
 * With `dropUsage` the chunk that carries nothing but token counts is kept from a caller who did not ask for it.
 */
export function createStreamRelay(said: ReplyReader, dropUsage: boolean): { push(chunk: Buffer): RelayStep } {
  const splitter = createEventSplitter()
  let started = false
  return {
    push(chunk) {
      const kept: Buffer[] = []
      let progress = false
      for (const event of splitter.push(chunk)) {
        if (event.data === undefined) {
          if (started) kept.push(event.bytes)
          continue
        }
        progress = true
        const part = said.readEvent(event.data)
        if (part.kind === 'end') return { forward: join(kept), progress, done: event.bytes }
        if (part.kind === 'error') return { forward: join(kept), progress, error: part }
        started = true
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
