import { type Kysely, sql } from 'kysely'
import type { Tables } from '../store/tables.ts'
import { pageOfIds } from './generation-page.queries.ts'
import type { GenerationQuery } from './generation-query.ts'
import type { Rating } from './rating.ts'
import { ratingsOfAll } from './ratings.queries.ts'

/** A call as an export has it: flat, lists and objects as the JSON text that the database gives; nothing is read that is written again. */
export interface ExportedCall {
  /** Under the names of the story (docs/json-output.md). */
  readonly columns: Readonly<Record<string, string | number | boolean | Date | null>>
  readonly request: Uint8Array | null
  readonly answer: Uint8Array | null
  readonly ratings: readonly Rating[]
}

export interface ExportPage {
  readonly calls: readonly ExportedCall[]
  /** Where the next page begins (its `before`); absent at the end. */
  readonly next?: string
}

/** A page of whole calls, newest first; undefined when there is no call `before`. */
export async function exportCalls(
  db: Kysely<Tables>,
  query: GenerationQuery,
): Promise<ExportPage | undefined> {
  const page = await pageOfIds(db, { ...query, whole: true }, () => performance.now())
  if (page === undefined) return undefined
  const ratings = await ratingsOfAll(db, page.ids)
  const { rows } = await sql<ExportedRow>`
    select ${COLUMNS}, bodies.request as request_bytes, bodies.answer as answer_bytes
    from generations page left join generation_bodies bodies on bodies.generation_id = page.id
    where page.id = any(${page.ids}::text[]) order by page.created_at desc, page.id desc`.execute(db)
  const calls = rows.map(({ request_bytes, answer_bytes, ...columns }) => ({
    columns,
    request: request_bytes,
    answer: answer_bytes,
    ratings: ratings.get(columns.id) ?? [],
  }))
  return { calls, ...(page.next !== undefined && { next: page.next }) }
}

type ExportedRow = { readonly id: string } & ExportedCall['columns'] & {
    readonly request_bytes: Uint8Array | null
    readonly answer_bytes: Uint8Array | null
  }

const COLUMNS = sql`page.id, page.created_at, page.caller, dialect, requested_model, policy, strategy, reason, model,
  provider as provider_name, endpoint, outcome, finish_reason, status,
  coalesce((usage ->> 'promptTokens')::float8, 0) as tokens_prompt,
  coalesce((usage ->> 'completionTokens')::float8, 0) as tokens_completion,
  coalesce((usage ->> 'reasoningTokens')::float8, 0) as native_tokens_reasoning,
  coalesce((usage ->> 'cacheReadTokens')::float8, 0) as native_tokens_cached,
  coalesce((usage ->> 'estimated')::boolean, true) as tokens_estimated,
  streamed, simulated, cost_usd::float8 as total_cost, carbon_grams as carbon_g, first_byte_ms, total_ms, overhead_ms,
  code_share, propensity, language, artifact, error::text as error, baseline::text as baseline, intents::text as intents,
  candidates::text as candidates, removed::text as removed, attempts::text as attempts, conversation::text as conversation,
  tool_loop::text as tool_loop, tags::text as tags`
