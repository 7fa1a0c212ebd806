import type { Candidate, Decision } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import { hostActs } from './host-acts.ts'

/** When a second endpoint may be asked beside one that is late, and whom. */
export interface Hedge {
  /** How late is late, ms after the endpoint was asked; undefined where nobody knows. */
  afterMs(first: Candidate): number | undefined
  /** Whether it may be this one, by what it is expected to cost. */
  fits(second: Candidate): boolean
  /** Whether the policy's share of calls is not used up. */
  isLeft(): boolean
  /** A second endpoint is asked. */
  take(): void
}

/** Keeps the calls of each policy that may still be hedged, so that they are never more than the policy's share of all. */
export interface HedgeShares {
  /** A call under the policy has come. */
  called(policy: string, share: number): void
  isLeft(policy: string): boolean
  take(policy: string): void
}

/** Shares that are not used are saved up for at most so many calls, so that a slow hour is not hedged all at once. */
const MOST_SAVED = 10

export function createHedgeShares(): HedgeShares {
  const saved = new Map<string, number>()
  return {
    called(policy, share) {
      saved.set(policy, Math.min(MOST_SAVED, (saved.get(policy) ?? 0) + share))
    },
    isLeft: (policy) => (saved.get(policy) ?? 0) >= 1,
    take(policy) {
      saved.set(policy, (saved.get(policy) ?? 0) - 1)
    },
  }
}

/**
 * The hedge of a call, where its policy has one. None where the caller wants no fallbacks, and none where the host may act for
 * the call (search, run code, call a server of tools): what is done twice cannot be cancelled.
 *
 * @param lateAfterMs the first byte's own 95th percentile at an endpoint, ms; known for streams only
 */
export function hedgeOf(
  call: Call<Skin>,
  { policy }: Decision,
  shares: HedgeShares,
  lateAfterMs: (endpoint: string) => number | undefined,
): Hedge | undefined {
  const { hedge, name } = policy
  if (hedge === undefined) return undefined
  shares.called(name, hedge.share)
  if (!call.wishes.allowFallbacks || hostActs(call.body)) return undefined
  const { after, maxExtraCostUsd } = hedge
  return {
    afterMs: ({ endpoint }) =>
      after === 'p95' ? (call.stream ? lateAfterMs(endpoint.id) : undefined) : after,
    fits: ({ costUsd }) => costUsd !== undefined && costUsd <= maxExtraCostUsd,
    isLeft: () => shares.isLeft(name),
    take: () => shares.take(name),
  }
}
