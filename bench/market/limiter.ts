import type { RateLimit, Seller } from './world.ts'

/** A host's own count of the calls that it takes. Times are seconds. */
export interface Limiter {
  hasRoom(seller: number, at: number): boolean
  /** Takes a call, or says when to come back (undefined: it does not say). */
  take(seller: number, at: number): 'taken' | { readonly retryAfterSeconds?: number }
}

/** A bucket holds the calls of this long. */
const BUCKET_S = 10

/** Counts for all sellers. Calls must come in the order of their times. */
export function createLimiter(sellers: readonly Seller[]): Limiter {
  const counts = sellers.map(({ limit }) => limit && countOf(limit))
  return {
    hasRoom: (s, at) => counts[s]?.left(at) ?? true,
    take(s, at) {
      const count = counts[s]
      if (count === undefined) return 'taken'
      if (!count.left(at)) return count.refusal(at)
      count.take()
      return 'taken'
    },
  }
}

function countOf({ kind, callsPerSecond }: RateLimit) {
  return kind === 'window' ? windowOf(60 * callsPerSecond) : bucketOf(callsPerSecond)
}

function windowOf(callsPerMinute: number) {
  const most = Math.max(1, Math.round(callsPerMinute))
  let minute = -1
  let taken = 0
  return {
    left(at: number) {
      if (Math.floor(at / 60) > minute) {
        minute = Math.floor(at / 60)
        taken = 0
      }
      return taken < most
    },
    take: () => {
      taken++
    },
    refusal: (at: number) => ({ retryAfterSeconds: Math.ceil(60 - (at % 60)) }),
  }
}

function bucketOf(callsPerSecond: number) {
  const most = Math.max(1, callsPerSecond * BUCKET_S)
  let left = most
  let filledAt = 0
  return {
    left(at: number) {
      left = Math.min(most, left + (at - filledAt) * callsPerSecond)
      filledAt = at
      return left >= 1
    },
    take: () => {
      left--
    },
    refusal: () => ({}),
  }
}
