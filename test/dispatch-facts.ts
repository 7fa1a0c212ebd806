import type { Health } from '../src/dispatch/dispatch.ts'

/** Health that keeps nobody away, and notes who succeeded (`+id`) and who failed (`-id`), and who told nothing. */
export function quietHealth(noted: string[] = [], untold: string[] = []): Health {
  return {
    sent: () => {},
    admit: () => true,
    rest: () => undefined,
    lateAfterMs: () => undefined,
    succeeded: (id) => noted.push(`+${id}`),
    failed: (id) => noted.push(`-${id}`),
    outpaced: (id) => noted.push(`~${id}`),
    toldNothing: (id) => untold.push(id),
  }
}

/** The same times for all models, streamed or whole, ms. */
export function sameTimeouts(answerMs: number, idleMs: number, totalMs = 600_000) {
  const phases = { firstByteMs: answerMs, wholeMs: answerMs, idleMs, totalMs }
  return { ordinary: phases, reasoning: phases }
}
