import type { TryTimeouts } from './timeouts.ts'

/** Watches that each phase of a try ends in its time. */
export interface Watchdog {
  /** The answer has begun, or goes on. */
  progress(): void
  /** The silence that follows is not the host's, until the answer goes on. */
  pause(): void
  stop(): void
}

/** - `answer`: nothing has been said in time - `idle`: the answer has stopped - `total`: the call's time is over */
export type Phase = 'answer' | 'idle' | 'total'

/** Calls back once, when a phase has taken longer than it may; `ms` is what it was given. */
export function createWatchdog(
  { answerMs, idleMs, totalMs }: TryTimeouts,
  onExpired: (phase: Phase, ms: number) => void,
): Watchdog {
  const answer = setTimeout(onExpired, answerMs, 'answer', answerMs)
  const total = setTimeout(onExpired, totalMs, 'total', totalMs)
  let idle: NodeJS.Timeout | undefined
  return {
    progress() {
      if (idle !== undefined) {
        idle.refresh()
        return
      }
      clearTimeout(answer)
      idle = setTimeout(onExpired, idleMs, 'idle', idleMs)
    },
    pause() {
      clearTimeout(answer)
      clearTimeout(idle)
      idle = undefined
    },
    stop() {
      clearTimeout(answer)
      clearTimeout(idle)
      clearTimeout(total)
    },
  }
}
