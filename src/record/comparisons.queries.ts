import { type Kysely, type Selectable, sql } from 'kysely'
import type { ArenasTable, ComparisonsTable, Tables } from '../store/tables.ts'
import {
  type Arena,
  type Comparison,
  type ComparisonQuery,
  comparisonIdOf,
  type FoundArena,
  type RecordedComparison,
} from './comparison.ts'
import type { Fingerprint } from './fingerprint.ts'
import { fingerprintsOf } from './fingerprints.queries.ts'
import { candidatesOf } from './generation-row.ts'
import { requestToLearnFrom } from './ratings.queries.ts'
import type { RecordedCandidate } from './recorded-candidate.ts'

/** Stores comparisons that are not yet there: the first vote stands. */
export async function putComparisons(db: Kysely<Tables>, comparisons: readonly Comparison[]): Promise<void> {
  if (comparisons.length === 0) return
  const rows = comparisons.map((one) => ({
    ...pairRow(one),
    compared_at: new Date(one.comparedAt).toISOString(),
    winner: one.winner,
    judge: one.judge,
    source: one.source,
    cost_usd: one.costUsd,
  }))
  await insertPairs(db, 'comparisons', rows)
}

/** Stores arenas that are not yet there. */
export async function putArenas(db: Kysely<Tables>, arenas: readonly Arena[]): Promise<void> {
  if (arenas.length === 0) return
  const rows = arenas.map((one) => ({ ...pairRow(one), created_at: new Date(one.createdAt).toISOString() }))
  await insertPairs(db, 'arenas', rows)
}

/** Whether an answer was simulated is known to its call, or else to the arena, which may be kept for longer. */
async function insertPairs(
  db: Kysely<Tables>,
  table: 'comparisons' | 'arenas',
  rows: readonly object[],
): Promise<void> {
  const into = sql.table(table)
  await sql`insert into ${into}
    select pair.* from jsonb_populate_recordset(null::${into}, ${JSON.stringify(rows)}::jsonb) given,
      lateral jsonb_populate_record(given, jsonb_build_object('simulated',
        exists (select 1 from generations where id in (given.generation_a, given.generation_b) and simulated)
        or exists (select 1 from arenas where id = 'arena-' || substr(given.id, length('cmp-') + 1) and simulated)
      )) pair
    on conflict do nothing`.execute(db)
}

/** What arenas and comparisons both know of two answers. */
function pairRow(one: Arena | Comparison) {
  return {
    id: one.id,
    caller: one.caller,
    generation_a: one.generationA,
    generation_b: one.generationB,
    model_a: one.modelA,
    model_b: one.modelB,
    intents: one.intents,
    language: one.language,
    tags: one.tags,
    lead: one.lead,
  }
}

/** A caller's arena, and its vote where there was one. */
export async function findArena(
  db: Kysely<Tables>,
  id: string,
  caller: string,
): Promise<FoundArena | undefined> {
  const row = await db
    .selectFrom('arenas')
    .selectAll()
    .where('id', '=', id)
    .where('caller', '=', caller)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const vote = await db
    .selectFrom('comparisons')
    .select('winner')
    .where('id', '=', comparisonIdOf(id))
    .executeTakeFirst()
  return {
    arena: { ...pairOf(row), createdAt: row.created_at.getTime() },
    ...(vote !== undefined && { winner: vote.winner as Comparison['winner'] }),
  }
}

/** A page of comparisons, newest first; `before` names none = from the newest on. */
export async function listComparisons(
  db: Kysely<Tables>,
  { limit, before, caller, since }: ComparisonQuery,
): Promise<RecordedComparison[]> {
  let select = db.selectFrom('comparisons').selectAll()
  if (caller !== undefined) select = select.where('caller', '=', caller)
  if (since !== undefined) select = select.where('compared_at', '>=', new Date(since))
  if (before !== undefined) select = select.where(olderThan(before))
  const rows = await select.orderBy('compared_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
  return rows.map(comparisonOf)
}

/** A comparison with what is needed of its calls to learn from it. */
export interface ComparedGenerations {
  readonly comparison: RecordedComparison
  /** '' where no call is kept. */
  readonly dialect: string
  /** Of both calls. */
  readonly candidates: readonly RecordedCandidate[]
  /** The body of the request to a; null where it is not kept, or large. */
  readonly request: Uint8Array | null
  /** What is kept of its prompt in the place of the words. */
  readonly fingerprint?: Fingerprint | undefined
}

/** The latest comparisons with their calls, newest first; those before one of this id. */
export async function latestCompared(
  db: Kysely<Tables>,
  limit: number,
  before?: string,
): Promise<ComparedGenerations[]> {
  let select = db
    .selectFrom('comparisons')
    .leftJoin('generations as a', 'a.id', 'comparisons.generation_a')
    .leftJoin('generations as b', 'b.id', 'comparisons.generation_b')
    .leftJoin('generation_bodies', 'generation_bodies.generation_id', 'comparisons.generation_a')
    .selectAll('comparisons')
    .select(['a.dialect', 'a.candidates as ofA', 'b.candidates as ofB', requestToLearnFrom()])
    .orderBy('compared_at', 'desc')
    .orderBy('comparisons.id', 'desc')
    .limit(limit)
  if (before !== undefined) select = select.where(olderThan(before))
  const rows = await select.execute()
  const fingerprints = await fingerprintsOf(
    db,
    rows.map(({ generation_a }) => generation_a),
  )
  return rows.map(({ dialect, ofA, ofB, request, ...row }) => ({
    comparison: comparisonOf(row),
    dialect: dialect ?? '',
    candidates: [ofA, ofB].flatMap((column) => (column === null ? [] : candidatesOf(column))),
    request,
    fingerprint: fingerprints.get(row.generation_a),
  }))
}

function olderThan(id: string) {
  return sql<boolean>`(comparisons.compared_at, comparisons.id) < (select compared_at, id from comparisons where id = ${id})`
}

function comparisonOf(row: Selectable<ComparisonsTable>): RecordedComparison {
  return {
    ...pairOf(row),
    comparedAt: row.compared_at.getTime(),
    winner: row.winner as Comparison['winner'],
    judge: row.judge,
    source: row.source as Comparison['source'],
    costUsd: row.cost_usd,
    simulated: row.simulated,
  }
}

function pairOf(row: Selectable<ArenasTable> | Selectable<ComparisonsTable>) {
  return {
    id: row.id,
    caller: row.caller,
    generationA: row.generation_a,
    generationB: row.generation_b,
    modelA: row.model_a,
    modelB: row.model_b,
    intents: row.intents,
    language: row.language,
    tags: row.tags,
    lead: row.lead,
  }
}
