/** The worker thread that owns the database: takes the journal into the tables and answers questions about them. */
import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { MeritorderError } from '../../errors.ts'
import { type Database, openDatabase } from '../../store/database.ts'
import { sumClimate } from '../climate.queries.ts'
import { findArena, latestCompared, listComparisons } from '../comparisons.queries.ts'
import { exportCalls } from '../exported-calls.queries.ts'
import { listGenerations } from '../generation-list.queries.ts'
import { findGeneration } from '../generations.queries.ts'
import type { JournalPosition } from '../journal/segment.ts'
import { latestRatings, ratingsOf } from '../ratings.queries.ts'
import {
  deleteResponse,
  findConversation,
  findResponse,
  findResponsesWithItems,
} from '../responses.queries.ts'
import { sumSpending } from '../spending.queries.ts'
import { Drain, type Drained } from './drain.ts'
import { forgetUser } from './forget-user.ts'
import type { Answers, FromLedger, LedgerSettings, ToLedger } from './protocol.ts'
import { createSweeper } from './retention.ts'
import { asStorable } from './storable.ts'

type Asked = Extract<ToLedger, { kind: 'ask' }>

/** Whoever stops the program does not wait longer for a long journal, ms. */
const DRAIN_AT_CLOSE_MS = 5_000

const settings: LedgerSettings = workerData
const port = parentPort
const questions: Asked[] = []
let durable: JournalPosition = { segment: 0, offset: 0 }
/** True when a message came since it was last looked at. */
let news = false
let wake = () => {}

port?.on('message', (message: ToLedger) => {
  durable = message.durable
  if (message.kind === 'ask') questions.push({ ...message, question: asStorable(message.question) })
  news = true
  wake()
})

const database = await open()
yieldToCallers()
if (database !== undefined) await work(database)
// Nothing is left to do; a PGlite would keep the thread alive.
process.exit(0)

async function open(): Promise<Database | undefined> {
  try {
    const opened = await openDatabase(settings.dataFolder, settings.databaseUrl)
    tell({ kind: 'opened' })
    return opened
  } catch (error) {
    if (!(error instanceof MeritorderError)) throw error
    tell({ kind: 'refused', message: error.message })
    return undefined
  }
}

/** Questions first; between them, batch by batch, what is durable; then what is too old. Ends after the question `close`. */
async function work(database: Database): Promise<void> {
  const drain = new Drain(database, settings.journalFolder)
  const sweeper = createSweeper(settings.retention, Date.now)
  for (;;) {
    const asked = questions.shift()
    if (asked !== undefined) {
      await reply(asked, await answering(database, drain, asked))
      if (asked.question.kind === 'close') return
    } else {
      news = false
      const drained = await drain.step(durable)
      if (drained !== undefined) report(drained)
      else if (sweeper.waitMs() === 0) await sweeper.step(database)
      else await nextMessage(sweeper.waitMs())
    }
    await breathe()
  }
}

/** Drains first, so that the answer knows everything that was durable when the question was asked. */
async function answering(
  database: Database,
  drain: Drain,
  { question, durable }: Asked,
): Promise<() => Promise<Answers[keyof Answers]>> {
  if (question.kind === 'close') {
    const all = await drainTo(drain, durable, performance.now() + DRAIN_AT_CLOSE_MS)
    return () => close(database, drain, all)
  }
  if (question.kind === 'find') {
    // A finished call never changes, so what is there needs no waiting for the rest.
    const found = await findGeneration(database.db, question.id)
    if (found !== undefined) return async () => found
  }
  await drainTo(drain, durable, Number.POSITIVE_INFINITY)
  switch (question.kind) {
    case 'find':
      return () => findGeneration(database.db, question.id)
    case 'list':
      return () => listGenerations(database.db, question.query)
    case 'export':
      return () => exportCalls(database.db, question.query)
    case 'response':
      return () => findResponse(database.db, question.id, question.caller)
    case 'conversation':
      return () => findConversation(database.db, question.last, question.caller, question.limits)
    case 'items':
      return () => findResponsesWithItems(database.db, question.items, question.caller, question.limit)
    case 'forget':
      return () => deleteResponse(database.db, question.id, question.caller)
    case 'forget_user':
      return () => forgetUser(database, drain, question.query, question.at)
    case 'ratings':
      return () => ratingsOf(database.db, question.generationId)
    case 'rated':
      return () => latestRatings(database.db, question)
    case 'spending':
      return () => sumSpending(database.db, question.query)
    case 'climate':
      return () => sumClimate(database.db, question.query)
    case 'comparisons':
      return () => listComparisons(database.db, question.query)
    case 'compared':
      return () => latestCompared(database.db, question.limit, question.before)
    case 'arena':
      return () => findArena(database.db, question.id, question.caller)
    case 'drain':
      return async () => undefined
  }
}

/** Gives whether everything was drained before the deadline (`performance.now()`). */
async function drainTo(drain: Drain, position: JournalPosition, deadline: number): Promise<boolean> {
  for (let drained = await drain.step(position); drained; drained = await drain.step(position)) {
    report(drained)
    if (performance.now() > deadline) return false
  }
  return true
}

/** What was not drained stays in the journal for the next start. */
async function close(database: Database, drain: Drain, all: boolean): Promise<undefined> {
  if (all) await drain.dropAll()
  await database.close()
}

async function reply({ number }: Asked, find: () => Promise<Answers[keyof Answers]>): Promise<void> {
  try {
    const value = await find()
    const message: FromLedger = { kind: 'answer', number, value }
    port?.postMessage(message, handedOver(value))
  } catch (error) {
    tell({ kind: 'failure', number, message: error instanceof Error ? error.message : String(error) })
  }
}

/** A page of an export is large, and the worker does not need it any more. Small buffers share theirs with others. */
function handedOver(value: Answers[keyof Answers]): ArrayBuffer[] {
  if (typeof value !== 'object' || !('copied' in value)) return []
  const { buffer, byteLength } = value.copied
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : []
}

function report({ taken, unreadable }: Drained): void {
  tell({ kind: 'progress', taken, unreadable })
}

function tell(message: FromLedger): void {
  port?.postMessage(message)
}

/** Resolves with the next message, or after so many ms. */
async function nextMessage(mostMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  wake = resolve
  if (news) return
  const timer = mostMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, mostMs)
  await promise
  clearTimeout(timer)
}

/** Lets messages in. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Linux gives threads priorities of their own: draining takes the processor only when no caller needs it. */
function yieldToCallers(): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, 10)
  } catch {
    // A sandbox without /proc or priorities: draining then shares the processor as an equal.
  }
}
