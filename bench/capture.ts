/**
 * Calls written down at a steady rate, bodies on: how long an append takes its caller, whether every call is in the tables
 * at the end, and how far these lag behind.
 *
 *   npm run bench:capture -- [--rate 5000] [--seconds 60] [--rounds 1] [--database-url postgres://…] [--json]
 *
 * Beside it, in turn, the same with the journal alone, nobody reading it: what the caller would wait without tables.
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import type { RecordedCall } from '../src/record/generation.ts'
import { openJournal } from '../src/record/journal/writer.ts'
import { openRecorder } from '../src/record/recorder.ts'
import { openDatabase } from '../src/store/database.ts'
import { sampleCall } from '../test/record-sample.ts'
import { withBar } from './with-bar.ts'

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '5000' },
    seconds: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '1' },
    'database-url': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const rate = Number(values.rate)
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const databaseUrl = values['database-url']
/** Calls are due in ticks of so many ms; an append's time counts from its tick, however late that came. */
const TICK_MS = 2
const PER_TICK = (rate * TICK_MS) / 1000
/** What all calls have in common: a kilobyte asked and one answered. */
const SAMPLE = sampleCall({ id: 'gen', bodyBytes: 1_000 })
const SIX_CANDIDATES = Array.from({ length: 6 }, () => SAMPLE.generation.candidates).flat()

/** What callers waited for; ms. */
interface Waited {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
  readonly appended: number
  readonly refused: number
}

interface Captured extends Waited {
  readonly lost: number
  /** Calls in the tables at the end. */
  readonly stored: number
  /** Calls that the tables took a second while callers went on. */
  readonly storedPerS: number
  /** Calls that the tables were behind when the callers ended, and at most; the time they then took. */
  readonly behind: number
  readonly caughtUpS: number
  readonly journalMb: number
}

const results = await withBar('Writing down', rounds * 2, async (tell) => {
  const alone: Waited[] = []
  const captured: Captured[] = []
  for (let round = 0; round < rounds; round++) {
    alone.push(await inFolder(journalAlone))
    tell(round * 2 + 1)
    captured.push(await inFolder(capture))
    tell(round * 2 + 2)
  }
  return { rate, seconds, load_average: loadavg()[0], alone, captured }
})
if (values.json) process.stdout.write(`${JSON.stringify(results)}\n`)
else {
  process.stdout.write(`${rate} calls/s for ${seconds} s; load average ${results.load_average?.toFixed(1)}\n`)
  console.table(
    Object.fromEntries([
      ...results.alone.map((waited, n) => [`journal alone, ${n + 1}`, rounded(waited)]),
      ...results.captured.map((waited, n) => [`with tables, ${n + 1}`, rounded(waited)]),
    ]),
  )
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-capture-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function journalAlone(folder: string): Promise<Waited> {
  const journalFolder = join(folder, 'journal')
  mkdirSync(journalFolder)
  const journal = await openJournal({
    folder: journalFolder,
    durability: 'fsync',
    newId: randomUUID,
    onDurable: () => {},
    onTrouble: () => {},
    onRecovery: () => {},
  })
  const waited = await openLoop(({ generation, request, answer }) =>
    journal.append(JSON.stringify(generation), request, answer),
  )
  await journal.close()
  return waited
}

async function capture(folder: string): Promise<Captured> {
  const recorder = await openRecorder({
    dataFolder: folder,
    ...(databaseUrl !== undefined && { databaseUrl }),
    durability: 'fsync',
    now: Date.now,
  })
  // The database is open.
  await recorder.drained()
  const start = performance.now()
  const waited = await openLoop((call) => recorder.append(call))
  const end = performance.now()
  const { stored, lost } = recorder.stats()
  const journalMb = folderMb(join(folder, 'journal'))
  await recorder.drained()
  const caughtUpS = (performance.now() - end) / 1000
  await recorder.close()
  return {
    ...waited,
    lost,
    stored: await storedIn(folder),
    storedPerS: stored / ((end - start) / 1000),
    behind: waited.appended - stored,
    caughtUpS,
    journalMb,
  }
}

/** Appends at the rate, whether or not the ones before have come back. */
async function openLoop(
  append: (call: RecordedCall) => Promise<{ readonly durable: boolean }>,
): Promise<Waited> {
  const times: number[] = []
  let refused = 0
  const running = new Set<Promise<void>>()
  const start = performance.now()
  for (let tick = 0; tick * TICK_MS < seconds * 1000; tick++) {
    const due = start + tick * TICK_MS
    const early = due - performance.now()
    if (early > 0.5) await sleep(early)
    const sent: Promise<{ readonly durable: boolean }>[] = []
    for (let n = 0; n < PER_TICK; n++) sent.push(append(callOf(tick * PER_TICK + n)))
    for (const result of sent) {
      const settled = result.then(({ durable }) => {
        times.push(performance.now() - due)
        if (!durable) refused++
        running.delete(settled)
      })
      running.add(settled)
    }
  }
  await Promise.all(running)
  const sorted = Float64Array.from(times).sort()
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return {
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    mostMs: quantile(1),
    appended: times.length,
    refused,
  }
}

/** A call as wide as a real one. */
function callOf(n: number): RecordedCall {
  const id = `gen-${Date.now().toString(16).padStart(12, '0')}${n.toString(16).padStart(20, '0')}`
  const model = `maker-${n % 8}/model-${n % 40}`
  return {
    ...SAMPLE,
    generation: {
      ...SAMPLE.generation,
      id,
      createdAt: Date.now(),
      caller: `caller-${n % 30}`,
      model,
      provider: `maker-${n % 8}`,
      endpoint: model,
      candidates: SIX_CANDIDATES,
      intents: [{ intent: `intent_${n % 60}`, p: 0.7 }],
      costUsd: (((n % 997) + 1) * 1e-5).toFixed(9),
      tags: { user: `customer-${n % 200}`, app: `app-${n % 5}` },
    },
  }
}

async function storedIn(folder: string): Promise<number> {
  const { db, close } = await openDatabase(folder, databaseUrl)
  const { rows } = await sql<{ calls: number }>`select count(*)::int as calls from generations`.execute(db)
  await close()
  return rows[0]?.calls ?? 0
}

function folderMb(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / 2 ** 20
}

function rounded(waited: Waited): Record<string, number> {
  return Object.fromEntries(Object.entries(waited).map(([name, value]) => [name, Number(value.toFixed(2))]))
}
