import { type Kysely, type Selectable, sql } from 'kysely'
import type { RatingsTable, Tables } from '../store/tables.ts'
import type { Rating, RatingKind } from './rating.ts'

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
    .where('generation_id', 'in', generationIds)
    .orderBy('rated_at')
    .execute()
  return Map.groupBy(rows.map(ratingOf), ({ generationId }) => generationId)
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
