/**
 * What callers notice while old calls are deleted: how long a call takes, its record included, at a steady rate; quiet,
 * then while a gateway deletes all of a history with bodies and ratings, then quiet again.
 *
 *   npm run bench:retention -- [--rows 100000] [--rate 100] [--seconds 20] [--json]
 *
 * Gateway, simulated provider (that answers at once) and caller share this process, the embedded database has its thread.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
import { fillHistory } from './history-rows.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})
const rows = Number(values.rows)
const everyMs = 1000 / Number(values.rate)
const quietMs = Number(values.seconds) * 1000
const BODY = 'The harbour office moved the inspection to Thursday. '.repeat(40)

const folder = mkdtempSync(join(tmpdir(), 'meritorder-retention-'))
const dataFolder = join(folder, 'data')
mkdirSync(dataFolder)
const agent = new Agent({ connections: 64 })

interface Phase {
  readonly name: string
  readonly calls: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

try {
  await fill()
  const simulator = await startSimulator({ latency: 'none' })
  const phases = [
    await phase('quiet', ''),
    await phase('deleting', '  retention: { calls: 1h }\n'),
    await phase('quiet again', ''),
  ]
  await simulator.close()
  const [before, during, after] = phases as [Phase, Phase, Phase]
  const ratio = during.p99Ms / ((before.p99Ms + after.p99Ms) / 2)
  const report = { rows, rate: 1000 / everyMs, phases, ratio, rowsPerSecond: rows / during.seconds }
  process.stdout.write(
    values.json
      ? `${JSON.stringify(report)}\n`
      : `${phases.map(lineOf).join('\n')}\np99 while deleting, of that without: ${ratio.toFixed(2)}; ${Math.round(report.rowsPerSecond)} calls deleted a second\n`,
  )

  async function phase(name: string, retention: string): Promise<Phase> {
    const path = join(folder, 'meritorder.yaml')
    writeFileSync(path, `record:\n  storage: full\n${retention}`)
    const environment = { MERITORDER_HOME: dataFolder }
    const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
    const catalog = practiceCatalog(simulator.url)
    const gateway = await startGateway({ config, environment, log: createLog('silent'), catalog })
    await oldCalls(gateway.url)
    const times: number[] = []
    const running: Promise<unknown>[] = []
    const start = performance.now()
    let isDone = false
    let looking: Promise<void> | undefined
    for (let n = 0; !isDone; n++) {
      const due = start + n * everyMs
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
      running.push(call(gateway.url).then((ms) => times.push(ms)))
      if (n % 200 === 0 && looking === undefined)
        looking = oldCalls(gateway.url).then((left) => {
          looking = undefined
          isDone = retention === '' ? performance.now() - start > quietMs : left === 0
        })
    }
    const seconds = (performance.now() - start) / 1000
    await Promise.all(running)
    await gateway.close()
    const sorted = times.toSorted((a, b) => a - b)
    const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
    return { name, calls: times.length, seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
  }
} finally {
  await agent.close()
  rmSync(folder, { recursive: true, force: true })
}

async function fill(): Promise<void> {
  const database = await openDatabase(dataFolder, undefined)
  await fillHistory(database.db, rows, () => {})
  await sql`insert into generation_bodies
    select id, convert_to(${BODY}, 'UTF8'), convert_to(${BODY}, 'UTF8') from generations`.execute(database.db)
  await database.checkpoint()
  await database.close()
}

/** Time from sending a call until its last byte, ms: its record is durable then. */
async function call(url: string): Promise<number> {
  const start = performance.now()
  const body = JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: BODY.slice(0, 300) }] })
  const reply = await request(`${url}/v1/chat/completions`, { method: 'POST', body, dispatcher: agent })
  await reply.body.dump()
  return performance.now() - start
}

/** Calls older than an hour on the first page. */
async function oldCalls(url: string): Promise<number> {
  const until = new Date(Date.now() - 3_600_000).toISOString()
  const reply = await request(`${url}/v1/generations?limit=1&until=${until}`, { dispatcher: agent })
  return ((await reply.body.json()) as { data: unknown[] }).data.length
}

function lineOf({ name, calls, seconds, p50Ms, p99Ms }: Phase): string {
  return `${name.padEnd(12)} ${calls} calls in ${seconds.toFixed(0)} s: p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`
}
