/**
 * How long a page of 20 recorded calls takes: the first one under each filter, and the hundredth.
 *
 *   npm run bench:history -- [--rows 2000000] [--times 20] [--folder kept] [--database-url postgres://…] [--json]
 *
 * Fills the embedded database in a folder of its own, or an empty PostgreSQL, which it leaves filled; `--folder` keeps the
 * embedded one for the next run. The target is 150 ms for a first page among 2,000,000 calls.
 */
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Kysely } from 'kysely'
import { listGenerations } from '../src/record/generation-list.queries.ts'
import type { GenerationQuery } from '../src/record/generation-query.ts'
import { openDatabase } from '../src/store/database.ts'
import type { Tables } from '../src/store/tables.ts'
import { filledHistory } from './filled-history.ts'
import { withBar } from './with-bar.ts'

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
  'cost, rare': { minCostUsd: 0.5 },
  'cost, none': { minCostUsd: 100 },
  'outcome, failed': { outcome: 'failed' },
  'provider, none': { provider: 'nobody' },
  'caller and tag, rare': { caller: 'caller-30', tags: { user: 'customer-200' } },
  'model and rated bad': { model: 'maker-0/model-0', rated: { most: 0.5 } },
  'provider, frequent': { provider: 'maker-0' },
  'outcome, complete': { outcome: 'complete' },
  'text, frequent': { text: 'auto' },
  'text, none': { text: 'nowhere to be found' },
  'a day, all': { since: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 9, 2) },
  'a day, cost rare': { since: Date.UTC(2026, 9, 1), until: Date.UTC(2026, 9, 2), minCostUsd: 0.5 },
}

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '2000000' },
    times: { type: 'string', default: '20' },
    folder: { type: 'string' },
    'database-url': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const times = Number(values.times)
const { folder, 'database-url': databaseUrl } = values

const history = await filledHistory({
  rows: Number(values.rows),
  bodies: true,
  ...(folder !== undefined && { folder }),
  ...(databaseUrl !== undefined && { databaseUrl }),
})
try {
  const { db, close } = await openDatabase(history.folder, databaseUrl)
  const pages = await withBar('Asking', Object.keys(QUERIES).length, async (tell) => {
    const measured = []
    for (const [name, query] of Object.entries(QUERIES)) {
      measured.push({ filter: name, ...(await measure(db, { ...query, limit: PAGE })) })
      tell(measured.length)
    }
    return measured
  })
  await close()
  report(pages)
} finally {
  history.remove()
}

/** The first page cold once, then warm; ms. A page that ended early says so: what there is more of stands on the next. */
async function measure(db: Kysely<Tables>, query: GenerationQuery) {
  const [coldMs] = await timed(db, query, 1)
  const first = await timed(db, query, times)
  const page = await listGenerations(db, query)
  const calls = page?.calls.length ?? 0
  const isFull = calls === PAGE
  const deep = isFull ? await cursorOf(db, query, DEEP_PAGE) : undefined
  const hundredth = deep === undefined ? [] : await timed(db, { ...query, before: deep }, times)
  return {
    found: !isFull && page?.next !== undefined ? `${calls}, ended early` : `${calls}`,
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

function report(pages: readonly { readonly filter: string; readonly found: string }[]): void {
  const { rows, filledS } = history
  const load = loadavg()[0]
  if (values.json)
    process.stdout.write(`${JSON.stringify({ rows, filled_s: filledS, load_average: load, pages })}\n`)
  else {
    process.stdout.write(
      `${rows.toLocaleString('en')} calls, filled in ${filledS} s; load average ${load?.toFixed(1)}\n`,
    )
    console.table(Object.fromEntries(pages.map(({ filter, ...figures }) => [filter, figures])))
  }
}
