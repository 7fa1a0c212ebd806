/** Counts calls over the last minute, exactly: there are never more than `most` in any 60 seconds. */
export interface MinuteWindow {
  readonly most: number
  /** Counts a call at `now`; false, and nothing is counted, where the last minute has had `most`. */
  take(now: number): boolean
  /** Calls that may be made at `now`. */
  remaining(now: number): number
  /** ms after `now` at which one more may be made; 0 where it may at once. */
  waitMs(now: number): number
}

const MINUTE_MS = 60_000

/**
 * The times of the latest calls in a ring.
 *
 * @param most calls a minute; the ring takes 8 bytes for each. Times are of one monotonic clock, ms.
 */
export function createMinuteWindow(most: number): MinuteWindow {
  const times = new Float64Array(most)
  /** Index of the oldest call, and how many there are from it on. */
  let oldest = 0
  let count = 0
  const forget = (now: number) => {
    while (count > 0 && times[oldest]! <= now - MINUTE_MS) {
      oldest = (oldest + 1) % most
      count--
    }
  }
  return {
    most,
    take(now) {
      forget(now)
      if (count === most) return false
      times[(oldest + count) % most] = now
      count++
      return true
    },
    remaining(now) {
      forget(now)
      return most - count
    },
    waitMs(now) {
      forget(now)
      return count < most ? 0 : times[oldest]! + MINUTE_MS - now
    },
  }
}
