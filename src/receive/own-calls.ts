import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Admission } from './admission.ts'
import type { Caller } from './call.ts'

/** What the gateway makes calls of its own for, on behalf of one that came in. */
export type OwnPurpose = 'arena' | 'duel' | 'judge'

/** The mark by which a gateway knows its own calls again. */
export interface OwnCalls {
  /** Headers of a call for this purpose. */
  mark(purpose: OwnPurpose): Record<string, string>
  /** What a call is for; undefined for every call that this gateway has not made, whatever its head says. */
  purposeOf(headers: IncomingHttpHeaders): OwnPurpose | undefined
}

/** Where a call is let in. */
export type Door = Pick<Admission, 'enter'>

const HEADER = 'x-meritorder-own'
const PURPOSES: readonly OwnPurpose[] = ['arena', 'duel', 'judge']
const SECRET_BYTES = 32

/** A mark that nobody outside can make: it holds a secret of this process, which is compared in constant time. */
export function createOwnCalls(): OwnCalls {
  const secret = randomBytes(SECRET_BYTES).toString('hex')
  const markOf = (purpose: OwnPurpose) => `${purpose} ${secret}`
  const known = PURPOSES.map((purpose) => ({ purpose, hash: sha256(markOf(purpose)) }))
  return {
    mark: (purpose) => ({ [HEADER]: markOf(purpose) }),
    purposeOf(headers) {
      const presented = headers[HEADER]
      if (typeof presented !== 'string') return undefined
      const hash = sha256(presented)
      return known.find((one) => timingSafeEqual(one.hash, hash))?.purpose
    },
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Duels are the gateway's own wish: they come in as a caller of their own, whose name no key can have. */
const DUELS: Caller = { name: '' }
const NOTHING_TO_HOLD = { hold: () => {} }
/** What an arena holds: its body, and that of the two calls. */
const COPIES = 3

/**
 * Where a call of the gateway's own is let in: never at the cost of the limits of the key behind it. Those of an arena have
 * their place already: the arena holds it (`arenaDoor`) and ends them when it gives it back. One that they waited for could
 * be the arena's own.
 */
export function ownDoor(purpose: OwnPurpose, admission: Door): Door {
  if (purpose === 'arena') return { enter: () => NOTHING_TO_HOLD }
  return { enter: (_caller, bytes, reply) => admission.enter(DUELS, bytes, reply) }
}

/** Lets an arena in as one call of its caller, with room for the calls that it makes. */
export function arenaDoor(admission: Door): Door {
  return {
    async enter(caller, bytes, reply) {
      const place = await admission.enter(caller, bytes * COPIES, reply)
      return { hold: (size) => place.hold(size * COPIES) }
    },
  }
}
