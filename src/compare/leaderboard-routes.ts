import { asCallerOf } from '../explain/as-caller.ts'
import { wrong } from '../receive/fields.ts'
import type { Route } from '../receive/http-server.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Rules } from '../serve/house.ts'
import { INTENT_GROUPS } from '../understand/intent-names.ts'
import { comparisonJson } from './comparison-json.ts'
import { keepRankings } from './kept-rankings.ts'
import { type RankingWork, rank } from './ranking.ts'

/** The comparisons that were recorded, and who answers best by them and by those that were imported. */
export function leaderboardRoutes(
  rules: () => Rules,
  recorder: Pick<Recorder, 'comparisons'>,
  now: () => number,
): Route[] {
  const asCaller = asCallerOf(rules)
  const ranked = keepRankings((work) => rank(work, recorder), now)
  return [
    {
      method: 'GET',
      path: '/leaderboard',
      handle: asCaller(({ query }) =>
        ranked({ dataFolder: rules().config.record.data_folder, ...readWork(query) }),
      ),
    },
    {
      method: 'GET',
      path: '/comparisons',
      handle: asCaller(async ({ query, caller }) => {
        const { limit, before } = readPage(query)
        const page = await recorder.comparisons({
          limit,
          ...(before !== undefined && { before }),
          ...(caller !== undefined && { caller }),
        })
        return {
          data: page.map(comparisonJson),
          next: page.length < limit ? null : (page.at(-1)?.id ?? null),
        }
      }),
    },
  ]
}

const TAG = 'tag.'
const DEFAULT_LEAST = 10
const MOST_LEAST = 1_000_000

/**
 * `intent` or `group`, `language`, `tag.KEY`, `least` (comparisons that a model needs), `style=false`.
 *
 * @throws MeritorderError `invalid_request` naming what is not known or has no such value
 */
function readWork(query: URLSearchParams): Omit<RankingWork, 'dataFolder'> {
  const tags: Record<string, string> = {}
  for (const [name, value] of query) {
    if (name.startsWith(TAG)) tags[name.slice(TAG.length)] = value
    else if (!KNOWN.includes(name))
      throw wrong(name.slice(0, 100), `one of ${[...KNOWN, `${TAG}KEY`].join(', ')}`)
  }
  const intent = query.get('intent') ?? undefined
  const group = Object.keys(INTENT_GROUPS).find((name) => name === query.get('group'))
  if (query.has('group') && group === undefined)
    throw wrong('group', `one of ${Object.keys(INTENT_GROUPS).join(', ')}`)
  if (intent !== undefined && group !== undefined) throw wrong('group', 'absent where intent is given')
  const style = query.get('style') ?? 'true'
  if (style !== 'true' && style !== 'false') throw wrong('style', 'true or false')
  const language = query.get('language') ?? undefined
  return {
    scope: {
      ...(intent !== undefined && { intent }),
      ...(group !== undefined && { group: group as keyof typeof INTENT_GROUPS }),
      ...(language !== undefined && { language }),
      ...(Object.keys(tags).length > 0 && { tags }),
    },
    least: whole(query.get('least') ?? String(DEFAULT_LEAST), 'least', MOST_LEAST),
    style: style === 'true',
  }
}

const KNOWN: readonly string[] = ['intent', 'group', 'language', 'least', 'style']

const COMPARISON_ID = /^cmp-[0-9a-f]{32}$/
const MOST_LISTED = 1_000
const DEFAULT_LISTED = 100

function readPage(query: URLSearchParams): { readonly limit: number; readonly before?: string } {
  for (const name of query.keys())
    if (name !== 'limit' && name !== 'before') throw wrong(name.slice(0, 100), 'one of limit, before')
  const before = query.get('before') ?? undefined
  if (before !== undefined && !COMPARISON_ID.test(before))
    throw wrong('before', 'the id of a comparison, as `next` gave it')
  const limit = whole(query.get('limit') ?? String(DEFAULT_LISTED), 'limit', MOST_LISTED)
  return { limit, ...(before !== undefined && { before }) }
}

function whole(value: string, field: string, most: number): number {
  const number = Number(value)
  if (/^\d{1,9}$/.test(value) && number >= 1 && number <= most) return number
  throw wrong(field, `a whole number from 1 to ${most}`)
}
