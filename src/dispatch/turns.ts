import type { Candidate, Decision } from '../decide/decision.ts'
import type { Turn as BreakerTurn } from '../market/breaker.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Elsewhere } from './refusal.ts'

/** Whose turn it is among the ranked endpoints of one call. */
export interface Turns {
  /** Who is tried next, and after how many ms; undefined when nobody is left. */
  next(): Turn | undefined
  /** One more to be tried now, beside another, where the next one fits. */
  beside(fits: (candidate: Candidate) => boolean): Candidate | undefined
  /** True while nobody else is left to be tried now. */
  readonly isLast: boolean
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

/** Tries of one call in all, and rounds among those who may answer a moment later. */
const MAX_TRIES = 6
const MAX_ROUNDS = 3
/** The wait before the second round is drawn from 0 to this, before the third from 0 to twice this; ms. */
const FIRST_WAIT_MS = 250

/**
 * Gives endpoints their turns, in ranked order.
 *
 * - Those whose breaker keeps calls away are passed over, and asked for a last resort when all others have failed.
 * - When nobody is left, those who failed for a moment only have another turn, after a wait with full jitter
 *   (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 * - Without fallbacks every model has one turn, and an automatic choice one in all.
 * - In a caller's list of models, each model still to come keeps one turn.
 * - After a prompt that was too long only larger windows have a turn; after one that was against a host's policy only the
 *   caller's other models have.
 */
export function createTurns(
  { wishes }: Call<Skin>,
  { ranked, strategy }: Decision,
  { admit, affords, random }: TurnRules,
): Turns {
  const refusals: { readonly by: Candidate; readonly elsewhere: Elsewhere }[] = []
  const tried = new Set<string>()
  const shut = new Set<string>()
  let left = MAX_TRIES
  let queue: readonly Candidate[] = ranked
  let at = 0
  let turn: BreakerTurn = ranked.length === 1 ? 'only' : 'next'
  let keptAway: Candidate[] = []
  let again: Candidate[] = []
  let round = 1

  const isBackup = ({ endpoint }: Candidate) =>
    strategy === 'auto' ? tried.size > 0 : tried.has(endpoint.model)
  const modelsToCome = () => {
    if (strategy !== 'fallback') return 0
    return new Set(ranked.map(({ endpoint }) => endpoint.model).filter((model) => !tried.has(model))).size
  }
  const isRefused = (candidate: Candidate) =>
    refusals.some(({ by, elsewhere }) =>
      elsewhere === 'larger-window'
        ? !(windowOf(candidate) > windowOf(by))
        : strategy !== 'fallback' || candidate.endpoint.model === by.endpoint.model,
    )
  const mayBeTried = (candidate: Candidate) => {
    if (left === 0 || shut.has(candidate.provider.slug) || shut.has(addressOf(candidate))) return false
    if (isRefused(candidate) || !affords(candidate)) return false
    if (!wishes.allowFallbacks && isBackup(candidate)) return false
    return !(tried.has(candidate.endpoint.model) && left <= modelsToCome())
  }
  const take = (fits?: (candidate: Candidate) => boolean) => {
    for (; at < queue.length; at++) {
      const candidate = queue[at]!
      if (!mayBeTried(candidate)) continue
      if (fits?.(candidate) === false) return undefined
      if (!admit(candidate.endpoint.id, turn)) {
        keptAway.push(candidate)
        continue
      }
      at++
      left--
      tried.add(candidate.endpoint.model)
      return candidate
    }
    return undefined
  }
  const follow = (next: readonly Candidate[]) => {
    queue = next
    at = 0
  }
  return {
    next() {
      for (;;) {
        const candidate = take()
        if (candidate !== undefined) return { candidate, waitMs: 0 }
        if (turn !== 'next' || keptAway.length === 0) break
        turn = 'last'
        follow(keptAway)
        keptAway = []
      }
      if (again.length === 0 || round === MAX_ROUNDS || !wishes.allowFallbacks) return undefined
      round++
      for (const { provider, endpoint } of again)
        shut.delete(endpoint.baseUrl ?? provider.baseUrl ?? provider.slug)
      follow(again)
      again = []
      const candidate = take()
      return candidate && { candidate, waitMs: random() * FIRST_WAIT_MS * 2 ** (round - 2) }
    },
    beside: take,
    get isLast() {
      return at >= queue.length && keptAway.length === 0
    },
    failed(candidate, { elsewhere, shuts, again: maySoon }) {
      if (elsewhere !== undefined) refusals.push({ by: candidate, elsewhere })
      if (shuts === 'provider') shut.add(candidate.provider.slug)
      if (shuts === 'address') shut.add(addressOf(candidate))
      if (maySoon === true) again.push(candidate)
    },
  }
}

function addressOf({ endpoint, provider }: Candidate): string {
  return endpoint.baseUrl ?? provider.baseUrl ?? provider.slug
}

/** Tokens that fit; a window that nobody states is taken for no larger than others. */
function windowOf({ endpoint }: Candidate): number {
  return endpoint.contextTokens ?? 0
}
