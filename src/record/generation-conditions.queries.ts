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
    ...indexed(query).slice(0, 1),
  ]
}

/** The other conditions: what the calls in that range are looked at for. */
export function filtersOf(query: GenerationQuery): Condition[] {
  const { provider, outcome, tags = {}, minCostUsd, maxCostUsd, rated } = query
  return [
    ...indexed(query).slice(1),
    ...given(provider, (wanted) => sql`provider = ${wanted}`),
    ...given(outcome, (wanted) => sql`outcome = ${wanted}`),
    ...Object.entries(tags).map(([key, value]) => sql<boolean>`(tags ->> ${key}::text) = ${value}`),
    ...given(minCostUsd, (least) => sql`cost_usd >= ${least}`),
    ...given(maxCostUsd, (most) => sql`cost_usd <= ${most}`),
    ...given(rated, isRated),
  ]
}

/** All of these together; true where there is none. */
export function allOf(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

/** Columns with an index of their own (the migration generation-filters), the one with the most values first. */
function indexed({ intent, model, caller }: GenerationQuery): Condition[] {
  return [
    ...given(intent, (wanted) => sql`(intents -> 0 ->> 'intent') = ${wanted}`),
    ...given(model, (wanted) => sql`model = ${wanted}`),
    ...given(caller, (wanted) => sql`caller = ${wanted}`),
  ]
}

/** `is true` keeps it a look at the ratings of each call: as a join the planner, which knows no figures of the embedded tables, may read all ratings for each. */
function isRated({ least, most }: RatedRange): Condition {
  const within =
    least === undefined && most === undefined
      ? sql`and r.kind <> 'signal'`
      : sql`and r.kind in ('thumb', 'score') and r.value >= ${least ?? 0} and r.value <= ${most ?? 1}`
  return sql`(exists (select 1 from ratings r where r.generation_id = generations.id ${within})) is true`
}

function given<T>(value: T | undefined, condition: (value: T) => Condition): Condition[] {
  return value === undefined ? [] : [condition(value)]
}
