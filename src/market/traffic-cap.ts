/** How many calls a second each endpoint takes, learned from the calls that it refused with 429. */
export interface TrafficCap {
  /** Epoch ms until which an endpoint has no room for a call, as far as is known; 0 when it has. */
  fullUntil(endpointId: string): number
  /** A call goes out to an endpoint. */
  sent(endpointId: string): void
  /** An endpoint refused a call with 429. `retryAfterSeconds`: what it asked for in `Retry-After`. */
  limited(endpointId: string, reply: { retryAfterSeconds?: number }): void
}

/** Share of the rate at which an endpoint began to refuse that it still gets. */
const DECREASE = 0.9

/** Time without a refusal after which the cap is back at the rate that was refused, s. */
const RECOVERY_S = 300

/** A cap is never below a call a minute: most limits are counted by the minute. */
const LEAST_PER_SECOND = 1 / 60

/** Calls of this long at the cap may go out at once, s. */
const BURST_S = 2

/** Refusals of calls that were on their way together are one: the cap falls once in this time, s. */
const ONE_REFUSAL_S = 1

/** A cap is forgotten when it has grown to this many times the rate that was refused. */
const FORGOTTEN_AT = 8

/** The rate of calls is a mean over about this time, s. */
const RATE_S = 60

/** Nobody's `Retry-After` keeps an endpoint away for longer than this, s. */
const LONGEST_RETRY_AFTER_S = 60 * 60

/**
 * Learns as TCP learns how wide a line is that does not say so. An endpoint that was never refused has no cap. A refusal
 * sets it to 0.9 of the rate r at which calls went out, or of the cap where that was lower; t seconds later it is
 *
 *     r · (1 + 0.1 · ((t − 300) / 300)³)
 *
 * the curve of CUBIC (Ha, Rhee and Xu 2008): within a tenth of r for ten minutes, and then away from it ever faster, should
 * the endpoint take more than it did. Calls are counted off a bucket that fills at the cap; an
 * endpoint without a whole call in its bucket is full. It is full until `Retry-After` is over, too, and t counts from then.
 *
 * The cap is advice, as a pause is: `decide` ranks a full endpoint behind those with room, and calls that go there all
 * the same are counted.
 *
 * @param clocks `now`: epoch ms, for what is told; `elapsed`: ms of a clock that never jumps, for what is measured. Left out,
 *   `now` is such a clock.
 */
export function createTrafficCap({
  now,
  elapsed = now,
}: {
  now: () => number
  elapsed?: () => number
}): TrafficCap {
  const flows = new Map<string, Flow>()
  const flowOf = (endpointId: string, at: number): Flow => {
    const known = flows.get(endpointId)
    if (known !== undefined) return known
    const created: Flow = { sinceMs: at, countedMs: at, count: 0, cap: undefined }
    flows.set(endpointId, created)
    return created
  }
  return {
    fullUntil(endpointId) {
      const cap = flows.get(endpointId)?.cap
      const waitMs = cap === undefined ? 0 : waitFor(cap, elapsed())
      return waitMs === 0 ? 0 : now() + waitMs
    },
    sent(endpointId) {
      const at = elapsed()
      const flow = flowOf(endpointId, at)
      fade(flow, at)
      flow.count += 1
      const { cap } = flow
      if (cap === undefined) return
      fill(cap, at)
      cap.bucket = Math.max(-roomOf(cap, at), cap.bucket - 1)
      if (perSecond(cap, at) > FORGOTTEN_AT * cap.refusedAt) flow.cap = undefined
    },
    limited(endpointId, { retryAfterSeconds = 0 }) {
      const at = elapsed()
      const flow = flowOf(endpointId, at)
      fade(flow, at)
      // What was refused is no part of what the endpoint takes.
      flow.count = Math.max(0, flow.count - 1)
      flow.cap = lowered(flow, at)
      const seconds = Math.min(Math.max(retryAfterSeconds, 0) || 0, LONGEST_RETRY_AFTER_S)
      if (seconds > 0) flow.cap.closedUntilMs = Math.max(flow.cap.closedUntilMs, at + seconds * 1000)
    },
  }
}

/** The calls to one endpoint. */
interface Flow {
  readonly sinceMs: number
  /** Σ e^(−age / RATE_S) over the calls that went out and were not refused, as of `countedMs`. */
  count: number
  countedMs: number
  cap: Cap | undefined
}

interface Cap {
  /** The rate that the last refusal was about, calls per second, and when it was. */
  readonly refusedAt: number
  readonly refusedMs: number
  /** Calls that may go out now, as of `filledMs`; below 0 where more went out than that. */
  bucket: number
  filledMs: number
  closedUntilMs: number
}

function fade(flow: Flow, at: number): void {
  const seconds = Math.max(0, at - flow.countedMs) / 1000
  flow.count *= Math.exp(-seconds / RATE_S)
  flow.countedMs += seconds * 1000
}

/** Calls a second: the faded count over what a steady call a second would have made of it since the first. */
function rateOf({ count, countedMs, sinceMs }: Flow): number {
  const seconds = Math.max(1, (countedMs - sinceMs) / 1000)
  return count / (RATE_S * (1 - Math.exp(-seconds / RATE_S)))
}

function lowered(flow: Flow, at: number): Cap {
  const { cap } = flow
  if (cap !== undefined) {
    fill(cap, at)
    cap.bucket = Math.min(0, cap.bucket)
    if (at - cap.refusedMs < ONE_REFUSAL_S * 1000) return cap
  }
  const refusedAt = Math.min(rateOf(flow), cap === undefined ? Infinity : perSecond(cap, at))
  return {
    refusedAt: Math.max(refusedAt, LEAST_PER_SECOND),
    refusedMs: at,
    bucket: Math.min(0, cap?.bucket ?? 0),
    filledMs: at,
    closedUntilMs: cap?.closedUntilMs ?? 0,
  }
}

/** The cap at a time, calls per second. */
function perSecond({ refusedAt, refusedMs, closedUntilMs }: Cap, at: number): number {
  const seconds = Math.max(0, at - Math.max(refusedMs, closedUntilMs)) / 1000
  return refusedAt * (1 + (1 - DECREASE) * (seconds / RECOVERY_S - 1) ** 3)
}

/** Lets the bucket fill up to `at`. */
function fill(cap: Cap, at: number): void {
  const from = Math.max(cap.filledMs, cap.closedUntilMs)
  const seconds = Math.max(0, at - from) / 1000
  if (seconds === 0) return
  cap.bucket = Math.min(roomOf(cap, at), cap.bucket + seconds * perSecond(cap, at))
  cap.filledMs = at
}

function roomOf(cap: Cap, at: number): number {
  return Math.max(1, BURST_S * perSecond(cap, at))
}

/** Until there is a whole call in the bucket, ms. */
function waitFor(cap: Cap, at: number): number {
  fill(cap, at)
  if (cap.bucket >= 1) return 0
  return Math.max(0, cap.closedUntilMs - at) + ((1 - cap.bucket) / perSecond(cap, at)) * 1000
}
