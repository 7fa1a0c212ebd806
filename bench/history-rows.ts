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
 * from the row's number, so that every run has the same; after `STEP` rows the same come again, later. The indexes are made
 * behind, which is faster.
 *
 * @param bodies whether requests and answers are kept, some hundred bytes each
 */
export async function fillHistory(
  db: Kysely<Tables>,
  rows: number,
  bodies: boolean,
  tell: (done: number) => void,
): Promise<void> {
  const indexes = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = 'generations' and indexname <> 'generations_pkey'`.execute(db)
  for (const { name } of indexes.rows) await sql`drop index ${sql.ref(name)}`.execute(db)
  await drawCalls(db, Math.min(STEP, rows), rows)
  if (bodies) await drawBodies(db, Math.min(STEP, rows))
  for (let first = 0; first < rows; first += STEP) {
    const last = Math.min(first + STEP, rows) - 1
    if (first > 0) await repeatCalls(db, first, last, rows)
    if (first > 0 && bodies) await repeatBodies(db, first, last)
    await insertRatings(db, first, last)
    tell(last + 1)
  }
  for (const { definition } of indexes.rows) await sql.raw(definition).execute(db)
}

/** The first calls once more, so many rows and so much time later. */
async function repeatCalls(db: Kysely<Tables>, first: number, last: number, rows: number): Promise<void> {
  const columns = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = 'generations' and column_name not in ('id', 'created_at')`.execute(
    db,
  )
  const names = sql.join(columns.rows.map(({ name }) => sql.ref(name)))
  await sql`
    insert into generations (id, created_at, ${names})
    select ${laterId('id', first)}, created_at + ${first}::int * (interval '90 days' / ${rows}::int), ${names}
    from generations where id between ${callId(0)} and ${callId(last - first)}`.execute(db)
}

async function repeatBodies(db: Kysely<Tables>, first: number, last: number): Promise<void> {
  await sql`
    insert into generation_bodies
    select ${laterId('generation_id', first)}, request, answer
    from generation_bodies where generation_id between ${callId(0)} and ${callId(last - first)}`.execute(db)
}

/** The id so many calls behind that in a column. */
function laterId(column: string, rows: number) {
  return sql`'gen-' || lpad(to_hex(('x' || right(${sql.ref(column)}, 8))::bit(32)::int + ${rows}::int), 32, '0')`
}

async function drawCalls(db: Kysely<Tables>, count: number, rows: number): Promise<void> {
  await sql`
    with market as (
      select k, jsonb_build_object('promptTokens', (a * 4000)::int, 'completionTokens', (b * 900)::int,
          'reasoningTokens', 0, 'cacheReadTokens', 0, 'cacheWriteTokens', 0, 'estimated', false) as usage,
        (select jsonb_agg(jsonb_build_object('endpoint', 'maker-' || m || '/model-' || m, 'model', 'maker-' || m || '/model-' || m,
            'provider', 'maker-' || m, 'quality', a * m / 6, 'quality_sd', 0.08, 'evidence', 'prior', 'cost_usd', b * m / 1000,
            'latency_ms', 400 * a * m, 'carbon_g', b, 'merit', a - b)) from generate_series(1, 6) as m) as candidates
      from (select n as k, ${share(4)} as a, ${share(5)} as b from generate_series(0, ${count}::int - 1) as n) drawn
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
      '{"model":"maker-0/model-0","cost_usd":0.0123,"quality":0.8}',
      a, 900 * b, 4000 * d, 0.4, (a * 4000)::int, 'en', 0.1,
      ('[{"intent": "intent_' || (60 * b ^ 2)::int || '", "p": 0.7}, {"intent": "intent_' || (60 * c)::int || '", "p": 0.2}]')::jsonb,
      candidates::text, '[{"limit": "tools", "endpoints": 12}, {"limit": "context", "endpoints": 40}]',
      ('[{"endpoint": "' || provider || '/' || name || '", "model": "' || provider || '/' || name || '", "provider": "' || provider
        || '", "startedMs": 0.4, "status": 200, "totalMs": ' || (4000 * d)::int || '}]'),
      1, 'intents-1',
      ('{"user": "customer-' || (200 * d ^ 2)::int || '", "app": "app-' || (5 * a)::int || '"}')::jsonb
    from (
      select n, a, b, c, d, 'maker-' || (40 * a ^ 3)::int % 8 as provider, 'model-' || (40 * a ^ 3)::int as name
      from (
        select n, ${share(0)} as a, ${share(1)} as b, ${share(2)} as c, ${share(3)} as d
        from generate_series(0, ${count}::int - 1) as n
      ) drawn
    ) call join market on k = n`.execute(db)
}

/** 0 to below 1, drawn from the row's number. */
function share(salt: number) {
  return sql`(hashint8extended(n, ${sql.lit(salt)}) & 1048575) / 1048576.0::float8`
}

/** Words that every call has another piece of. */
const WORDS = Array.from({ length: 1_200 }, (_, n) => ((n * 7919 + 104_729) % 9973).toString(36)).join(' ')

async function drawBodies(db: Kysely<Tables>, count: number): Promise<void> {
  const piece = (step: number, length: number) =>
    sql`substr(${WORDS}::text, 1 + n * ${sql.lit(step)} % 3000, ${sql.lit(length)})`
  await sql`
    insert into generation_bodies
    select 'gen-' || lpad(to_hex(n), 32, '0'),
      convert_to('{"model":"auto","messages":[{"role":"user","content":"' || ${piece(37, 500)} || '"}]}', 'UTF8'),
      convert_to(${piece(53, 700)}, 'UTF8')
    from generate_series(0, ${count}::int - 1) as n`.execute(db)
}

async function insertRatings(db: Kysely<Tables>, first: number, last: number): Promise<void> {
  await sql`
    insert into ratings
    select id, caller, 'thumb', '', (hashtextextended(id, 1) & 3 < 3)::int, null, created_at, 'meritorder'
    from generations
    where id between ${callId(first)} and ${callId(last)} and hashtextextended(id, 2) % 50 = 0`.execute(db)
}
