/** What values were like lately. */
export interface WindowedQuantiles {
  /** Values that are not positive and finite are left out. */
  add(value: number, at: number): void
  /** The values below which these shares (0..1) of the observations lie; undefined when there are less than `least` (1). */
  quantiles(at: number, shares: readonly number[], least?: number): readonly number[] | undefined
  /** What is in the window, to be restored elsewhere. */
  save(at: number): SavedQuantiles
  /** Adds what was saved; `at` is the time at which it was. */
  restore(saved: SavedQuantiles, at: number): void
}

/** Per slice that holds something: how many slices ago it was, then each bin that is not empty and its count, in turns. */
export type SavedQuantiles = readonly (readonly number[])[]

/**
 * Bins grow by 10 %, and a quantile is told as the geometric middle of its bin: it is off by at most √1.1 − 1 < 4.9 %.
 * From LEAST on they reach to 9 million; what lies outside counts in the first or the last.
 */
const GROWTH = 1.1
const LEAST = 0.1
const BINS = 192
const LOG_GROWTH = Math.log(GROWTH)
/** Observations counted per bin and slice. */
const MOST = 65_535

/**
 * A histogram over a ring of `slices` slices of `sliceMs` each: it covers the last `slices` − 1 … `slices` of them. An
 * observation is one logarithm and one addition; a ring of six slices takes 2.3 KB (65,535 observations a bin and slice at most).
 * Times must not go back, see `createSteadyTime`.
 */
export function createWindowedQuantiles(sliceMs: number, slices: number): WindowedQuantiles {
  const counts = new Uint16Array(slices * BINS)
  /** Which slice of time each place holds. */
  const held = new Float64Array(slices).fill(-1)
  const placeOf = (slice: number): number => {
    const place = slice % slices
    if (held[place] !== slice) {
      held[place] = slice
      counts.fill(0, place * BINS, (place + 1) * BINS)
    }
    return place
  }
  return {
    add(value, at) {
      if (!(value > 0) || !Number.isFinite(value)) return
      const place = placeOf(Math.floor(at / sliceMs))
      const bin = Math.floor(Math.log(value / LEAST) / LOG_GROWTH)
      const i = place * BINS + Math.min(BINS - 1, Math.max(0, bin))
      if (counts[i]! < MOST) counts[i]! += 1
    },
    quantiles(at, shares, least = 1) {
      const now = Math.floor(at / sliceMs)
      const sums = new Float64Array(BINS)
      let all = 0
      for (let place = 0; place < slices; place++) {
        const age = now - held[place]!
        if (held[place]! < 0 || age < 0 || age >= slices) continue
        for (let bin = 0; bin < BINS; bin++) {
          sums[bin]! += counts[place * BINS + bin]!
          all += counts[place * BINS + bin]!
        }
      }
      return all < least ? undefined : shares.map((share) => valueAt(sums, share * all))
    },
    save(at) {
      const now = Math.floor(at / sliceMs)
      const saved: number[][] = []
      for (let age = 0; age < slices && age <= now; age++) {
        const place = (now - age) % slices
        if (held[place] !== now - age) continue
        const bins = [age]
        for (let bin = 0; bin < BINS; bin++) {
          const count = counts[place * BINS + bin]!
          if (count > 0) bins.push(bin, count)
        }
        if (bins.length > 1) saved.push(bins)
      }
      return saved
    },
    restore(saved, at) {
      const now = Math.floor(at / sliceMs)
      for (const [age = slices, ...bins] of saved) {
        if (age >= slices || age > now) continue
        const place = placeOf(now - age)
        for (let i = 0; i + 1 < bins.length; i += 2) {
          if (bins[i]! >= BINS) continue
          const bin = place * BINS + bins[i]!
          counts[bin] = Math.min(MOST, counts[bin]! + bins[i + 1]!)
        }
      }
    },
  }
}

/** The middle of the bin in which the running sum reaches `rank`. */
function valueAt(sums: Float64Array, rank: number): number {
  let sum = 0
  let bin = 0
  for (; bin < BINS - 1; bin++) {
    sum += sums[bin]!
    if (sum >= rank && sum > 0) break
  }
  return LEAST * GROWTH ** (bin + 0.5)
}
