import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { type IdPage, idsOf } from './generation-ids.queries.ts'
import type { GenerationQuery } from './generation-query.ts'

/** One page searches for so long, ms: it has the database's only thread to itself meanwhile. */
const MOST_MS = 60
/** Calls read at once. */
const STEP = 250

/**
 * The ids of a page of calls with a text in request or answer, whatever its case. Looks through calls from the newest on:
 * an index over all words would cost every record more than searches are worth. What takes too long ends the page early.
 */
export async function searchIds(
  db: Kysely<Tables>,
  query: GenerationQuery,
  text: string,
  clock: () => number,
): Promise<IdPage> {
  const wanted = text.toLowerCase()
  const ids: string[] = []
  const started = clock()
  for (let before = query.before; ; ) {
    const step = await idsOf(db, { ...query, ...(before !== undefined && { before }), limit: STEP })
    const found = await mentioning(db, step.ids, wanted)
    const missing = query.limit - ids.length
    ids.push(...found.slice(0, missing))
    if (found.length >= missing) return { ids, next: ids.at(-1)! }
    if (step.next === undefined) return { ids }
    if (clock() - started > MOST_MS) return { ids, next: step.next }
    before = step.next
  }
}

/** Those of some calls that have the text, in their order. */
async function mentioning(db: Kysely<Tables>, ids: readonly string[], wanted: string): Promise<string[]> {
  const bodies = await db
    .selectFrom('generation_bodies')
    .selectAll()
    .where(sql<boolean>`generation_id = any(${ids}::text[])`)
    .execute()
  const found = new Set(
    bodies
      .filter(({ request, answer }) => mentions(answer, wanted) || mentions(request, wanted, true))
      .map(({ generation_id }) => generation_id),
  )
  return ids.filter((id) => found.has(id))
}

/** Bytes of requests need not be UTF-8: what is not is read as far as it is. They are JSON, in which letters may be written as escapes. */
function mentions(bytes: Uint8Array | null, wanted: string, isJson = false): boolean {
  if (bytes === null) return false
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  const text = isJson && source.includes('\\u') ? unescaped(source) : source
  return text.toLowerCase().includes(wanted)
}

function unescaped(json: string): string {
  return json.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
