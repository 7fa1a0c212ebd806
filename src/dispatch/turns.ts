import type { Candidate, Decision } from '../decide/decision.ts'
import type { Turn as BreakerTurn } from '../market/breaker.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import { createEligible } from './eligible.ts'
import type { Elsewhere } from './refusal.ts'

/** Whose turn it is among the ranked endpoints of one call. */
export interface Turns {
  /** Who is tried next, and after how many ms; undefined when nobody is left. */
  next(): Turn | undefined
  /** One more to be tried now, beside another, where the next one fits. */
  beside(fits: (candidate: Candidate) => boolean): Candidate | undefined
  /** True while nobody else is left to be tried now. */
  isLast(): boolean
  /** A candidate failed. */
  failed(candidate: Candidate, why: Failing): void
}

export interface Turn {
  readonly candidate: Candidate
  readonly waitMs: number
}

export interface Failing {
  /** It refused the request itself, for a reason that does not hold everywhere. */
  readonly elsewhere?: Elsewhere | undefined
  /** Its provider's key or address is the trouble: its other endpoints would fail alike. */
  readonly shuts?: 'provider' | 'address' | undefined
  /** Nothing was answered, and a moment later something may be. */
  readonly again?: boolean
}

export interface TurnRules {
  /** May a call be sent there now? Whoever is admitted is sent one. */
  readonly admit: (endpoint: string, turn: BreakerTurn) => boolean
  /** True where the caller's money still reaches. */
  readonly affords: (candidate: Candidate) => boolean
  readonly random: () => number
}

/** Rounds among those who may answer a moment later. */
const MAX_ROUNDS = 3
/** The wait before the second round is drawn from 0 to this, before the third from 0 to twice this; ms. */
const FIRST_WAIT_MS = 250

/**
 * Gives endpoints their turns, in ranked order, those of them that are eligible.
 *
 * - Those whose breaker keeps calls away are passed over, and asked for a last resort when all others have failed.
 * - When nobody is left, those who failed for a moment only have another turn, after a wait with full jitter
 *   (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export function createTurns(
  call: Call<Skin>,
  decision: Decision,
  { admit, affords, random }: TurnRules,
): Turns {
  const eligible = createEligible(call, decision)
  let queue: readonly Candidate[] = decision.ranked
  let at = 0
  let turn: BreakerTurn = queue.length === 1 ? 'only' : 'next'
  let keptAway: Candidate[] = []
  let again: Candidate[] = []
  let round = 1

  const take = (fits?: (candidate: Candidate) => boolean) => {
    for (; at < queue.length; at++) {
      const candidate = queue[at]!
      if (!eligible.includes(candidate) || !affords(candidate)) continue
      if (fits?.(candidate) === false) return undefined
      if (!admit(candidate.endpoint.id, turn)) {
        keptAway.push(candidate)
        continue
      }
      at++
      eligible.tried(candidate)
      return candidate
    }
    return undefined
  }
  const follow = (next: readonly Candidate[]) => {
    queue = next
    at = 0
    return take()
  }
  const takeLastResort = () => {
    if (turn !== 'next' || keptAway.length === 0) return undefined
    turn = 'last'
    const next = keptAway
    keptAway = []
    return follow(next)
  }
  const takeAgain = () => {
    if (again.length === 0 || round === MAX_ROUNDS || !call.wishes.allowFallbacks) return undefined
    round++
    const next = again
    again = []
    for (const candidate of next) eligible.reopen(candidate)
    return follow(next)
  }
  return {
    next() {
      const now = take() ?? takeLastResort()
      if (now !== undefined) return { candidate: now, waitMs: 0 }
      const later = takeAgain()
      return later && { candidate: later, waitMs: random() * FIRST_WAIT_MS * 2 ** (round - 2) }
    },
    beside: take,
    isLast() {
      const isLeft = (candidate: Candidate, i: number) => i >= at && eligible.includes(candidate)
      return !queue.some(isLeft) && !keptAway.some(eligible.includes)
    },
    failed(candidate, { elsewhere, shuts, again: maySoon }) {
      if (elsewhere !== undefined) eligible.refused(candidate, elsewhere)
      if (shuts !== undefined) eligible.shut(candidate, shuts)
      if (maySoon === true) again.push(candidate)
    },
  }
}
