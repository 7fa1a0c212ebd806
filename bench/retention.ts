/**
 * What callers notice while old calls are deleted: how long a call takes, its record included, at a steady rate; in turns
 * quiet and, three times as long, while a gateway deletes from a history with bodies and ratings, until all of that is gone.
 *
 *   npm run bench:retention -- [--rows 1000000] [--rate 60] [--seconds 20] [--folder filled]
 *     [--database-url postgres://…] [--json]
 *
 * `--folder` names a history that `bench:history` has kept, whose older half or so goes: the hours before the newest `--rows`;
 * `--database-url` an empty PostgreSQL, which it fills first, or one that is filled.
 * Gateway, simulated provider (that answers at once) and caller share this process; the embedded database has its thread.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { Agent, request } from 'undici'
import { loadConfig } from '../src/config/load.ts'
import { startGateway } from '../src/gateway.ts'
import { practiceCatalog } from '../src/simulate/practice-market.ts'
import { startSimulator } from '../src/simulate/simulator.ts'
import { openDatabase } from '../src/store/database.ts'
import { createLog } from '../src/telemetry/log.ts'
import { filledHistory } from './filled-history.ts'
import { withBar } from './with-bar.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '20' },
    folder: { type: 'string' },
    'database-url': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const databaseUrl = values['database-url']
const everyMs = 1000 / Number(values.rate)
const quietMs = Number(values.seconds) * 1000
const deletingMs = 3 * quietMs
const PROMPT = 'The harbour office moved the inspection to Thursday. '.repeat(6)

const agent = new Agent({ connections: 64 })

interface Phase {
  readonly calls: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const history = await filledHistory({
  rows: Number(values.rows),
  bodies: true,
  ...(values.folder !== undefined && { folder: values.folder }),
  ...(databaseUrl !== undefined && { databaseUrl }),
})
/** Everything, or what is older than the newest `--rows` of a history that has more. */
const cutAt = history.rows > Number(values.rows) ? history.since : Date.now()
const keptHours = Math.max(1, Math.ceil((Date.now() - cutAt) / 3_600_000))
const DELETE = `retention: { calls: ${keptHours}h }`
const configFolder = mkdtempSync(join(tmpdir(), 'meritorder-retention-'))
try {
  const rows = await oldCalls()
  const simulator = await startSimulator({ latency: 'none' })
  const quiet: Phase[] = []
  const deleting: Phase[] = []
  await withBar('Deleting', rows, async (tell) => {
    // Calls grow old meanwhile, too: the last turn is the one that ends early.
    for (let hasOld = rows > 0; hasOld; hasOld = deleting.at(-1)!.seconds * 1000 > 0.99 * deletingMs) {
      quiet.push(told('quiet', await phase(simulator.url, '', quietMs)))
      deleting.push(told('deleting', await phase(simulator.url, DELETE, deletingMs)))
      tell(rows - (await oldCalls()))
    }
  })
  await simulator.close()
  report(rows, quiet, deleting)
} finally {
  await agent.close()
  history.remove()
  rmSync(configFolder, { recursive: true, force: true })
}

/** A long run is worth something before its end, too. */
function told(what: string, phase: Phase): Phase {
  const { calls, p50Ms, p99Ms, seconds } = phase
  process.stderr.write(
    `${what}: p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${calls} calls in ${seconds.toFixed(0)} s\n`,
  )
  return phase
}

/** Calls at the rate through a gateway for so long, or until there is nothing left to delete. */
async function phase(simulator: string, retention: string, mostMs: number): Promise<Phase> {
  const path = join(configFolder, 'meritorder.yaml')
  const database = databaseUrl === undefined ? '' : `database_url: '${databaseUrl}'`
  writeFileSync(path, `record:\n  storage: full\n  ${database}\n  ${retention}\n`)
  const environment = { MERITORDER_HOME: history.folder }
  const { config } = loadConfig({ path, environment, cwd: configFolder, overrides: { port: 0 } })
  const catalog = practiceCatalog(simulator)
  const gateway = await startGateway({ config, environment, log: createLog('silent'), catalog })
  // The database is open, and what is measured is compiled code: a quiet turn is short, so slow first calls would be its p99.
  await hasOldCalls(gateway.url)
  for (let n = 0; n < 1_000; n++) await call(gateway.url)
  const times: number[] = []
  const running: Promise<unknown>[] = []
  const start = performance.now()
  let hasOld = true
  let isLooking = false
  for (let n = 0; hasOld && n * everyMs < mostMs; n++) {
    const due = start + n * everyMs
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    running.push(call(gateway.url).then((ms) => times.push(ms)))
    if (n % 300 !== 0 || isLooking) continue
    isLooking = true
    const looked = hasOldCalls(gateway.url).then((has) => {
      isLooking = false
      hasOld = has
    })
    running.push(looked)
  }
  const seconds = (performance.now() - start) / 1000
  await Promise.all(running)
  await gateway.close()
  const sorted = times.toSorted((a, b) => a - b)
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { calls: times.length, seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
}

/** Time from sending a call until its last byte, ms: its record is durable then. */
async function call(url: string): Promise<number> {
  const start = performance.now()
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: PROMPT }] })
  const reply = await request(`${url}/v1/chat/completions`, { method: 'POST', body, dispatcher: agent })
  await reply.body.dump()
  return performance.now() - start
}

/** Whether there are calls that are too old. */
async function hasOldCalls(url: string): Promise<boolean> {
  const until = new Date(Date.now() - keptHours * 3_600_000).toISOString()
  const reply = await request(`${url}/v1/generations?limit=1&until=${until}`, { dispatcher: agent })
  return ((await reply.body.json()) as { data: unknown[] }).data.length > 0
}

/** How many calls are too old; no gateway may be running. */
async function oldCalls(): Promise<number> {
  const { db, close } = await openDatabase(history.folder, databaseUrl)
  const until = new Date(Date.now() - keptHours * 3_600_000).toISOString()
  const { rows } = await sql<{ calls: number }>`
    select count(*)::int as calls from generations where created_at < ${until}`.execute(db)
  await close()
  return rows[0]?.calls ?? 0
}

function report(rows: number, quiet: readonly Phase[], deleting: readonly Phase[]): void {
  const ratios = deleting.map(({ p99Ms }, n) => p99Ms / quiet[n]!.p99Ms)
  const rowsPerSecond = rows / deleting.reduce((sum, { seconds }) => sum + seconds, 0)
  const load = loadavg()[0]
  if (values.json) {
    const figures = { rows, rate: 1000 / everyMs, load_average: load, quiet, deleting, ratios, rowsPerSecond }
    process.stdout.write(`${JSON.stringify(figures)}\n`)
    return
  }
  const lines = [
    `${rows.toLocaleString('en')} calls deleted, ${values.rate} calls/s; median of ${quiet.length} turns [least, most]; load average ${load?.toFixed(1)}`,
    `quiet     p50 ${spread(quiet.map(({ p50Ms }) => p50Ms))} ms, p99 ${spread(quiet.map(({ p99Ms }) => p99Ms))} ms`,
    `deleting  p50 ${spread(deleting.map(({ p50Ms }) => p50Ms))} ms, p99 ${spread(deleting.map(({ p99Ms }) => p99Ms))} ms`,
    `p99 while deleting, of the quiet turn before: ${spread(ratios)}`,
    `${Math.round(rowsPerSecond)} calls deleted a second`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

function spread(figures: readonly number[]): string {
  const sorted = figures.toSorted((a, b) => a - b)
  const show = (figure: number | undefined) => (figure ?? Number.NaN).toFixed(2)
  return `${show(sorted[Math.floor(sorted.length / 2)])} [${show(sorted[0])}, ${show(sorted.at(-1))}]`
}
