import { type RawBuilder, sql } from 'kysely'
import type { GenerationQuery, RatedRange } from './generation-query.ts'

type Condition = RawBuilder<boolean>

/** The conditions by which an index finds the calls of a query in their order: times, and one column. */
export function rangeOf(query: GenerationQuery): Condition[] {
  const { before, since, until } = query
  const when = (at: number) => new Date(at).toISOString()
  return [
    ...given(
      before,
      (id) => sql`(created_at, id) < (select created_at, id from generations where id = ${id})`,
    ),
    ...given(since, (at) => sql`created_at >= ${when(at)}`),
    ...given(until, (at) => sql`created_at < ${when(at)}`),
    ...ordered(query).slice(0, 1),
  ]
}

/** The other conditions: what the calls in that range are looked at for. */
export function filtersOf(query: GenerationQuery): Condition[] {
  const { outcome, tags, minCostUsd, maxCostUsd, rated } = query
  return [
    ...ordered(query).slice(1),
    ...given(outcome === COMPLETE ? outcome : undefined, (wanted) => sql`outcome = ${wanted}`),
    ...given(tags, hasTags),
    ...given(minCostUsd, (least) => sql`cost_usd >= ${least}`),
    ...given(maxCostUsd, (most) => sql`cost_usd <= ${most}`),
    ...given(rated, isRated),
  ]
}

/** Whether a page has every call from its first to its last. */
export function isWithoutGaps(query: GenerationQuery): boolean {
  return query.text === undefined && ordered(query).length === 0 && filtersOf(query).length === 0
}

/** All of these together; true where there is none. */
export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

/** Every one of these tags. Values of tags are texts; `<> '{}'` names the index, which has no calls without tags. */
export function hasTags(tags: Readonly<Record<string, string>>): Condition {
  return sql`(tags @> ${JSON.stringify(tags)}::jsonb and tags <> '{}')`
}

/** Ratings (`r`) that a call counts as rated by. */
export function ratingsWithin({ least, most }: RatedRange): Condition {
  return least === undefined && most === undefined
    ? sql`r.kind <> 'signal'`
    : sql`(r.kind <> 'signal' and r.kind in ('thumb', 'score') and r.value >= ${least ?? 0} and r.value <= ${most ?? 1})`
}

/** Most calls have this outcome, so that no index has it. */
const COMPLETE = 'complete'

/** Columns with an index of their own that keeps the order, the one with the most values first. */
function ordered({ intent, model, provider, caller, outcome }: GenerationQuery): Condition[] {
  return [
    ...given(
      outcome === COMPLETE ? undefined : outcome,
      (wanted) => sql`(outcome = ${wanted} and outcome <> 'complete')`,
    ),
    ...given(intent, (wanted) => sql`(intents -> 0 ->> 'intent') = ${wanted}`),
    ...given(model, (wanted) => sql`model = ${wanted}`),
    ...given(provider, (wanted) => sql`provider = ${wanted}`),
    ...given(caller, (wanted) => sql`caller = ${wanted}`),
  ]
}

/** `is true` keeps it a look at the ratings of each call: as a join the planner, which knows no figures of the embedded tables, may read all ratings for each. */
function isRated(range: RatedRange): Condition {
  return sql`(exists (select 1 from ratings r where r.generation_id = generations.id and ${ratingsWithin(range)})) is true`
}

function given<T>(value: T | undefined, condition: (value: T) => Condition): Condition[] {
  return value === undefined ? [] : [condition(value)]
}
