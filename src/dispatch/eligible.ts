import type { Candidate, Decision } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Elsewhere } from './refusal.ts'

/** Who of a call's ranked endpoints may be tried, by what has come of the others. */
export interface Eligible {
  includes(candidate: Candidate): boolean
  tried(candidate: Candidate): void
  /** It refused the request itself, for a reason that does not hold everywhere. */
  refused(candidate: Candidate, elsewhere: Elsewhere): void
  /** Its provider's key or address is the trouble: its other endpoints would fail alike. */
  shut(candidate: Candidate, what: 'provider' | 'address'): void
  /** An address that could not be reached may be again. */
  reopen(candidate: Candidate): void
}

/** Tries of one call in all. */
const MAX_TRIES = 6

/**
 * - Without fallbacks every model has one turn, and an automatic choice one in all.
 * - In a caller's list of models, each model still to come keeps one turn.
 * - After a prompt that was too long only larger windows have a turn; after one that was against a host's policy only the
 *   caller's other models have.
 */
export function createEligible({ wishes }: Call<Skin>, { ranked, strategy }: Decision): Eligible {
  const refusals: { readonly by: Candidate; readonly elsewhere: Elsewhere }[] = []
  // Of a few entries at most, and mostly of none: no sets.
  const tried: string[] = []
  let shut: string[] = []
  let left = MAX_TRIES

  const isBackup = ({ endpoint }: Candidate) =>
    strategy === 'auto' ? tried.length > 0 : tried.includes(endpoint.model)
  const modelsToCome = () => {
    if (strategy !== 'fallback') return 0
    return new Set(ranked.map(({ endpoint }) => endpoint.model).filter((model) => !tried.includes(model)))
      .size
  }
  const isShut = (candidate: Candidate) =>
    shut.length > 0 && (shut.includes(candidate.provider.slug) || shut.includes(addressOf(candidate)))
  const isRefused = (candidate: Candidate) =>
    refusals.some(({ by, elsewhere }) =>
      elsewhere === 'larger-window'
        ? !(windowOf(candidate) > windowOf(by))
        : strategy !== 'fallback' || candidate.endpoint.model === by.endpoint.model,
    )
  return {
    includes(candidate) {
      if (left === 0 || isShut(candidate)) return false
      if (isRefused(candidate) || (!wishes.allowFallbacks && isBackup(candidate))) return false
      return !(tried.includes(candidate.endpoint.model) && left <= modelsToCome())
    },
    tried({ endpoint }) {
      left--
      tried.push(endpoint.model)
    },
    refused(by, elsewhere) {
      refusals.push({ by, elsewhere })
    },
    shut(candidate, what) {
      shut.push(what === 'provider' ? candidate.provider.slug : addressOf(candidate))
    },
    reopen(candidate) {
      shut = shut.filter((what) => what !== addressOf(candidate))
    },
  }
}

/** A slug is no address: the two cannot be mistaken for each other. */
function addressOf({ endpoint, provider }: Candidate): string {
  return endpoint.baseUrl ?? provider.baseUrl ?? `the usual one of ${provider.slug}`
}

/** Tokens that fit; a window that nobody states is taken for no larger than others. */
function windowOf({ endpoint }: Candidate): number {
  return endpoint.contextTokens ?? 0
}
