/**
 * How long a page of 20 recorded calls takes: the first one under each filter, and the hundredth.
 *
 *   npm run bench:history -- [--rows 200000] [--times 20] [--database-url postgres://…] [--json]
 *
 * Fills the embedded database in a folder of its own, or an empty PostgreSQL, which it leaves filled. The target is
 * 150 ms for a first page among 2,000,000 calls.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Kysely } from 'kysely'
import { listGenerations } from '../src/record/generation-list.queries.ts'
import type { GenerationQuery } from '../src/record/generation-query.ts'
import { openDatabase } from '../src/store/database.ts'
import type { Tables } from '../src/store/tables.ts'
import { fillHistory } from './history-rows.ts'

const PAGE = 20
const DEEP_PAGE = 100

/** Frequent and rare values, those that few rows have and the oldest ones too; `NO…` is what no row has. */
const QUERIES: Readonly<Record<string, Omit<GenerationQuery, 'limit'>>> = {
  all: {},
  'model, frequent': { model: 'maker-0/model-0' },
  'model, rare': { model: 'maker-0/model-40' },
  'caller, frequent': { caller: 'caller-0' },
  'caller, none': { caller: 'nobody' },
  'intent, frequent': { intent: 'intent_0' },
  'intent, none': { intent: 'none' },
  'tag, frequent': { tags: { app: 'app-1' } },
  'tag, one in 2,000': { tags: { user: 'customer-200' } },
  'tag, none': { tags: { user: 'nobody' } },
  'rated, any': { rated: {} },
  'rated, bad': { rated: { most: 0.5 } },
  'rated, none': { rated: { least: 0.2, most: 0.3 } },
  'cost, frequent': { minCostUsd: 0.001 },
  'cost, rare': { minCostUsd: 0.9 },
  'cost, none': { minCostUsd: 100 },
  'outcome, failed': { outcome: 'failed' },
  'provider, none': { provider: 'nobody' },
  'caller and tag, rare': { caller: 'caller-30', tags: { user: 'customer-200' } },
  'model and rated bad': { model: 'maker-0/model-0', rated: { most: 0.5 } },
  'a day, all': { since: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 9, 2) },
  'a day, cost rare': { since: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 9, 2), minCostUsd: 0.9 },
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    times: { type: 'string', default: '20' },
    'database-url': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const times = Number(values.times)

const folder = mkdtempSync(join(tmpdir(), 'meritorder-history-'))
try {
  const { db, close } = await openDatabase(folder, values['database-url'])
  const start = performance.now()
  await fillHistory(db, rows, (done) => process.stderr.write(`\r${done.toLocaleString('en')} calls`))
  const filledS = Math.round((performance.now() - start) / 1000)
  const pages = []
  for (const [name, query] of Object.entries(QUERIES))
    pages.push({ filter: name, ...(await measure(db, { ...query, limit: PAGE })) })
  await close()
  report(filledS, pages)
} finally {
  rmSync(folder, { recursive: true })
}

/** The first page cold once, then warm; ms. */
async function measure(db: Kysely<Tables>, query: GenerationQuery) {
  const [coldMs] = await timed(db, query, 1)
  const first = await timed(db, query, times)
  const deep = await cursorOf(db, query, DEEP_PAGE)
  const hundredth = deep === undefined ? [] : await timed(db, { ...query, before: deep }, times)
  return {
    'cold ms': round(coldMs),
    'p50 ms': round(quantile(first, 0.5)),
    'p95 ms': round(quantile(first, 0.95)),
    [`page ${DEEP_PAGE} p50 ms`]: round(quantile(hundredth, 0.5)),
    [`page ${DEEP_PAGE} p95 ms`]: round(quantile(hundredth, 0.95)),
  }
}

async function timed(db: Kysely<Tables>, query: GenerationQuery, count: number): Promise<number[]> {
  const taken: number[] = []
  for (let i = 0; i < count; i++) {
    const start = performance.now()
    await listGenerations(db, query)
    taken.push(performance.now() - start)
  }
  return taken.sort((a, b) => a - b)
}

/** Where a page begins, page by page as a reader comes there; undefined when there are fewer. */
async function cursorOf(
  db: Kysely<Tables>,
  query: GenerationQuery,
  page: number,
): Promise<string | undefined> {
  let at: string | undefined
  for (let p = 1; p < page; p++) {
    at = (await listGenerations(db, { ...query, ...(at !== undefined && { before: at }) }))?.next
    if (at === undefined) return undefined
  }
  return at
}

function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

function round(ms: number | undefined): number | string {
  return ms === undefined ? '' : Number(ms.toFixed(1))
}

function report(filledS: number, pages: readonly { readonly filter: string }[]): void {
  if (values.json) process.stdout.write(`${JSON.stringify({ rows, filled_s: filledS, pages })}\n`)
  else {
    process.stdout.write(`\n${rows.toLocaleString('en')} calls, filled in ${filledS} s\n`)
    console.table(Object.fromEntries(pages.map(({ filter, ...figures }) => [filter, figures])))
  }
}
