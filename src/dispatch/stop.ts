import { MeritorderError } from '../errors.ts'

/** Ends the calls that run when the gateway stops. */
export interface Stop {
  /** True once they are ended: nothing new is begun. */
  readonly isNow: boolean
  /** Calls that run. */
  running(): number
  /** `end` is called when a call is to end; whoever ends by himself takes himself out with what is returned. */
  enter(end: () => void): () => void
  /** Ends them all. */
  now(): void
}

export function createStop(): Stop {
  // No Set: its discarded tables keep what was in them, and so whole calls, until the next full collection of garbage.
  const places: ((() => void) | undefined)[] = []
  const free: number[] = []
  let isNow = false
  return {
    get isNow() {
      return isNow
    },
    running: () => places.length - free.length,
    enter(end) {
      const place = free.pop() ?? places.length
      places[place] = end
      return () => {
        places[place] = undefined
        free.push(place)
      }
    },
    now() {
      isNow = true
      for (const end of [...places]) end?.()
    },
  }
}

/** What callers are told whose answers are ended. */
export function stopped(): MeritorderError {
  return new MeritorderError(
    'provider_overloaded',
    'This gateway stopped before the answer was finished. Send the call again in a moment.',
    { retryAfterSeconds: 1 },
  )
}
