import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import type { GenerationPage, GenerationQuery, ListedCall, RatedRange } from './generation-query.ts'
import { fromRow } from './generation-row.ts'
import { ratingsOfAll } from './ratings.queries.ts'

/** Of a search so many calls are looked through for one page; the next page goes on behind them. */
const MOST_SEARCHED = 5_000
/** Read at once in a search. */
const SEARCH_STEP = 250

/** A page of recorded calls, newest first. */
export async function listGenerations(db: Kysely<Tables>, query: GenerationQuery): Promise<GenerationPage> {
  const { text, limit } = query
  if (text !== undefined) return searchGenerations(db, query, text.toLowerCase())
  const rows = await rowsOf(db, query, limit + 1)
  const calls = rows.slice(0, limit)
  return page(await withRatings(db, query, calls), rows.length > limit ? calls.at(-1) : undefined)
}

/** Looks through calls from the newest on: an index over all words would cost every record more than searches are worth. */
async function searchGenerations(
  db: Kysely<Tables>,
  query: GenerationQuery,
  text: string,
): Promise<GenerationPage> {
  const found: ListedCall[] = []
  let last: ListedCall | undefined
  for (let searched = 0; searched < MOST_SEARCHED; searched += SEARCH_STEP) {
    const before = last === undefined ? {} : { before: last.generation.id }
    const rows = await rowsOf(db, { ...query, ...before, whole: true }, SEARCH_STEP)
    for (const row of rows) {
      last = row
      if (mentions(row, text)) found.push(query.whole === true ? row : withoutBodies(row))
      if (found.length === query.limit) return page(await withRatings(db, query, found), last)
    }
    if (rows.length < SEARCH_STEP) return page(await withRatings(db, query, found), undefined)
  }
  return page(await withRatings(db, query, found), last)
}

function page(calls: readonly ListedCall[], last: ListedCall | undefined): GenerationPage {
  return { calls, ...(last !== undefined && { next: last.generation.id }) }
}

/** Bytes of requests need not be UTF-8: what is not is read as far as it is. */
function mentions({ request, answer }: ListedCall, text: string): boolean {
  if (answer?.toLowerCase().includes(text)) return true
  return request !== null && readable(request).toLowerCase().includes(text)
}

/** Requests are JSON, in which letters may be written as escapes. */
function readable(request: Uint8Array): string {
  const source = Buffer.from(request).toString('utf8')
  return source.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

function withoutBodies({ generation, ratings }: ListedCall): ListedCall {
  return { generation, request: null, answer: null, ratings }
}

async function withRatings(
  db: Kysely<Tables>,
  { whole }: GenerationQuery,
  calls: readonly ListedCall[],
): Promise<readonly ListedCall[]> {
  if (whole !== true || calls.length === 0) return calls
  const ratings = await ratingsOfAll(
    db,
    calls.map(({ generation }) => generation.id),
  )
  return calls.map((call) => ({ ...call, ratings: ratings.get(call.generation.id) ?? [] }))
}

async function rowsOf(db: Kysely<Tables>, query: GenerationQuery, limit: number): Promise<ListedCall[]> {
  const select = db
    .selectFrom('generations')
    .selectAll('generations')
    .orderBy('generations.created_at', 'desc')
    .orderBy('generations.id', 'desc')
    .limit(limit)
  const narrowed = narrow(select, query)
  if (query.whole !== true)
    return (await narrowed.execute()).map((row) => ({
      generation: fromRow(row),
      request: null,
      answer: null,
      ratings: [],
    }))
  const rows = await narrowed
    .leftJoin('generation_bodies', 'generation_bodies.generation_id', 'generations.id')
    .select(['generation_bodies.request', 'generation_bodies.answer'])
    .execute()
  return rows.map((row) => ({
    generation: fromRow(row),
    request: row.request,
    answer: row.answer === null ? null : Buffer.from(row.answer).toString('utf8'),
    ratings: [],
  }))
}

type Select<Row> = SelectQueryBuilder<Tables, 'generations', Row>

function narrow<Row>(select: Select<Row>, query: GenerationQuery): Select<Row> {
  let narrowed = select
  for (const column of ['model', 'provider', 'caller', 'outcome'] as const) {
    const wanted = query[column]
    if (wanted !== undefined) narrowed = narrowed.where(`generations.${column}`, '=', wanted)
  }
  for (const condition of conditionsOf(query)) narrowed = narrowed.where(condition)
  return narrowed
}

function conditionsOf(query: GenerationQuery) {
  const { before, since, until, intent, tags = {}, minCostUsd, maxCostUsd, rated } = query
  const when = (at: number) => new Date(at).toISOString()
  return [
    ...(before === undefined
      ? []
      : [
          sql<boolean>`(generations.created_at, generations.id) < (select created_at, id from generations where id = ${before})`,
        ]),
    ...(since === undefined ? [] : [sql<boolean>`generations.created_at >= ${when(since)}`]),
    ...(until === undefined ? [] : [sql<boolean>`generations.created_at < ${when(until)}`]),
    // As the index has it: see the migration generation-filters.
    ...(intent === undefined ? [] : [sql<boolean>`(generations.intents -> 0 ->> 'intent') = ${intent}`]),
    ...Object.entries(tags).map(
      ([key, value]) => sql<boolean>`(generations.tags ->> ${key}::text) = ${value}`,
    ),
    ...(minCostUsd === undefined ? [] : [sql<boolean>`generations.cost_usd >= ${minCostUsd}`]),
    ...(maxCostUsd === undefined ? [] : [sql<boolean>`generations.cost_usd <= ${maxCostUsd}`]),
    ...(rated === undefined ? [] : [isRated(rated)]),
  ]
}

function isRated({ least, most }: RatedRange) {
  if (least === undefined && most === undefined)
    return sql<boolean>`exists (select 1 from ratings r where r.generation_id = generations.id)`
  return sql<boolean>`exists (select 1 from ratings r where r.generation_id = generations.id
    and r.kind in ('thumb', 'score') and r.value >= ${least ?? 0} and r.value <= ${most ?? 1})`
}
