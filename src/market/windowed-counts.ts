/** Successes and failures of the latest while. */
export interface WindowedCounts {
  add(succeeded: boolean, at: number): void
  /** Share of successes among the latest `slices` slices, the one that runs included; undefined when nothing was counted. */
  successShare(at: number, slices: number): number | undefined
  /** What is in the window, to be restored elsewhere. */
  save(at: number): SavedCounts
  /** Adds what was saved; `at` is the time at which it was. */
  restore(saved: SavedCounts, at: number): void
}

/** Per slice that holds something: how many slices ago it was, successes, failures. */
export type SavedCounts = readonly (readonly [age: number, successes: number, failures: number])[]

/**
 * Counts in a ring of `slices` slices of `sliceMs` each: a figure over k slices covers the last k − 1 … k of them, and
 * never anything older. Times must not go back, see `createSteadyTime`.
 */
export function createWindowedCounts(sliceMs: number, slices: number): WindowedCounts {
  const successes = new Uint32Array(slices)
  const failures = new Uint32Array(slices)
  /** Which slice of time each place holds. */
  const held = new Float64Array(slices).fill(-1)
  const placeOf = (slice: number): number => {
    const place = slice % slices
    if (held[place] !== slice) {
      held[place] = slice
      successes[place] = 0
      failures[place] = 0
    }
    return place
  }
  return {
    add(succeeded, at) {
      const place = placeOf(Math.floor(at / sliceMs))
      const counts = succeeded ? successes : failures
      counts[place]! += 1
    },
    successShare(at, latest) {
      const now = Math.floor(at / sliceMs)
      let good = 0
      let all = 0
      for (let place = 0; place < slices; place++) {
        const age = now - held[place]!
        if (held[place]! < 0 || age < 0 || age >= latest) continue
        good += successes[place]!
        all += successes[place]! + failures[place]!
      }
      return all === 0 ? undefined : good / all
    },
    save(at) {
      const now = Math.floor(at / sliceMs)
      const saved: [number, number, number][] = []
      for (let age = 0; age < slices && age <= now; age++) {
        const place = (now - age) % slices
        if (held[place] === now - age) saved.push([age, successes[place]!, failures[place]!])
      }
      return saved
    },
    restore(saved, at) {
      const now = Math.floor(at / sliceMs)
      for (const [age, good, bad] of saved) {
        if (age >= slices || age > now) continue
        const place = placeOf(now - age)
        successes[place]! += good
        failures[place]! += bad
      }
    },
  }
}
