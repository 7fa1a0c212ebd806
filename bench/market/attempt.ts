import type { Failure, MarketCall, Seller, World } from './world.ts'

/** What came of one attempt. */
export interface Outcome {
  readonly kind: 'answered' | 'limited' | Failure
  /** When it was over, ms after it began. */
  readonly ms: number
  readonly firstByteMs: number
  /** What the host charges, USD: of an answer that breaks off, for what came of it. */
  readonly costUsd: number
  readonly retryAfterSeconds?: number
}

/** How a host is at a moment. */
export interface Condition {
  /** Probability of each failure. */
  readonly error: number
  readonly silence: number
  readonly break: number
  /** How many times as long everything takes. */
  readonly slowness: number
}

/** After this long without a first byte an attempt is given up. */
export const TIME_OUT_MS = 30_000
/** An error and a refusal come after this share of the time to the first byte. */
const ERROR_SHARE = 0.5

/** How a host is at `at`, seconds. Failures of several spells at once are independent; the slowest counts. */
export function conditionAt({ hosts }: World, host: number, at: number): Condition {
  const works = { error: 1, silence: 1, break: 1 }
  let slowness = 1
  for (const { from, to, kind, strength } of hosts[host]!.spells) {
    if (at < from || at >= to) continue
    if (kind === 'slow') slowness = Math.max(slowness, strength)
    else works[kind] *= 1 - Math.min(1, strength)
  }
  return { error: 1 - works.error, silence: 1 - works.silence, break: 1 - works.break, slowness }
}

/**
 * What comes of the `n`th call at a seller. The same call at the same seller and time meets the same luck whoever sends it
 * there, so that rules are compared on the same day.
 *
 * @param at seconds
 */
export function attemptAt(world: World, n: number, call: MarketCall, s: number, at: number): Outcome {
  const seller = world.sellers[s]!
  const condition = conditionAt(world, seller.host, at)
  const luck = (what: number) => luckOf(world.seed, n, s, what)
  const speed = condition.slowness * (0.7 + 0.6 * luck(0))
  const firstByteMs = seller.firstByteMs * speed + call.promptTokens * 0.05
  const writingMs = ((call.completionTokens * 1000) / seller.tokensPerSecond) * speed
  const paid = (share: number) => costUsd(seller, call, at, share)
  if (luck(1) < condition.silence) return { kind: 'silence', ms: TIME_OUT_MS, firstByteMs, costUsd: 0 }
  if (luck(2) < condition.error)
    return { kind: 'error', ms: firstByteMs * ERROR_SHARE, firstByteMs, costUsd: 0 }
  if (firstByteMs > TIME_OUT_MS) return { kind: 'silence', ms: TIME_OUT_MS, firstByteMs, costUsd: 0 }
  if (luck(3) < condition.break) {
    const share = luck(4)
    return { kind: 'break', ms: firstByteMs + share * writingMs, firstByteMs, costUsd: paid(share) }
  }
  return { kind: 'answered', ms: firstByteMs + writingMs, firstByteMs, costUsd: paid(1) }
}

/** What a refusal for the rate looks like. */
export function refusal({ firstByteMs }: Seller, retryAfterSeconds: number | undefined): Outcome {
  return {
    kind: 'limited',
    ms: firstByteMs * ERROR_SHARE,
    firstByteMs,
    costUsd: 0,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}

/** What a call costs at a seller, USD, with this share of its answer. */
export function costUsd({ prices }: Seller, call: MarketCall, at: number, share: number): number {
  const [prompt, completion] = prices[hourOf(at)]!
  return (call.promptTokens * prompt + share * call.completionTokens * completion) / 1e6
}

/** The hour of the day; calls that are under way at midnight pay the last one's prices. */
export function hourOf(at: number): number {
  return Math.min(23, Math.floor(at / 3600))
}

/** Uniform in [0, 1): the finaliser of MurmurHash3 (Appleby, public domain) over the arguments. */
function luckOf(seed: number, n: number, s: number, what: number): number {
  let h = seed | 0
  for (const part of [n, s, what]) {
    h = Math.imul(h ^ part, 0x9e3779b1)
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h ^= h >>> 16
  }
  return (h >>> 0) / 4294967296
}
