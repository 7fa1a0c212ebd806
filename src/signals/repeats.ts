import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Outcome } from '../dispatch/answer.ts'
import type { Call } from '../receive/call.ts'

/** An earlier call with the same messages, and what asking again says about its answer. */
export interface Repeat {
  readonly generationId: string
  /** - `retry`: it brought no whole answer - `regenerated`: it did, and another one was wanted */
  readonly signal: 'retry' | 'regenerated'
}

interface Noted {
  readonly id: string
  readonly at: number
  readonly outcome: Outcome
  /** How often it had been asked before. */
  readonly repeats: number
}

type Asked = Pick<Call, 'id' | 'caller' | 'bytes' | 'members'>

/** Knows which calls of the last minutes asked the same. */
export interface Repeats {
  /** Notes a call that has ended; gives the last one of the same caller with the same messages, if it was not long ago. */
  note(call: Asked, outcome: Outcome): Repeat | undefined
}

const REMEMBERED_MS = 10 * 60_000
/** Who asks the same more often than this is a programme, and says nothing about the answers. */
const MOST_REPEATS = 3
/** Some 200 bytes each. */
const MOST_REMEMBERED = 20_000
/** Members that say what is asked, in all dialects. */
const PROMPT_MEMBERS = new Set([
  'messages',
  'system',
  'input',
  'instructions',
  'prompt',
  'previous_response_id',
])

/** Keeps hashes in memory, never words. @param now ms of a clock that never jumps */
export function createRepeats(now: () => number): Repeats {
  const known = new LRUCache<string, Noted>({ max: MOST_REMEMBERED })
  return {
    note(call, outcome) {
      const key = keyOf(call)
      const at = now()
      const before = known.get(key)
      const repeats = before === undefined || at - before.at > REMEMBERED_MS ? 0 : before.repeats + 1
      known.set(key, { id: call.id, at, outcome, repeats })
      if (before === undefined || repeats === 0 || repeats > MOST_REPEATS) return undefined
      return {
        generationId: before.id,
        signal: before.outcome === 'complete' ? 'regenerated' : 'retry',
      }
    },
  }
}

function keyOf({ caller, bytes, members }: Asked): string {
  let of = `${caller.name.length} ${caller.name}`
  for (const { key, valueStart, valueEnd } of members)
    if (PROMPT_MEMBERS.has(key))
      of += ` ${key} ${hash('sha256', bytes.subarray(valueStart, valueEnd), 'base64url')}`
  return of
}
