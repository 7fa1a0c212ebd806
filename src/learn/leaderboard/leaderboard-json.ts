import type { Leaderboard } from './leaderboard.ts'
import type { ReadComparisons } from './read-comparisons.ts'
import type { Scope } from './scope.ts'

/** A leaderboard as `--json` prints it and `GET /v1/leaderboard` answers; docs/leaderboards.md documents every field. */
export function leaderboardJson(board: Leaderboard, scope: Scope, { lines, leftOut }: ReadComparisons) {
  return {
    scope,
    comparisons: board.comparisons,
    lines,
    tied: board.tied,
    standings: board.standings.map(({ rank, leadByChance, ...standing }) => ({
      ...standing,
      rank: [rank.best, rank.worst],
      lead_by_chance: leadByChance ?? null,
    })),
    waiting: board.waiting,
    style: board.style,
    groups: board.groups,
    left_out: leftOut,
  }
}
