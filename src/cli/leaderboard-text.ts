import type { Leaderboard, Standing } from '../learn/leaderboard/leaderboard.ts'
import type { ReadComparisons } from '../learn/leaderboard/read-comparisons.ts'
import type { Scope } from '../learn/leaderboard/scope.ts'
import { formatPlural, formatShare } from './format.ts'
import { leftOutText } from './left-out-text.ts'
import { paint, printable, table } from './terminal.ts'

/** Points to either side of the interval's plot, at least. */
const MARGIN = 20
const PLOT_WIDTH = 28

/** A leaderboard for a person at a terminal: a row a model, its interval drawn to scale. */
export function leaderboardText(board: Leaderboard, scope: Scope, { leftOut }: ReadComparisons): string {
  const sections = [
    headline(board, scope),
    board.standings.length === 0 ? '' : standingsTable(board.standings),
    ...notes(board),
    leftOutText(leftOut),
  ]
  return `\n${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function headline({ comparisons, tied, standings }: Leaderboard, scope: Scope): string {
  const about = [
    scope.intent,
    scope.group,
    scope.language,
    ...Object.entries(scope.tags ?? {}).map(([key, value]) => `${key}=${value}`),
  ].filter((part) => part !== undefined)
  const where = about.length === 0 ? 'all prompts' : about.join(', ')
  const facts = `${formatPlural(Math.round(comparisons), 'comparison')}, ${formatShare(tied)} of them ties`
  const leaders = standings.filter(({ rank }) => rank.best === 1)
  const verdict =
    leaders.length === 1
      ? `${printable(leaders[0]!.model, 60)} is the best on ${printable(where, 80)}.`
      : `${leaders.length} models may be the best on ${printable(where, 80)}.`
  return `${paint('green', '→')} ${paint('bold', standings.length === 0 ? 'No model can be ranked yet.' : verdict)}\n  ${paint('dim', facts)}`
}

function standingsTable(standings: readonly Standing[]): string {
  const low = Math.min(...standings.map((standing) => standing.low)) - MARGIN
  const high = Math.max(...standings.map((standing) => standing.high)) + MARGIN
  const columns = [
    { title: 'Rank', align: 'right' },
    { title: 'Model' },
    { title: 'Rating', align: 'right' },
    { title: '95 %', align: 'right' },
    { title: `${Math.round(low)}`.padEnd(PLOT_WIDTH - 5) + `${Math.round(high)}`.padStart(5) },
    { title: 'Won / tied / lost', align: 'right' },
    { title: 'Lead by chance', align: 'right' },
  ] as const
  return table(
    columns,
    standings.map((standing) => [
      rankOf(standing),
      printable(standing.model, 44),
      paint('bold', `${Math.round(standing.rating)}`),
      `${Math.round(standing.low)}–${Math.round(standing.high)}`,
      plot(standing, low, high),
      [standing.wins, standing.ties, standing.losses].map((count) => Math.round(count)).join(' / '),
      chance(standing.leadByChance),
    ]),
  )
}

function rankOf({ rank: { best, worst } }: Standing): string {
  return best === worst ? `${best}` : `${best}–${worst}`
}

function plot({ low, rating, high }: Standing, from: number, to: number): string {
  const place = (value: number) => Math.round(((value - from) / (to - from)) * (PLOT_WIDTH - 1))
  const [start, middle, end] = [place(low), place(rating), place(high)]
  const cells = Array.from({ length: PLOT_WIDTH }, (_, at) =>
    at === middle ? paint('green', '●') : at >= start && at <= end ? paint('cyan', '─') : ' ',
  )
  return cells.join('')
}

function chance(leadByChance: number | undefined): string {
  if (leadByChance === undefined) return ''
  return leadByChance < 0.01 ? '< 1 %' : formatShare(leadByChance)
}

function notes({ waiting, style, groups }: Leaderboard): string[] {
  const effects = Object.entries(style).map(
    ([name, points]) => `${name} ${points >= 0 ? '+' : '−'}${Math.abs(points).toFixed(0)}`,
  )
  const sum = (list: readonly string[]) => list.map((model) => printable(model, 40)).join(', ')
  return [
    waiting.length === 0
      ? ''
      : `Too few comparisons yet: ${waiting
          .slice(0, 12)
          .map(({ model, comparisons }) => `${printable(model, 40)} (${Math.round(comparisons)})`)
          .join(', ')}${waiting.length > 12 ? `, and ${waiting.length - 12} more` : ''}`,
    effects.length === 0
      ? ''
      : `Controlled for style; a typical lead was worth, in points: ${effects.join(', ')}`,
    groups.length === 0
      ? ''
      : `${paint('yellow', 'Never compared with each other')}, so that ranks between them mean nothing: ${groups
          .slice(0, 5)
          .map((group) => `{${sum(group.slice(0, 5))}${group.length > 5 ? ', …' : ''}}`)
          .join(' and ')}`,
  ]
}
