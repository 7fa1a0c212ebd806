/** The keys of all providers, and which of them rest because they were refused. */
export interface KeyRing {
  /**
   * The keys that one call may try at a provider, best first: those that do not rest, in their stated order. Where all rest
   * it is the one that is back soonest, so that no call fails for what happened to an earlier one. Empty where none is needed.
   */
  keysOf(provider: string): readonly string[]
  /**
   * A call is about to be sent with a key. After a rest the first such call is a probe: until the provider has answered it,
   * for ten seconds at most, others are sent with other keys.
   */
  began(provider: string, key: string): void
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
/** One call in this time probes a key that has rested; ms. */
const PROBE_MS = 10_000

interface Rest {
  /** The end of the rest, or of the time that a probe is waited for. */
  until: number
  /** Refusals in a row. */
  times: number
  /** A probe is under way, and says something new. */
  probing: boolean
}

/**
 * A ring in which no key has been refused yet.
 *
 * @param keys by provider slug; secrets
 * @param now ms of a clock that never jumps
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
    began(provider, key) {
      const rest = rests.get(provider)?.get(key)
      const at = now()
      if (rest === undefined || rest.until > at) return
      rest.until = at + PROBE_MS
      rest.probing = true
    },
    refused(provider, key, { status, retryAfterSeconds }) {
      const resting = rests.get(provider) ?? new Map<string, Rest>()
      const rest = resting.get(key) ?? { until: 0, times: 0, probing: false }
      const at = now()
      // Calls that were under way when the first one was refused say nothing new.
      if (rest.until > at && !rest.probing && retryAfterSeconds === undefined) return
      const first = FIRST_REST_MS[status]
      const wait =
        retryAfterSeconds === undefined
          ? Math.min(first === undefined ? DEAD_MS : first * 2 ** rest.times, DEAD_MS)
          : Math.min(retryAfterSeconds * 1000, LONGEST_REST_MS)
      const rested = rest.probing ? 0 : rest.until
      resting.set(key, {
        until: Math.max(rested, at + wait),
        times: Math.min(rest.times + 1, 20),
        probing: false,
      })
      rests.set(provider, resting)
    },
    accepted(provider, key) {
      const resting = rests.get(provider)
      if (resting?.delete(key) === true && resting.size === 0) rests.delete(provider)
    },
  }
}

const NONE: readonly string[] = []
