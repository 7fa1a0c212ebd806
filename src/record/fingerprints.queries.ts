import { type Kysely, type Selectable, sql } from 'kysely'
import type { PromptFingerprintsTable, Tables } from '../store/tables.ts'
import type { Fingerprint } from './fingerprint.ts'

/** A fingerprint and the call whose prompt it is of. */
export interface NewFingerprint extends Fingerprint {
  readonly generationId: string
}

/** Stores fingerprints that are not yet there, in one statement. */
export async function insertFingerprints(db: Kysely<Tables>, rows: readonly NewFingerprint[]): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into prompt_fingerprints
    select "generationId", "promptHash", embedder, decode(embedding, 'base64'), decode(shape, 'base64')
    from json_to_recordset(${JSON.stringify(rows)}::json) as row(
      "generationId" text, "promptHash" text, embedder text, embedding text, shape text)
    on conflict do nothing`.execute(db)
}

/** The fingerprints of some generations, by their ids. */
export async function fingerprintsOf(
  db: Kysely<Tables>,
  generationIds: readonly string[],
): Promise<ReadonlyMap<string, Fingerprint>> {
  if (generationIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('prompt_fingerprints')
    .selectAll()
    .where(sql<boolean>`generation_id = any(${generationIds}::text[])`)
    .execute()
  return new Map(rows.map((row) => [row.generation_id, fingerprintOf(row)]))
}

function fingerprintOf(row: Selectable<PromptFingerprintsTable>): Fingerprint {
  return {
    promptHash: row.prompt_hash,
    embedder: row.embedder,
    embedding: Buffer.from(row.embedding).toString('base64'),
    shape: row.shape && Buffer.from(row.shape).toString('base64'),
  }
}
