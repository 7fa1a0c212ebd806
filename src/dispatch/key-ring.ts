/** The keys of all providers, and which of them rest because they were refused. */
export interface KeyRing {
  /**
   * The keys that one call may try at a provider, best first: those that do not rest, in their stated order. Where all rest
   * it is the one that is back soonest, so that no call fails for what happened to an earlier one. Empty where none is needed.
   */
  keysOf(provider: string): readonly string[]
  /** A provider answered 401, 402, 403 or 429: the key rests. */
  refused(
    provider: string,
    key: string,
    why: { readonly status: number; readonly retryAfterSeconds?: number },
  ): void
  /** The provider took the key: its refusals are forgotten. */
  accepted(provider: string, key: string): void
}

/** Statuses that another key may not get. */
export function isOfTheKey(status: number): boolean {
  return status === 401 || status === 402 || status === 403 || status === 429
}

/** A key that opens nothing is tried again after this, or when the configuration or its file changes; ms. */
const DEAD_MS = 10 * 60_000
/** A rate limit without `Retry-After`, and the first refusal of a single thing (403); doubled each time; ms. */
const FIRST_REST_MS: Readonly<Record<number, number>> = { 429: 1_000, 403: 30_000 }
/** A rest is never longer, whatever a provider asks for; ms. */
const LONGEST_REST_MS = 60 * 60_000

interface Rest {
  /** Epoch ms. */
  until: number
  /** Refusals in a row. */
  times: number
}

/**
 * A ring in which no key has been refused yet.
 *
 * @param keys by provider slug; secrets
 * @param now epoch ms
 */
export function createKeyRing(keys: ReadonlyMap<string, readonly string[]>, now: () => number): KeyRing {
  /** By provider, then key. Empty in quiet times, so that a call pays for one look. */
  const rests = new Map<string, Map<string, Rest>>()
  return {
    keysOf(provider) {
      const all = keys.get(provider) ?? NONE
      const resting = rests.get(provider)
      if (resting === undefined || all.length < 2) return all
      const at = now()
      const until = (key: string) => resting.get(key)?.until ?? 0
      const awake = all.filter((key) => until(key) <= at)
      return awake.length > 0 ? awake : [all.reduce((best, key) => (until(key) < until(best) ? key : best))]
    },
    refused(provider, key, { status, retryAfterSeconds }) {
      const resting = rests.get(provider) ?? new Map<string, Rest>()
      const rest = resting.get(key) ?? { until: 0, times: 0 }
      const at = now()
      // Calls that were under way when the first one was refused say nothing new.
      if (rest.until > at && retryAfterSeconds === undefined) return
      const first = FIRST_REST_MS[status]
      const wait =
        retryAfterSeconds === undefined
          ? Math.min(first === undefined ? DEAD_MS : first * 2 ** rest.times, DEAD_MS)
          : Math.min(retryAfterSeconds * 1000, LONGEST_REST_MS)
      resting.set(key, { until: Math.max(rest.until, at + wait), times: Math.min(rest.times + 1, 20) })
      rests.set(provider, resting)
    },
    accepted(provider, key) {
      const resting = rests.get(provider)
      if (resting?.delete(key) === true && resting.size === 0) rests.delete(provider)
    },
  }
}

const NONE: readonly string[] = []
