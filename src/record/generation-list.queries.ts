import { type Kysely, type Selectable, sql } from 'kysely'
import type { GenerationBodiesTable, GenerationsTable, Tables } from '../store/tables.ts'
import { fingerprintsOf } from './fingerprints.queries.ts'
import { pageOfIds } from './generation-page.queries.ts'
import type { GenerationPage, GenerationQuery, ListedCall } from './generation-query.ts'
import { fromRow } from './generation-row.ts'
import { ratingsOfAll } from './ratings.queries.ts'

/**
 * A page of recorded calls, newest first; undefined when there is no call `before` (of `caller`, where that is given).
 *
 * @param clock ms that have gone by; a search for a text ends by it
 */
export async function listGenerations(
  db: Kysely<Tables>,
  query: GenerationQuery,
  clock: () => number = () => performance.now(),
): Promise<GenerationPage | undefined> {
  const page = await pageOfIds(db, query, clock)
  if (page === undefined) return undefined
  const calls = await callsOf(db, page.ids, query.whole === true)
  return { calls, ...(page.next !== undefined && { next: page.next }) }
}

type ListedRow = Selectable<GenerationsTable> & Pick<Selectable<GenerationBodiesTable>, 'request' | 'answer'>

/** The calls of these ids, newest first; whole ones with their bodies, ratings and fingerprints. */
async function callsOf(db: Kysely<Tables>, ids: readonly string[], whole: boolean): Promise<ListedCall[]> {
  if (ids.length === 0) return []
  const bodies = whole ? sql`bodies.request, bodies.answer` : sql`null as request, null as answer`
  const join = whole ? sql`left join generation_bodies bodies on bodies.generation_id = page.id` : sql``
  const { rows } = await sql<ListedRow>`select page.*, ${bodies} from generations page ${join}
    where page.id = any(${ids}::text[]) order by page.created_at desc, page.id desc`.execute(db)
  const ratings = whole ? await ratingsOfAll(db, ids) : undefined
  const fingerprints = whole ? await fingerprintsOf(db, ids) : undefined
  return rows.map((row) => {
    const fingerprint = fingerprints?.get(row.id)
    return {
      generation: fromRow(row),
      request: row.request,
      answer: row.answer === null ? null : Buffer.from(row.answer).toString('utf8'),
      ratings: ratings?.get(row.id) ?? [],
      ...(fingerprint && { fingerprint }),
    }
  })
}
