import { type Kysely, sql } from 'kysely'
import { writeCopy } from '../store/copy-binary.ts'
import { copyIn } from '../store/copy-statement.ts'
import { copyLines } from '../store/copy-text.ts'
import type { ResponsesTable, Tables } from '../store/tables.ts'
import { fingerprintsOf, insertFingerprints, type NewFingerprint } from './fingerprints.queries.ts'
import type { RecordedCall } from './generation.ts'
import { fromRow, type GenerationRow } from './generation-row.ts'
import { insertResponses } from './responses.queries.ts'

/** A record ready to be stored. */
export interface NewGeneration {
  readonly row: GenerationRow
  readonly request: Uint8Array | null
  readonly answer: Uint8Array | null
  readonly response?: ResponsesTable
  readonly fingerprint?: NewFingerprint
}

/** Stores records that are not yet there. Belongs into a transaction. */
export async function insertGenerations(
  db: Kysely<Tables>,
  records: readonly NewGeneration[],
): Promise<void> {
  const calls = await newOf(db, records)
  const [first] = calls
  if (first === undefined) return
  await insertResponses(
    db,
    calls.flatMap(({ response }) => response ?? []),
  )
  await insertFingerprints(
    db,
    calls.flatMap(({ fingerprint }) => fingerprint ?? []),
  )
  const bodies = calls
    .filter(({ request, answer }) => request !== null || answer !== null)
    .map(({ row, request, answer }) => [Buffer.from(row.id), request, answer])
  const names = ['generation_id', 'request', 'answer']
  if (bodies.length > 0)
    await copyIn(db, 'generation_bodies', names, writeCopy(bodies), 'with (format binary)')
  // Last: from here on other gateways wait with calls of the same keys, whose sums the database keeps.
  const columns = Object.keys(first.row) as (keyof GenerationRow)[]
  const rows = calls.map(({ row }) => columns.map((column) => row[column]))
  await copyIn(db, 'generations', columns, copyLines(rows))
}

/** COPY knows no `on conflict do nothing`. */
async function newOf(db: Kysely<Tables>, records: readonly NewGeneration[]): Promise<NewGeneration[]> {
  // Of equal ids the first stands, as it would have row by row.
  const byId = new Map(records.toReversed().map((record) => [record.row.id, record]))
  for (const id of await idsAmong(db, [...byId.keys()])) byId.delete(id)
  return records.filter((record) => byId.get(record.row.id) === record)
}

/** Those of some ids that calls in the table have. */
export async function idsAmong(db: Kysely<Tables>, ids: readonly string[]): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('generations')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .execute()
  return rows.map(({ id }) => id)
}

/** One recorded call with its bodies; undefined when there is none of that id. */
export async function findGeneration(db: Kysely<Tables>, id: string): Promise<RecordedCall | undefined> {
  const row = await db
    .selectFrom('generations')
    .leftJoin('generation_bodies', 'generation_bodies.generation_id', 'generations.id')
    .selectAll('generations')
    .select(['generation_bodies.request', 'generation_bodies.answer'])
    .where('generations.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const fingerprint = row.storage === 'hashed' ? (await fingerprintsOf(db, [id])).get(id) : undefined
  return {
    generation: fromRow(row),
    request: row.request,
    answer: row.answer === null ? null : Buffer.from(row.answer).toString('utf8'),
    ...(fingerprint && { fingerprint }),
  }
}
