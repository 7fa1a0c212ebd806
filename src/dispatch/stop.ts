import { MeritorderError } from '../errors.ts'

/** Ends the calls that run when the gateway stops. */
export interface Stop {
  /** True once they are ended: nothing new is begun. */
  readonly isNow: boolean
  /** Called when they are to end; whoever ends by himself takes himself out. */
  readonly running: Set<() => void>
  /** Ends them all. */
  now(): void
}

export function createStop(): Stop {
  const running = new Set<() => void>()
  let isNow = false
  return {
    get isNow() {
      return isNow
    },
    running,
    now() {
      isNow = true
      for (const end of running) end()
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
