import { type MixDrift, mixDrift } from './mix-drift.ts'

/** Watches the mix of intents, one prompt at a time. */
export interface MixWatch {
  /** @returns the shift that is seen with this prompt, if any */
  note(intent: string): MixDrift | undefined
}

/** Prompts of a window, which is compared with what was met before. */
export const WINDOW = 500
/** What was met before counts as this many prompts at most, so that slow change is followed without an alarm. */
const MOST_BEFORE = 5_000

/** The reference begins anew after each shift that was found. */
export function createMixWatch(): MixWatch {
  let reference = new Map<string, number>()
  let window = new Map<string, number>()
  let met = 0
  return {
    note(intent) {
      window.set(intent, (window.get(intent) ?? 0) + 1)
      if (++met < WINDOW) return undefined
      const drift = mixDrift(reference, window)
      reference = drift === undefined ? joined(reference, window) : window
      window = new Map()
      met = 0
      return drift
    },
  }
}

function joined(before: ReadonlyMap<string, number>, more: ReadonlyMap<string, number>): Map<string, number> {
  const sum = new Map(before)
  for (const [name, count] of more) sum.set(name, (sum.get(name) ?? 0) + count)
  const total = [...sum.values()].reduce((all, count) => all + count, 0)
  const share = Math.min(1, MOST_BEFORE / total)
  return new Map(Array.from(sum, ([name, count]) => [name, count * share]))
}
