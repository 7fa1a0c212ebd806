import type { Candidate, Decision } from '../decide/decision.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import type { Elsewhere } from './refusal.ts'

/** Whose turn it is among the ranked endpoints of one call. */
export interface Turns {
  /** True where this candidate is to be tried now, which counts as a try. */
  take(candidate: Candidate): boolean
  /** A candidate refused the request itself, for a reason that does not hold everywhere. */
  refused(candidate: Candidate, elsewhere: Elsewhere): void
}

/**
 * Gives endpoints their turns, at most `most` in all.
 *
 * - Without fallbacks every model has one turn, and an automatic choice one in all.
 * - In a caller's list of models, each model still to come keeps one turn.
 * - After a prompt that was too long only larger windows have a turn; after one that was against a host's policy only the
 *   caller's other models have.
 */
export function createTurns({ wishes }: Call<Skin>, { ranked, strategy }: Decision, most: number): Turns {
  const refusals: { readonly by: Candidate; readonly elsewhere: Elsewhere }[] = []
  const tried = new Set<string>()
  let left = most
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
  return {
    take(candidate) {
      const { model } = candidate.endpoint
      if (left === 0 || isRefused(candidate)) return false
      if (!wishes.allowFallbacks && isBackup(candidate)) return false
      if (tried.has(model) && left <= modelsToCome()) return false
      left--
      tried.add(model)
      return true
    },
    refused(by, elsewhere) {
      refusals.push({ by, elsewhere })
    },
  }
}

/** Tokens that fit; a window that nobody states is taken for no larger than others. */
function windowOf({ endpoint }: Candidate): number {
  return endpoint.contextTokens ?? 0
}
