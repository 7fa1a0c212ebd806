import { findMembers } from '../json/json-members.ts'
import { rewriteMembers } from '../json/rewrite-members.ts'
import type { Edits, ReplyPart, ReplyReader } from '../receive/dialects/dialect.ts'
import { createEventSplitter, type EventBytes } from './server-sent-events.ts'
import { withData } from './with-data.ts'

/** What to do after a chunk of a streamed reply. */
export interface RelayStep {
  /** Whole events for the caller, byte for byte as they came unless edited; empty when nothing is to be sent yet. */
  readonly forward: Buffer
  /** True when an event came that says something: comments, pings and announcements are no progress. */
  readonly progress: boolean
  /** Events of this chunk that were left out because they are broken. */
  readonly broken: number
  /** The closing event, held back until the record is safe. */
  readonly done?: Buffer
  /** The provider reports a failure inside the stream. */
  readonly error?: { readonly message: string; readonly status: number | undefined }
}

/** What to change in an event or a whole reply; undefined to leave it as it came. */
export type Edit = (value: Value) => Edits | undefined

type Value = NonNullable<Extract<ReplyPart, { value?: unknown }>['value']>

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
 * Events that are no JSON are left out: they say nothing, and official clients throw at them.
 */
export function createStreamRelay(
  said: ReplyReader,
  dropUsage: boolean,
  edit?: Edit,
): { push(chunk: Buffer): RelayStep } {
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
      let broken = 0
      for (const event of splitter.push(chunk)) {
        if (event.data === undefined) {
          if (held === undefined) kept.push(event.bytes)
          else if (held.length > 0 && mayHold(event.bytes.length)) held.push(event.bytes)
          continue
        }
        const part = said.readEvent(event.data)
        if (part.kind === 'broken') {
          broken++
          continue
        }
        progress ||= part.kind !== 'preamble'
        if (part.kind === 'error') return { forward: join(kept), progress, broken, error: part }
        const bytes =
          edit === undefined || part.value === undefined ? event.bytes : edited(event, part.value, edit)
        if (part.kind === 'end') {
          // An answer of no words is one all the same if it says how it ended.
          if (said.finishReason() !== undefined) kept.unshift(...(held ?? []))
          return { forward: join(kept), progress, broken, done: bytes }
        }
        if (held !== undefined) {
          if (part.kind === 'preamble' && mayHold(bytes.length)) {
            held.push(bytes)
            continue
          }
          kept.push(...held)
          held = undefined
        }
        if (part.kind === 'usage' && dropUsage) continue
        kept.push(bytes)
      }
      return { forward: join(kept), progress, broken }
    },
  }
}

/** A whole reply with what `edit` changes in it; all else is the bytes that came. */
export function editedReply(json: Buffer, value: Value, edit: Edit): Buffer {
  const edits = edit(value)
  return edits === undefined ? json : withEdits(json, edits)
}

function edited({ bytes, data }: EventBytes, value: Value, edit: Edit): Buffer {
  const edits = edit(value)
  return edits === undefined ? bytes : withData(bytes, withEdits(Buffer.from(data ?? ''), edits))
}

function withEdits(json: Buffer, edits: Edits): Buffer {
  const set: Record<string, string> = {}
  const remove = new Set<string>()
  for (const [member, text] of Object.entries(edits))
    if (text === undefined) remove.add(member)
    else set[member] = text
  return rewriteMembers(json, findMembers(json, ANY_DEPTH), { set, remove })
}

/** What has been parsed may be as deep as it is. */
const ANY_DEPTH = Number.POSITIVE_INFINITY

const NOTHING = Buffer.alloc(0)

function join(parts: readonly Buffer[]): Buffer {
  if (parts.length === 0) return NOTHING
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
}
