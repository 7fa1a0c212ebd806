import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { GenerationBodiesTable, GenerationsTable, Tables } from '../store/tables.ts'
import { fingerprintsOf } from './fingerprints.queries.ts'
import { allOf, filtersOf, rangeOf } from './generation-conditions.queries.ts'
import type { GenerationPage, GenerationQuery, ListedCall } from './generation-query.ts'
import { fromRow } from './generation-row.ts'
import { ratingsOfAll } from './ratings.queries.ts'

/** Calls that one page looks through for what no index finds: it has the database's only thread to itself meanwhile. */
const MOST_EXAMINED = 20_000
/** Of a search in texts so many calls are read for one page. */
const MOST_SEARCHED = 5_000
/** Read at once in a search. */
const SEARCH_STEP = 250

/** A page of recorded calls, newest first; undefined when there is no call `before` (of `caller`, where that is given). */
export async function listGenerations(
  db: Kysely<Tables>,
  query: GenerationQuery,
): Promise<GenerationPage | undefined> {
  if (!(await isKnown(db, query))) return undefined
  const page =
    query.text === undefined ? await pageOf(db, query) : await search(db, query, query.text.toLowerCase())
  return query.whole === true ? { ...page, calls: await withTheRest(db, page.calls) } : page
}

/** Whether there is a call to go on behind; without `before` a page begins at the newest. */
async function isKnown(db: Kysely<Tables>, { before, caller }: GenerationQuery): Promise<boolean> {
  if (before === undefined) return true
  let select = db.selectFrom('generations').select('id').where('id', '=', before)
  if (caller !== undefined) select = select.where('caller', '=', caller)
  return (await select.executeTakeFirst()) !== undefined
}

/** Looks through calls from the newest on: an index over all words would cost every record more than searches are worth. */
async function search(db: Kysely<Tables>, query: GenerationQuery, text: string): Promise<GenerationPage> {
  const calls: ListedCall[] = []
  let before = query.before
  for (let searched = 0; searched < MOST_SEARCHED; searched += SEARCH_STEP) {
    const step = await pageOf(db, {
      ...query,
      ...(before !== undefined && { before }),
      whole: true,
      limit: SEARCH_STEP,
    })
    for (const call of step.calls) {
      if (!mentions(call, text)) continue
      calls.push(query.whole === true ? call : withoutBodies(call))
      if (calls.length === query.limit) return { calls, next: call.generation.id }
    }
    if (step.next === undefined) return { calls }
    before = step.next
    // Few calls pass the other filters: the next step would take as long as a page by itself.
    if (step.calls.length < SEARCH_STEP) break
  }
  return { calls, ...(before !== undefined && { next: before }) }
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

async function withTheRest(db: Kysely<Tables>, calls: readonly ListedCall[]): Promise<readonly ListedCall[]> {
  if (calls.length === 0) return calls
  const ids = calls.map(({ generation }) => generation.id)
  const [ratings, fingerprints] = [await ratingsOfAll(db, ids), await fingerprintsOf(db, ids)]
  return calls.map((call) => {
    const fingerprint = fingerprints.get(call.generation.id)
    return { ...call, ratings: ratings.get(call.generation.id) ?? [], ...(fingerprint && { fingerprint }) }
  })
}

/**
 * An index finds a range of calls in their order, and the filters that it does not know are tried on its first
 * `MOST_EXAMINED`; behind these the next page begins.
 */
async function pageOf(db: Kysely<Tables>, query: GenerationQuery): Promise<GenerationPage> {
  const filters = filtersOf(query)
  const range = sql`from generations where ${allOf(rangeOf(query))} order by created_at desc, id desc`
  const examined = filters.length === 0 ? query.limit + 1 : MOST_EXAMINED
  const calls = await listed(
    db,
    sql`select * from (select * ${range} limit ${examined}) generations where ${allOf(filters)}
      order by created_at desc, id desc limit ${query.limit + 1}`,
    query.whole === true,
  )
  if (calls.length > query.limit) return pageTo(calls.slice(0, query.limit))
  if (filters.length === 0) return { calls }
  const last = await sql<{ id: string }>`select id ${range} offset ${examined - 1} limit 1`.execute(db)
  return { calls, ...(last.rows[0] !== undefined && { next: last.rows[0].id }) }
}

type ListedRow = Selectable<GenerationsTable> & Pick<Selectable<GenerationBodiesTable>, 'request' | 'answer'>

/** Rows of `generations` as calls; with their bodies where these are wanted. */
async function listed(db: Kysely<Tables>, page: RawBuilder<unknown>, whole: boolean): Promise<ListedCall[]> {
  const bodies = whole ? sql`bodies.request, bodies.answer` : sql`null as request, null as answer`
  const join = whole ? sql`left join generation_bodies bodies on bodies.generation_id = page.id` : sql``
  const { rows } = await sql<ListedRow>`select page.*, ${bodies} from (${page}) page ${join}
    order by page.created_at desc, page.id desc`.execute(db)
  return rows.map((row) => ({
    generation: fromRow(row),
    request: row.request,
    answer: row.answer === null ? null : Buffer.from(row.answer).toString('utf8'),
    ratings: [],
  }))
}

/** A page behind which there is more. */
function pageTo(calls: readonly ListedCall[]): GenerationPage {
  return { calls, next: calls.at(-1)!.generation.id }
}
