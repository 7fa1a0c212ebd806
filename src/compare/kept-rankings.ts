import { LRUCache } from 'lru-cache'
import { MeritorderError } from '../errors.ts'
import type { LeaderboardJson, RankingWork } from './ranking.ts'

/** A leaderboard is as good as new for so long, ms. */
const FRESH_MS = 30_000
/** Different leaderboards kept at most. */
const MOST_KEPT = 50
/** Leaderboards that wait for others to be ranked: each may take minutes. */
const MOST_WAITING = 8
const AGAIN_SECONDS = 10

interface Kept {
  /** When it was ranked; later than any time while it is not. */
  at: number
  readonly board: Promise<LeaderboardJson>
}

/**
 * Ranks one leaderboard at a time; the same one, asked for again before it is there or soon after, is not ranked again.
 *
 * @param now epoch ms
 * @throws MeritorderError (rejects with) `provider_overloaded` while too many wait, and what `rank` does
 */
export function keepRankings(
  rank: (work: RankingWork) => Promise<LeaderboardJson>,
  now: () => number,
): (work: RankingWork) => Promise<LeaderboardJson> {
  const kept = new LRUCache<string, Kept>({ max: MOST_KEPT })
  let last: Promise<unknown> = Promise.resolve()
  let unranked = 0
  return async (work) => {
    const name = JSON.stringify(work)
    // Asking does not keep one: the order is that of the ranking.
    const known = kept.peek(name)
    if (known !== undefined && now() - known.at < FRESH_MS) return known.board
    if (unranked > MOST_WAITING) throw tooMany()
    unranked++
    const one: Kept = { at: Number.POSITIVE_INFINITY, board: last.then(() => rank(work)) }
    last = one.board
      .then(
        () => {
          one.at = now()
        },
        () => kept.delete(name),
      )
      .finally(() => unranked--)
    kept.set(name, one)
    return one.board
  }
}

function tooMany(): MeritorderError {
  return new MeritorderError(
    'provider_overloaded',
    `${MOST_WAITING} leaderboards wait to be ranked. Ask again in ${AGAIN_SECONDS} s.`,
    { limit: 'leaderboard', retryAfterSeconds: AGAIN_SECONDS },
  )
}
