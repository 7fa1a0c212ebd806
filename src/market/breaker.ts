/** What keeps calls away from one endpoint while it fails. All times are ms of a clock that never jumps. */
export interface Breaker {
  /** May a call go there now? Between open and closed the one that may is the window's probe. */
  admit(turn: Turn, at: number): boolean
  /** Why calls are kept away, and for how long yet; undefined when they are not. */
  rest(at: number): Rest | undefined
  succeeded(at: number): void
  /** A call that began at `began` has failed. `asked`: the host's own word on how long it wants to be left alone. */
  failed(at: number, began: number, asked?: { readonly forMs: number; readonly status: number }): void
  /** A call that began at `began` has ended and told nothing of the endpoint: where it was the probe, another may be. */
  toldNothing(began: number): void
  /** What a restart should not forget. */
  save(at: number): SavedBreaker
}

/** A breaker's state; times are ms that are left. */
export interface SavedBreaker {
  readonly failuresInARow: number
  /** Since the last success; 0 = closed. */
  readonly openings: number
  readonly openMs: number
  /** What the host has asked for yet, and the status with which it did. */
  readonly askedMs: number
  readonly askedStatus: number
}

/**
 * - `next`: other endpoints are left
 * - `last`: all others have failed or are kept away too
 * - `only`: there never was another
 */
export type Turn = 'next' | 'last' | 'only'

export interface Rest {
  readonly ms: number
  /** Status with which the host asked for it; absent where it is our own judgement. */
  readonly status?: number
}

/** Failures in a row, each within `ROW_MS` of the one before, that open a breaker. */
const FAILURES_IN_A_ROW = 3
const ROW_MS = 60_000
/** Or this share of failures among at least so many calls; a call counts half after `SHARE_HALF_LIFE_MS`. */
const FAILURE_SHARE = 0.5
const LEAST_CALLS = 10
const SHARE_HALF_LIFE_MS = 30_000
/** Open for this long, doubled with every probe that fails. */
const FIRST_OPEN_MS = 5_000
const LONGEST_OPEN_MS = 5 * 60_000
/** One probe in each window, unless it ends and tells nothing; one that does not end within it is no longer waited for. */
const PROBE_WINDOW_MS = 10_000
/** Where nothing else is left, an open endpoint is tried once in this time. */
export const LAST_RESORT_MS = 1_000
/** Nobody's `Retry-After` keeps an endpoint away for longer. */
const LONGEST_ASKED_MS = 60 * 60_000

/**
 * A closed breaker, or one as it was saved at the time `savedAt`.
 *
 * closed ──(3 failures in a row, or half of the latest ≥ 10 calls)──▶ open for 5 s, 10 s, … 5 min ──▶ half-open, which lets
 * one call in each 10 s probe ──(success)──▶ closed, ──(failure)──▶ open for twice as long.
 *
 * A host's own `Retry-After` is kept to in every state, and a success of a call that was under way does not shorten it. Our
 * own judgement gives way where nothing else is left: a second between tries there, none where it is the only endpoint, so
 * that a breaker never makes an outage of its own.
 */
export function createBreaker(saved: SavedBreaker = CLOSED, savedAt = 0): Breaker {
  const tally = createTally(saved.failuresInARow, savedAt)
  /** Openings since the last success; 0 = closed. */
  let { openings } = saved
  let openUntil = savedAt + saved.openMs
  /** When the latest probe was let in, as long as it is waited for. */
  let probedAt = Number.NEGATIVE_INFINITY
  let lastResortAt = Number.NEGATIVE_INFINITY
  const asked = createAsked(savedAt + saved.askedMs, saved.askedStatus)

  const open = (at: number) => {
    openUntil = at + Math.min(FIRST_OPEN_MS * 2 ** openings, LONGEST_OPEN_MS)
    openings++
    probedAt = Number.NEGATIVE_INFINITY
  }

  return {
    admit(turn, at) {
      if (at < asked.until()) return false
      if (openings === 0 || turn === 'only') return true
      if (at >= openUntil && at >= probedAt + PROBE_WINDOW_MS) {
        probedAt = at
        return true
      }
      if (turn === 'next' || at < lastResortAt + LAST_RESORT_MS) return false
      lastResortAt = at
      return true
    },
    rest(at) {
      const own = openings === 0 ? 0 : Math.max(openUntil, probedAt + PROBE_WINDOW_MS)
      const until = asked.until()
      if (until > at && until >= own) return { ms: until - at, status: asked.status() }
      return own > at ? { ms: own - at } : undefined
    },
    succeeded(at) {
      if (openings > 0) tally.clear()
      else tally.succeeded(at)
      openings = 0
    },
    failed(at, began, wish) {
      // The host knows better than a count of failures when it is back.
      if (wish !== undefined && wish.forMs > 0) asked.forMore(at, wish)
      // Calls that were under way when it opened say nothing new.
      else if (openings > 0 ? began >= openUntil : tally.failed(at)) open(at)
    },
    toldNothing(began) {
      // Calls that were under way when the probe was let in, and the probes before it, are not it.
      if (began >= probedAt) probedAt = Number.NEGATIVE_INFINITY
    },
    save: (at) => ({
      failuresInARow: tally.inARow(),
      openings,
      openMs: openings === 0 ? 0 : Math.max(0, openUntil - at),
      askedMs: Math.max(0, asked.until() - at),
      askedStatus: asked.status(),
    }),
  }
}

/** Until when the host has asked to be left alone, and the status with which it did. */
function createAsked(saidUntil: number, saidStatus: number) {
  let [until, status] = [saidUntil, saidStatus]
  return {
    until: () => until,
    status: () => status,
    forMore(at: number, wish: { readonly forMs: number; readonly status: number }): void {
      const next = at + Math.min(wish.forMs, LONGEST_ASKED_MS)
      if (next <= until) return
      until = next
      status = wish.status
    },
  }
}

/** Counts failures while it is closed. */
function createTally(failuresInARow: number, since: number) {
  let inARow = failuresInARow
  let lastFailureAt = since
  const recent = { calls: 0, failures: 0, at: 0 }
  const count = (failure: number, at: number) => {
    const keep = 2 ** (-Math.max(0, at - recent.at) / SHARE_HALF_LIFE_MS)
    recent.calls = recent.calls * keep + 1
    recent.failures = recent.failures * keep + failure
    recent.at = at
  }
  return {
    inARow: () => inARow,
    /** True where that were too many. */
    failed(at: number): boolean {
      inARow = at - lastFailureAt > ROW_MS ? 1 : inARow + 1
      lastFailureAt = at
      count(1, at)
      if (inARow >= FAILURES_IN_A_ROW) return true
      return recent.calls >= LEAST_CALLS && recent.failures >= FAILURE_SHARE * recent.calls
    },
    succeeded(at: number): void {
      inARow = 0
      count(0, at)
    },
    clear(): void {
      inARow = recent.calls = recent.failures = 0
    },
  }
}

const CLOSED: SavedBreaker = { failuresInARow: 0, openings: 0, openMs: 0, askedMs: 0, askedStatus: 0 }
