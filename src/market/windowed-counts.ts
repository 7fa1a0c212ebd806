/** Successes and failures of the latest while. */
export interface WindowedCounts {
  add(succeeded: boolean, at: number): void
  /** Share of successes among the latest `slices` slices, the one that runs included; undefined when nothing was counted. */
  successShare(at: number, slices: number): number | undefined
}

/**
 * Counts in a ring of `slices` slices of `sliceMs` each: a figure over k slices covers the last k − 1 … k of them, and
 * never anything older. A clock that jumps back writes into the slice it says.
 */
export function createWindowedCounts(sliceMs: number, slices: number): WindowedCounts {
  const successes = new Uint32Array(slices)
  const failures = new Uint32Array(slices)
  /** Which slice of time each place holds. */
  const held = new Float64Array(slices).fill(-1)
  return {
    add(succeeded, at) {
      const slice = Math.floor(at / sliceMs)
      const place = slice % slices
      if (held[place] !== slice) {
        held[place] = slice
        successes[place] = 0
        failures[place] = 0
      }
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
  }
}
