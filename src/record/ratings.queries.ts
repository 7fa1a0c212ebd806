import { type Kysely, type Selectable, sql } from 'kysely'
import type { RatingsTable, Tables } from '../store/tables.ts'
import type { Fingerprint } from './fingerprint.ts'
import { fingerprintsOf } from './fingerprints.queries.ts'
import { candidatesOf } from './generation-row.ts'
import type { Rating, RatingKind } from './rating.ts'
import type { RecordedCandidate } from './recorded-candidate.ts'

/** Stores ratings; one that says the same thing anew replaces what it said before, unless that is later. */
export async function putRatings(db: Kysely<Tables>, ratings: readonly Rating[]): Promise<void> {
  if (ratings.length === 0) return
  const rows = latestOf(ratings).map((rating) => ({
    generation_id: rating.generationId,
    caller: rating.caller,
    kind: rating.kind,
    name: rating.name,
    value: rating.value,
    text: rating.text,
    rated_at: new Date(rating.ratedAt).toISOString(),
    source: rating.source,
  }))
  await sql`insert into ratings
    select * from jsonb_populate_recordset(null::ratings, ${JSON.stringify(rows)}::jsonb)
    on conflict (generation_id, caller, kind, name) do update
    set value = excluded.value, text = excluded.text, rated_at = excluded.rated_at, source = excluded.source
    where ratings.rated_at <= excluded.rated_at`.execute(db)
}

/** What has been said about one generation, oldest first. */
export async function ratingsOf(db: Kysely<Tables>, generationId: string): Promise<Rating[]> {
  const rows = await db
    .selectFrom('ratings')
    .selectAll()
    .where('generation_id', '=', generationId)
    .orderBy('rated_at')
    .orderBy('kind')
    .orderBy('name')
    .execute()
  return rows.map(ratingOf)
}

/** What has been said about some generations, by their ids. */
export async function ratingsOfAll(
  db: Kysely<Tables>,
  generationIds: readonly string[],
): Promise<ReadonlyMap<string, Rating[]>> {
  const rows = await db
    .selectFrom('ratings')
    .selectAll()
    .where(sql<boolean>`generation_id = any(${generationIds}::text[])`)
    .orderBy('rated_at')
    .execute()
  return Map.groupBy(rows.map(ratingOf), ({ generationId }) => generationId)
}

/**
 * The latest ratings that say how good an answer was, newest first, `limit` of them from before a place in that order:
 * of each person on an answer the score, else the thumb.
 */
export async function latestRatings(
  db: Kysely<Tables>,
  { before, limit }: { readonly before?: RatingPlace; readonly limit: number },
): Promise<RatedGeneration[]> {
  let select = db
    .selectFrom('ratings')
    .innerJoin('generations', 'generations.id', 'ratings.generation_id')
    .leftJoin('generation_bodies', 'generation_bodies.generation_id', 'generations.id')
    .selectAll('ratings')
    .select(['generations.dialect', 'generations.model', 'generations.candidates', 'generations.simulated'])
    .select(requestToLearnFrom())
    .where(sql<boolean>`(ratings.kind = 'score' or (ratings.kind = 'thumb' and not exists (
      select 1 from ratings as scores
      where scores.generation_id = ratings.generation_id and scores.caller = ratings.caller and scores.kind = 'score'
    )))`)
    .where('generations.model', 'is not', null)
    .orderBy('ratings.rated_at', 'desc')
    .orderBy('ratings.generation_id', 'desc')
    .orderBy('ratings.caller', 'desc')
    .orderBy('ratings.kind', 'desc')
    .limit(limit)
  if (before !== undefined) {
    const { ratedAt, generationId, caller, kind } = before
    select = select.where(
      sql<boolean>`(ratings.rated_at, ratings.generation_id, ratings.caller, ratings.kind)
        < (${new Date(ratedAt).toISOString()}::timestamptz, ${generationId}, ${caller}, ${kind})`,
    )
  }
  const rows = await select.execute()
  const fingerprints = await fingerprintsOf(
    db,
    rows.map(({ generation_id }) => generation_id),
  )
  return rows.map(({ dialect, model, candidates, simulated, request, ...rating }) => ({
    rating: ratingOf(rating),
    dialect,
    simulated,
    model: model!,
    candidates: candidatesOf(candidates),
    request,
    fingerprint: fingerprints.get(rating.generation_id),
  }))
}

/** The request of a joined body; null where it is large. */
export function requestToLearnFrom() {
  return sql<Uint8Array | null>`case when octet_length(generation_bodies.request) <= ${MOST_READ} then generation_bodies.request end`.as(
    'request',
  )
}

/** Larger requests are not read again, bytes: what they say about kinds of prompts is not worth the memory. */
const MOST_READ = 262_144

/** Where a rating stands in the order of `latestRatings`. */
export type RatingPlace = Pick<Rating, 'ratedAt' | 'generationId' | 'caller' | 'kind'>

/** A rating with what is needed of the call to learn from it. */
export interface RatedGeneration {
  readonly rating: Rating
  readonly dialect: string
  /** Who answered. */
  readonly model: string
  /** Whether that was a simulated provider. */
  readonly simulated: boolean
  readonly candidates: readonly RecordedCandidate[]
  /** The request's body; null where it is not kept, or large. */
  readonly request: Uint8Array | null
  /** What is kept of the prompt in the place of its words. */
  readonly fingerprint?: Fingerprint | undefined
}

function ratingOf(row: Selectable<RatingsTable>): Rating {
  return {
    generationId: row.generation_id,
    caller: row.caller,
    kind: row.kind as RatingKind,
    name: row.name,
    value: row.value,
    text: row.text,
    ratedAt: row.rated_at.getTime(),
    source: row.source,
  }
}

/** One statement may touch a row once. Of equals the last one stands, as it would have statement by statement. */
function latestOf(ratings: readonly Rating[]): Rating[] {
  const latest = new Map<string, Rating>()
  for (const rating of ratings) {
    const identity = identityOf(rating)
    const before = latest.get(identity)
    if (before === undefined || before.ratedAt <= rating.ratedAt) latest.set(identity, rating)
  }
  return [...latest.values()]
}

function identityOf({ generationId, caller, kind, name }: Rating): string {
  return JSON.stringify([generationId, caller, kind, name])
}
