/**
 * What a dead first host costs a call: the first one that meets it, and those around the thousandth, when the gateway
 * knows. Beside it in the same run the same calls whose first host is well; one caller, whole replies, rounds one after the
 * other, in each round the ways of being dead in turn, call by call. Recording is on.
 *
 *   npm run bench:failover -- [--rounds 3] [--first 40] [--json]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import Table from 'cli-table3'
import { Agent, request } from 'undici'
import { readRecords } from '../src/simulate/callers/records.ts'
import { DEATHS, type Death, startDeadHosts } from './failover/deaths.ts'
import { FIRST_BYTE_MS, failoverYaml, firstCallsOf, modelOf, orderOf, type Plan } from './failover/models.ts'
import { freePort, startGatewayProcess } from './gateway-process.ts'
import { startScript } from './overhead/processes.ts'

/** The calls around the thousandth. */
const AROUND = { from: 800, to: 1200 }
const WARM_UP_CALLS = 1_500
const WELL_CORE = 1
/** Wanted of the calls around the thousandth: added p99, ms. */
const WANTED_MS = 2

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    first: { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
  },
})
const plan: Plan = { rounds: Number(values.rounds), firstCalls: Number(values.first), calls: AROUND.to }
if (
  !(
    Number.isInteger(plan.rounds) &&
    plan.rounds > 0 &&
    Number.isInteger(plan.firstCalls) &&
    plan.firstCalls > 0
  )
) {
  console.error('--rounds and --first are whole numbers above 0')
  process.exit(2)
}

/** Calls of one round: how long each took, ms, and how many of them tried the dead host. */
type Round = Readonly<Record<Death, { readonly times: readonly number[]; readonly tried: number }>>

const folder = mkdtempSync(join(tmpdir(), 'bench-failover-'))
const agent = new Agent()
const dead = await startDeadHosts()
const well = await startScript('mock-upstream.ts', WELL_CORE)
const port = await freePort()
const gatewayUrl = `http://127.0.0.1:${port}`
const config = join(folder, 'meritorder.yaml')
writeFileSync(config, failoverYaml(port, join(folder, 'data'), well.port, dead.urls, plan))
const gateway = await startGatewayProcess(config)
try {
  for (let n = 0; n < WARM_UP_CALLS; n++) await timeCall('none', modelOf('none', 0, 'long'), 'warm-up')
  const first: Round[] = []
  const around: Round[] = []
  const load: number[] = []
  for (let round = 0; round < plan.rounds; round++) {
    console.error(`round ${round + 1} of ${plan.rounds}`)
    first.push(await timeFirstCalls(round))
    around.push(await timeLongRun(round))
    load.push(loadavg()[0]!)
  }
  const rows = DEATHS.map((death) => ({
    death,
    first: summary(first, death),
    around: summary(around, death),
  }))
  if (values.json) console.log(JSON.stringify({ rounds: plan.rounds, load, rows }))
  else print(rows, load)
} finally {
  await gateway.stop()
  await agent.close()
  well.stop()
  dead.close()
  rmSync(folder, { recursive: true, force: true })
}

async function timeFirstCalls(round: number): Promise<Round> {
  const times = noTimes()
  for (let nth = 0; nth < plan.firstCalls; nth++)
    for (const death of DEATHS)
      if (nth < firstCallsOf(death, plan))
        times[death].push(await timeCall(death, modelOf(death, round, nth), `first ${death} ${round}`))
  return withTries(times, (death) => `first ${death} ${round}`)
}

async function timeLongRun(round: number): Promise<Round> {
  const times = noTimes()
  for (let nth = 1; nth <= plan.calls; nth++)
    for (const death of DEATHS) {
      const isAround = nth > AROUND.from
      const tag = isAround ? `around ${death} ${round}` : 'before'
      const ms = await timeCall(death, modelOf(death, round, 'long'), tag)
      if (isAround) times[death].push(ms)
    }
  return withTries(times, (death) => `around ${death} ${round}`)
}

function noTimes(): Record<Death, number[]> {
  return { none: [], refuse: [], hang: [], 500: [], 429: [] }
}

async function withTries(times: Record<Death, number[]>, tagOf: (death: Death) => string): Promise<Round> {
  const tried = async (death: Death) => {
    const records = await readRecords({ url: gatewayUrl }, tagOf(death))
    return records.filter(({ attempts }) => attempts.some(({ error }) => error !== undefined)).length
  }
  const rounds: [Death, Round[Death]][] = []
  for (const death of DEATHS) rounds.push([death, { times: times[death], tried: await tried(death) }])
  return Object.fromEntries(rounds) as Round
}

async function timeCall(death: Death, model: string, tag: string): Promise<number> {
  const body = JSON.stringify({
    model,
    messages: [{ role: 'user', content: 'What is the capital of France?' }],
    provider: { order: orderOf(death) },
  })
  const startedAt = performance.now()
  const reply = await request(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    dispatcher: agent,
    headers: { 'content-type': 'application/json', 'x-title': tag },
    body,
  })
  const text = await reply.body.text()
  const ms = performance.now() - startedAt
  if (reply.statusCode !== 200) throw new Error(`${model} got ${reply.statusCode}: ${text}`)
  return ms
}

interface Summary {
  readonly n: number
  readonly tried: number
  readonly p50: number
  readonly p99: number
  /** Beyond the same percentile with a first host that is well, of each round. */
  readonly addedP50: readonly number[]
  readonly addedP99: readonly number[]
}

function summary(rounds: readonly Round[], death: Death): Summary {
  const all = rounds.flatMap((round) => round[death].times)
  const added = (share: number) =>
    rounds.map((round) => percentile(round[death].times, share) - percentile(round.none.times, share))
  return {
    n: all.length,
    tried: rounds.reduce((sum, round) => sum + round[death].tried, 0),
    p50: percentile(all, 0.5),
    p99: percentile(all, 0.99),
    addedP50: added(0.5),
    addedP99: added(0.99),
  }
}

function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

interface Row {
  readonly death: Death
  readonly first: Summary
  readonly around: Summary
}

function print(rows: readonly Row[], load: readonly number[]): void {
  printTable('first call', rows, ({ first }) => first)
  printTable(`calls ${AROUND.from + 1} to ${AROUND.to}`, rows, ({ around }) => around)
  const known = rows.filter(({ death }) => death !== 'none')
  const worst = Math.max(...known.map(({ around }) => median(around.addedP99)))
  console.log(
    `Added: the median of ${plan.rounds} rounds (least to most). The worst added p99 around the thousandth call: ${worst.toFixed(2)} ms (wanted: below ${WANTED_MS}).`,
  )
  console.log(
    `A host that hangs is given up after ${FIRST_BYTE_MS} ms. Load of the machine in each round: ${load.map((one) => one.toFixed(1)).join(', ')}.`,
  )
}

function printTable(title: string, rows: readonly Row[], pick: (row: Row) => Summary): void {
  const head = [title, 'n', 'tried it', 'p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms']
  const table = new Table({ head, style: { head: [], border: [], compact: true } })
  for (const row of rows) {
    const { n, tried, p50, p99, addedP50, addedP99 } = pick(row)
    const known = row.death === 'none' ? ['', ''] : [spread(addedP50), spread(addedP99)]
    const name = row.death === 'none' ? 'first host well' : row.death
    table.push([name, n, tried, p50.toFixed(2), p99.toFixed(2), ...known])
  }
  console.log(table.toString())
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
