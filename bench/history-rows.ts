import { type Kysely, sql } from 'kysely'
import type { Tables } from '../src/store/tables.ts'

/** Rows a statement: the log of one statement must fit into what is kept of it. */
const STEP = 20_000

/** Id of the nth call: the older, the smaller. */
export function callId(n: number): string {
  return `gen-${n.toString(16).padStart(32, '0')}`
}

/**
 * Fills an empty record with calls of three months, a row as wide as a real one: 40 models of which few are popular,
 * 30 callers, 60 intents, 200 customers in the tags, costs of six orders of magnitude, one call in fifty rated. Drawn
 * from the row's number, so that every run has the same. Bodies are left out: the lists measured here never read them.
 */
export async function fillHistory(
  db: Kysely<Tables>,
  rows: number,
  tell: (done: number) => void,
): Promise<void> {
  for (let first = 0; first < rows; first += STEP) {
    const last = Math.min(first + STEP, rows) - 1
    await insertCalls(db, first, last, rows)
    await insertRatings(db, first, last)
    tell(last + 1)
  }
}

async function insertCalls(db: Kysely<Tables>, first: number, last: number, rows: number): Promise<void> {
  await sql`
    insert into generations
    select 'gen-' || lpad(to_hex(n), 32, '0'),
      timestamptz '2026-09-01' + n * (interval '90 days' / ${rows}::int),
      'caller-' || (30 * c ^ 2)::int, 'chat-completions', a < 0.7, 'auto', 'balanced', 'auto',
      'the cheapest within 0.05 of the best predicted quality',
      model, split_part(model, '/', 1), split_part(model, '/', 1) || '/' || split_part(model, '/', 2), false,
      case when d < 0.97 then 'complete' when d < 0.99 then 'client_closed' else 'failed' end,
      case when d < 0.99 then 200 else 502 end, 'stop', null,
      jsonb_build_object('promptTokens', (a * 4000)::int, 'completionTokens', (b * 900)::int, 'reasoningTokens', 0,
        'cacheReadTokens', 0, 'cacheWriteTokens', 0, 'estimated', false),
      (10 ^ (-6 + 6 * d * a))::numeric(24, 15),
      jsonb_build_object('model', 'maker-0/model-0', 'cost_usd', 0.0123, 'quality', 0.8),
      a, 900 * b, 4000 * d, 0.4, (a * 4000)::int, 'en', 0.1,
      jsonb_build_array(jsonb_build_object('intent', 'intent_' || (60 * b ^ 2)::int, 'p', 0.7),
        jsonb_build_object('intent', 'intent_' || (60 * c)::int, 'p', 0.2)),
      candidates, '[{"limit": "tools", "endpoints": 12}, {"limit": "context", "endpoints": 40}]',
      jsonb_build_array(jsonb_build_object('endpoint', model, 'model', model, 'provider', split_part(model, '/', 1),
        'startedMs', 0.4, 'status', 200, 'totalMs', 4000 * d)),
      1, 'intents-1',
      jsonb_build_object('user', 'customer-' || (200 * d ^ 2)::int, 'app', 'app-' || (5 * a)::int)
    from (
      select n, a, b, c, d, 'maker-' || (40 * a ^ 3)::int % 8 || '/model-' || (40 * a ^ 3)::int as model
      from (
        select n, ${share('a')} as a, ${share('b')} as b, ${share('c')} as c, ${share('d')} as d
        from generate_series(${first}::int, ${last}::int) as n
      ) drawn
    ) call, lateral (
      select jsonb_agg(jsonb_build_object('endpoint', 'maker-' || k || '/model-' || k, 'model', 'maker-' || k || '/model-' || k,
        'provider', 'maker-' || k, 'quality', a * k / 6, 'quality_sd', 0.08, 'evidence', 'prior', 'cost_usd', b * k / 1000,
        'latency_ms', 400 * c * k, 'carbon_g', d, 'merit', a - b)) as candidates
      from generate_series(1, 6) as k
    ) ranked`.execute(db)
}

/** 0 to below 1, drawn from the row's number. */
function share(salt: string) {
  return sql`(hashtextextended(n || ${salt}::text, 0) & 1048575) / 1048576.0::float8`
}

async function insertRatings(db: Kysely<Tables>, first: number, last: number): Promise<void> {
  await sql`
    insert into ratings
    select id, caller, 'thumb', '', (hashtextextended(id, 1) & 3 < 3)::int, null, created_at, 'meritorder'
    from generations
    where id between ${callId(first)} and ${callId(last)} and hashtextextended(id, 2) % 50 = 0`.execute(db)
}
