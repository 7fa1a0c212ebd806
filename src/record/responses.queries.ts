import { type Kysely, sql } from 'kysely'
import type { ResponsesTable, Tables } from '../store/tables.ts'
import type { ConversationLimits, FoundConversation, FoundResponse } from './stored-response.ts'

/** Stores responses that are not yet there, in one statement. */
export async function insertResponses(db: Kysely<Tables>, rows: readonly ResponsesTable[]): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into responses
    select generation_id, id, caller, previous_id, item_ids, body
    from json_to_recordset(${JSON.stringify(rows)}::json) as row(
      generation_id text, id text, caller text, previous_id text, item_ids text[], body text)
    on conflict do nothing`.execute(db)
}

/** A caller's response of this id; the newest, should a host have given the id twice. */
export async function findResponse(
  db: Kysely<Tables>,
  id: string,
  caller: string,
): Promise<FoundResponse | undefined> {
  return (await findLink(db, id, caller))?.found
}

/** The conversation that ends with a caller's response of this id. */
export async function findConversation(
  db: Kysely<Tables>,
  last: string,
  caller: string,
  limits: ConversationLimits,
): Promise<FoundConversation> {
  const responses: FoundResponse[] = []
  let bytes = 0
  for (let id: string | null = last; id !== null; ) {
    const link = await findLink(db, id, caller)
    if (link === undefined) return { kind: 'missing', id }
    bytes += link.found.request.length + link.found.body.length
    if (responses.length === limits.responses || bytes > limits.bytes) return { kind: 'too_long' }
    responses.unshift(link.found)
    id = link.previous
  }
  return { kind: 'whole', responses }
}

/** Bodies of a caller's responses that have one of these items, newest first. */
export async function findResponsesWithItems(
  db: Kysely<Tables>,
  items: readonly string[],
  caller: string,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom('responses')
    .select('body')
    .where('caller', '=', caller)
    .where(sql<boolean>`item_ids && ${items}::text[]`)
    .orderBy('generation_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ body }) => body)
}

/** Forgets a caller's response and the words of its call; the numbers of the call stay. True when there was one. */
export async function deleteResponse(db: Kysely<Tables>, id: string, caller: string): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const gone = await transaction
      .deleteFrom('responses')
      .where('id', '=', id)
      .where('caller', '=', caller)
      .returning('generation_id')
      .execute()
    if (gone.length === 0) return false
    const ids = gone.map(({ generation_id }) => generation_id)
    await transaction.deleteFrom('generation_bodies').where('generation_id', 'in', ids).execute()
    return true
  })
}

interface Link {
  readonly found: FoundResponse
  readonly previous: string | null
}

async function findLink(db: Kysely<Tables>, id: string, caller: string): Promise<Link | undefined> {
  const row = await db
    .selectFrom('responses')
    .innerJoin('generation_bodies', 'generation_bodies.generation_id', 'responses.generation_id')
    .select(['responses.body', 'responses.previous_id', 'generation_bodies.request'])
    .where('responses.id', '=', id)
    .where('responses.caller', '=', caller)
    .orderBy('responses.generation_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined || row.request === null) return undefined
  return { found: { request: row.request, body: row.body }, previous: row.previous_id }
}
