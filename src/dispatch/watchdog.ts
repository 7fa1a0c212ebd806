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

/**
 * Calls back once, when a phase has taken longer than it may; `ms` is what it was given, `pausedMs` how long it was paused.
 */
export function createWatchdog(
  { answerMs, idleMs, totalMs }: TryTimeouts,
  onExpired: (phase: Phase, ms: number, pausedMs: number) => void,
  now = () => performance.now(),
): Watchdog {
  let pausedMs = 0
  let pausedAt: number | undefined
  let idle: NodeJS.Timeout | undefined
  const goOn = () => {
    if (pausedAt !== undefined) pausedMs += now() - pausedAt
    pausedAt = undefined
  }
  const expire = (phase: Phase, ms: number) => {
    goOn()
    onExpired(phase, ms, pausedMs)
  }
  const startedAt = now()
  const firstMs = Math.min(answerMs, totalMs)
  const answer = setTimeout(expire, firstMs, answerMs < totalMs ? 'answer' : 'total', firstMs)
  let total: NodeJS.Timeout | undefined
  /** The answer's own time is over; only now the time of the whole has to be watched. */
  const begin = () => {
    clearTimeout(answer)
    total ??= setTimeout(expire, totalMs - (now() - startedAt), 'total', totalMs)
  }
  return {
    progress() {
      goOn()
      if (idle !== undefined) {
        idle.refresh()
        return
      }
      begin()
      idle = setTimeout(expire, idleMs, 'idle', idleMs)
    },
    pause() {
      begin()
      clearTimeout(idle)
      idle = undefined
      pausedAt ??= now()
    },
    stop() {
      clearTimeout(answer)
      clearTimeout(idle)
      clearTimeout(total)
    },
  }
}
