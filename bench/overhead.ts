/**
 * What the gateway costs a call: direct, nginx, a bare undici pass-through (also one that writes what it passes into
 * Meritorder's journal before it lets the last byte go) and Meritorder, side by side in one run,
 * servers on core 0, load generator (wrk) and mock upstream on core 1, rounds interleaved, recording on.
 *
 *   npm run bench:overhead -- [--seconds 3] [--rounds 3] [--json]
 */
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { request } from 'undici'
import { NODE_FLAGS } from './overhead/bench-config.ts'
import { timeToFirstChunk } from './overhead/first-chunk.ts'
import {
  cpuMicroseconds,
  has,
  residentMegabytes,
  runWrk,
  type ServerProcess,
  startNginx,
  startScript,
} from './overhead/processes.ts'

const SERVER_CORE = 0
const LOAD_CORE = 1
const CONNECTIONS = [1, 32, 128]
const JOURNALLED = 'the same, journalled'
/** Long enough for the compilers, which share one core with the servers: after 5 s a call still takes half as long again as after 20. */
const WARM_UP_SECONDS = 15

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})

interface Target {
  readonly name: string
  readonly port: number
  readonly model: string
  readonly pids: readonly number[]
}

interface Row {
  readonly target: string
  readonly stream: boolean
  readonly connections: number
  readonly requestsPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
  readonly cpuUsPerRequest: number
  readonly errors: number
}

if (!has('wrk')) {
  console.error('This benchmark drives its load with wrk: apt-get install wrk nginx-light')
  process.exit(1)
}

const servers: ServerProcess[] = []
try {
  const targets = await startTargets()
  await warmUp(targets)
  const rows = await measure(targets, Number(values.seconds), Number(values.rounds))
  // The journalled pass-through lets nothing go before all of it has come: it has no first chunk to time.
  const firstChunk = await timeToFirstChunk(targets.filter(({ name }) => name !== JOURNALLED))
  const memory = targets.filter((t) => t.name.startsWith('meritorder')).map((t) => residentMegabytes(t.pids))
  const report = {
    rows,
    firstChunkMs: firstChunk,
    gatewayRssMb: Math.max(...memory),
    verdicts: verdicts(rows, firstChunk),
  }
  if (values.json) console.log(JSON.stringify(report))
  else print(report)
} finally {
  for (const server of servers) server.stop()
}

async function startTargets(): Promise<Target[]> {
  const mock = await started(startScript('mock-upstream.ts', LOAD_CORE))
  const passThrough = await started(
    startScript('pass-through.ts', SERVER_CORE, [`http://127.0.0.1:${mock.port}`]),
  )
  const journalled = await started(
    startScript('pass-through.ts', SERVER_CORE, [`http://127.0.0.1:${mock.port}`, 'journal']),
  )
  const fsync = await started(
    startScript('gateway.ts', SERVER_CORE, [String(mock.port), 'fsync'], NODE_FLAGS),
  )
  const write = await started(
    startScript('gateway.ts', SERVER_CORE, [String(mock.port), 'write'], NODE_FLAGS),
  )
  const nginx = await startNginx(SERVER_CORE, mock.port)
  if (nginx === undefined)
    console.error('nginx is not installed: its rows are left out (apt-get install nginx-light)')
  else servers.push(nginx)
  const fixed = 'openai/gpt-5-mini'
  return [
    { name: 'direct', port: mock.port, model: fixed, pids: mock.pids },
    ...(nginx === undefined ? [] : [{ name: 'nginx', port: nginx.port, model: fixed, pids: nginx.pids }]),
    { name: 'undici pass-through', port: passThrough.port, model: fixed, pids: passThrough.pids },
    { name: JOURNALLED, port: journalled.port, model: fixed, pids: journalled.pids },
    { name: 'meritorder fixed', port: fsync.port, model: fixed, pids: fsync.pids },
    { name: 'meritorder auto', port: fsync.port, model: 'auto', pids: fsync.pids },
    { name: 'meritorder fixed, durability: write', port: write.port, model: fixed, pids: write.pids },
  ]
}

async function started(starting: Promise<ServerProcess>): Promise<ServerProcess> {
  const server = await starting
  servers.push(server)
  return server
}

function bodyFor(model: string, stream: boolean): string {
  const messages = [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'What is the capital of France? Answer in one sentence.' },
  ]
  return JSON.stringify({ model, messages, ...(stream ? { stream: true } : {}) })
}

async function warmUp(targets: readonly Target[]): Promise<void> {
  for (const target of targets)
    for (const stream of [false, true]) {
      runWrk(LOAD_CORE, urlOf(target), bodyFor(target.model, stream), 32, WARM_UP_SECONDS)
      await settled(target)
    }
}

function urlOf({ port }: Target): string {
  return `http://127.0.0.1:${port}/v1/chat/completions`
}

/** Waits until a gateway has its records in the tables, so that it does not work while its neighbours are measured. */
async function settled({ name, port }: Target): Promise<void> {
  if (!name.startsWith('meritorder')) return
  const reply = await request(`http://127.0.0.1:${port}/v1/generations?limit=1`, { reset: true })
  await reply.body.dump()
}

/** Every target in turn, several rounds; the medians. */
async function measure(targets: readonly Target[], seconds: number, rounds: number): Promise<Row[]> {
  const rows: Row[] = []
  for (const stream of [false, true])
    for (const connections of CONNECTIONS) {
      const samples = new Map<Target, Omit<Row, 'target' | 'stream' | 'connections'>[]>()
      for (let round = 0; round < rounds; round++)
        for (const target of targets) {
          const before = cpuMicroseconds(target.pids)
          const run = runWrk(LOAD_CORE, urlOf(target), bodyFor(target.model, stream), connections, seconds)
          const sample = {
            requestsPerSecond: run.requests / (run.durationUs / 1e6),
            p50Us: run.p50Us,
            p99Us: run.p99Us,
            cpuUsPerRequest: (cpuMicroseconds(target.pids) - before) / run.requests,
            errors: run.errors,
          }
          samples.set(target, [...(samples.get(target) ?? []), sample])
          await settled(target)
        }
      for (const [target, runs] of samples) {
        const middle = (pick: (run: (typeof runs)[number]) => number) => median(runs.map(pick))
        rows.push({
          target: target.name,
          stream,
          connections,
          requestsPerSecond: middle((run) => run.requestsPerSecond),
          p50Us: middle((run) => run.p50Us),
          p99Us: middle((run) => run.p99Us),
          cpuUsPerRequest: middle((run) => run.cpuUsPerRequest),
          errors: runs.reduce((sum, run) => sum + run.errors, 0),
        })
      }
    }
  return rows
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** The numbers that matter, each against what ran beside it. */
function verdicts(rows: readonly Row[], firstChunk: Record<string, number>) {
  const at = (target: string, connections: number) =>
    rows.find((row) => row.target === target && row.connections === connections && !row.stream)
  const added = (target: string) =>
    (at(target, 1)?.p50Us ?? Number.NaN) - (at('direct', 1)?.p50Us ?? Number.NaN)
  const share = (target: string) =>
    (at(target, 32)?.requestsPerSecond ?? Number.NaN) /
    (at('undici pass-through', 32)?.requestsPerSecond ?? Number.NaN)
  return {
    addedP50UsAtOne: Object.fromEntries(
      [...new Set(rows.map((row) => row.target))].map((name) => [name, added(name)]),
    ),
    addedP50TimesNginx: {
      floor: added('undici pass-through') / added('nginx'),
      journalledFloor: added(JOURNALLED) / added('nginx'),
      fsync: added('meritorder fixed') / added('nginx'),
      write: added('meritorder fixed, durability: write') / added('nginx'),
    },
    throughputShareOfUndici: {
      journalledFloor: share(JOURNALLED),
      fixed: share('meritorder fixed'),
      auto: share('meritorder auto'),
      write: share('meritorder fixed, durability: write'),
    },
    addedFirstChunkMs: {
      fixed: (firstChunk['meritorder fixed'] ?? Number.NaN) - (firstChunk.direct ?? Number.NaN),
      auto: (firstChunk['meritorder auto'] ?? Number.NaN) - (firstChunk.direct ?? Number.NaN),
    },
  }
}

function print(report: {
  rows: readonly Row[]
  firstChunkMs: Record<string, number>
  gatewayRssMb: number
  verdicts: ReturnType<typeof verdicts>
}): void {
  const table = new Table({
    head: ['', 'mode', 'c', 'requests/s', 'p50 µs', 'p99 µs', 'CPU µs/request', 'errors'],
    style: { head: [], border: [] },
  })
  for (const row of report.rows)
    table.push([
      row.target,
      row.stream ? 'stream' : 'whole',
      row.connections,
      Math.round(row.requestsPerSecond),
      row.p50Us,
      row.p99Us,
      row.cpuUsPerRequest.toFixed(1),
      row.errors,
    ])
  console.log(table.toString())
  console.log('median ms to the first chunk of a paced stream:', report.firstChunkMs)
  console.log(`gateway memory after the run: ${report.gatewayRssMb.toFixed(0)} MB`)
  console.log(report.verdicts)
}
