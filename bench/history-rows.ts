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
 * from the row's number, so that every run has the same.
 *
 * @param bodies whether requests and answers are kept, some hundred bytes each
 */
export async function fillHistory(
  db: Kysely<Tables>,
  rows: number,
  bodies: boolean,
  tell: (done: number) => void,
): Promise<void> {
  for (let first = 0; first < rows; first += STEP) {
    const last = Math.min(first + STEP, rows) - 1
    await insertCalls(db, first, last, rows)
    if (bodies) await insertBodies(db, first, last)
    await insertRatings(db, first, last)
    tell(last + 1)
  }
}

/** Candidates and counts are drawn once for 64 calls and used again: making them takes longer than storing them. */
async function insertCalls(db: Kysely<Tables>, first: number, last: number, rows: number): Promise<void> {
  await sql`
    with pattern as (
      select k, jsonb_build_object('promptTokens', (a * 4000)::int, 'completionTokens', (b * 900)::int,
          'reasoningTokens', 0, 'cacheReadTokens', 0, 'cacheWriteTokens', 0, 'estimated', false) as usage,
        (select jsonb_agg(jsonb_build_object('endpoint', 'maker-' || m || '/model-' || m, 'model', 'maker-' || m || '/model-' || m,
            'provider', 'maker-' || m, 'quality', a * m / 6, 'quality_sd', 0.08, 'evidence', 'prior', 'cost_usd', b * m / 1000,
            'latency_ms', 400 * a * m, 'carbon_g', b, 'merit', a - b)) from generate_series(1, 6) as m) as candidates
      from (select n as k, ${share(4)} as a, ${share(5)} as b from generate_series(0, 63) as n) drawn
    )
    insert into generations
    select 'gen-' || lpad(to_hex(n), 32, '0'),
      timestamptz '2026-09-01' + n * (interval '90 days' / ${rows}::int),
      'caller-' || (30 * c ^ 2)::int, 'chat-completions', a < 0.7, 'auto', 'balanced', 'auto',
      'the cheapest within 0.05 of the best predicted quality',
      provider || '/' || name, provider, provider || '/' || name, false,
      case when d < 0.97 then 'complete' when d < 0.99 then 'client_closed' else 'failed' end,
      case when d < 0.99 then 200 else 502 end, 'stop', null, usage,
      (10 ^ (-6 + 6 * d * a))::numeric(24, 15),
      '{"model": "maker-0/model-0", "cost_usd": 0.0123, "quality": 0.8}',
      a, 900 * b, 4000 * d, 0.4, (a * 4000)::int, 'en', 0.1,
      ('[{"intent": "intent_' || (60 * b ^ 2)::int || '", "p": 0.7}, {"intent": "intent_' || (60 * c)::int || '", "p": 0.2}]')::jsonb,
      candidates, '[{"limit": "tools", "endpoints": 12}, {"limit": "context", "endpoints": 40}]',
      ('[{"endpoint": "' || provider || '/' || name || '", "model": "' || provider || '/' || name || '", "provider": "' || provider
        || '", "startedMs": 0.4, "status": 200, "totalMs": ' || (4000 * d)::int || '}]')::jsonb,
      1, 'intents-1',
      ('{"user": "customer-' || (200 * d ^ 2)::int || '", "app": "app-' || (5 * a)::int || '"}')::jsonb
    from (
      select n, a, b, c, d, 'maker-' || (40 * a ^ 3)::int % 8 as provider, 'model-' || (40 * a ^ 3)::int as name
      from (
        select n, ${share(0)} as a, ${share(1)} as b, ${share(2)} as c, ${share(3)} as d
        from generate_series(${first}::int, ${last}::int) as n
      ) drawn
    ) call join pattern on pattern.k = n % 64`.execute(db)
}

/** 0 to below 1, drawn from the row's number. */
function share(salt: number) {
  return sql`(hashint8extended(n, ${sql.lit(salt)}) & 1048575) / 1048576.0::float8`
}

/** Words that every call has another piece of. */
const WORDS = Array.from({ length: 1_200 }, (_, n) => ((n * 7919 + 104_729) % 9973).toString(36)).join(' ')

async function insertBodies(db: Kysely<Tables>, first: number, last: number): Promise<void> {
  const piece = (step: number, length: number) =>
    sql`substr(${WORDS}::text, 1 + n * ${sql.lit(step)} % 3000, ${sql.lit(length)})`
  await sql`
    insert into generation_bodies
    select 'gen-' || lpad(to_hex(n), 32, '0'),
      convert_to('{"model":"auto","messages":[{"role":"user","content":"' || ${piece(37, 500)} || '"}]}', 'UTF8'),
      convert_to(${piece(53, 700)}, 'UTF8')
    from generate_series(${first}::int, ${last}::int) as n`.execute(db)
}

async function insertRatings(db: Kysely<Tables>, first: number, last: number): Promise<void> {
  await sql`
    insert into ratings
    select id, caller, 'thumb', '', (hashtextextended(id, 1) & 3 < 3)::int, null, created_at, 'meritorder'
    from generations
    where id between ${callId(first)} and ${callId(last)} and hashtextextended(id, 2) % 50 = 0`.execute(db)
}
