import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { MeritorderError } from '../errors.ts'
import { keptUser } from '../kept-user.ts'
import { checkFormat } from '../store/format-file.ts'
import { acquireLock, type Lock } from '../store/lock-file.ts'
import { syncDirectory } from '../store/sync-files.ts'
import type { ClimateQuery, ClimateSum } from './climate.queries.ts'
import type { Arena, Comparison, ComparisonQuery, FoundArena, RecordedComparison } from './comparison.ts'
import type { ComparedGenerations } from './comparisons.queries.ts'
import type { UserQuery } from './delete-calls.queries.ts'
import type { ExportPage } from './exported-calls.queries.ts'
import type { RecordedCall } from './generation.ts'
import type { GenerationPage, GenerationQuery } from './generation-query.ts'
import type { AppendResult } from './journal/group.ts'
import type { Durability } from './journal/segment.ts'
import { type JournalWriter, openJournal } from './journal/writer.ts'
import { Ledger } from './ledger/client.ts'
import type { ArenaMeta, ComparisonMeta, RatingsMeta } from './ledger/decode-record.ts'
import type { Forgotten } from './ledger/forget-user.ts'
import type { LedgerSettings } from './ledger/protocol.ts'
import type { Retention } from './ledger/retention.ts'
import type { Log } from './log.ts'
import type { Rating } from './rating.ts'
import type { RatedGeneration, RatingPlace } from './ratings.queries.ts'
import type { Spending, SpendingQuery } from './spending.queries.ts'
import type { ConversationLimits, FoundConversation, FoundResponse } from './stored-response.ts'

export interface RecorderOptions {
  /** Holds the lock, the journal and the embedded database; created if absent. */
  readonly dataFolder: string
  /** A PostgreSQL; absent: the embedded database. */
  readonly databaseUrl?: string
  readonly durability: Durability
  /** How long records are kept; absent: for ever. */
  readonly retention?: Retention
  /** Epoch ms. */
  readonly now: () => number
  readonly log?: Log
}

/** Plain JSON. */
export interface RecorderStats {
  /** Records in the journal, durable. */
  readonly written: number
  /** Records that the disk refuses, kept in memory until it takes them. */
  readonly waiting: number
  /** Records given up: the disk refused them and memory for them was full. */
  readonly lost: number
  /** Records taken into the tables. */
  readonly stored: number
  /** Records that the tables refused, kept apart in `unreadable_records`. */
  readonly unreadable: number
}

export interface Recorder {
  /**
   * Writes a call down; resolves when the record is durable, or when it cannot be, saying why. Never throws:
   * a full disk costs records (counted in `stats`), not answers.
   */
  append(call: RecordedCall): Promise<AppendResult>
  /** Writes down what was said about an answer, as durable as a call. Never throws. */
  rate(ratings: readonly Rating[]): Promise<AppendResult>
  /** What has been said about one generation, oldest first. Sees every `rate` that resolved before it; throws as `find`. */
  ratings(generationId: string): Promise<Rating[]>
  /** The latest thumbs and scores with their calls, newest first, at most `limit`. Sees and throws as `find`. */
  rated(limit: number, before?: RatingPlace): Promise<RatedGeneration[]>
  /** The latest comparisons with what is needed of their calls, newest first, those before one of this id. Sees and throws as `find`. */
  compared(limit: number, before?: string): Promise<ComparedGenerations[]>
  /** Writes down which of two answers was better, as durable as a call. Never throws. */
  compare(comparison: Comparison): Promise<AppendResult>
  /** Writes down two answers that wait for a vote. Never throws. */
  openArena(arena: Arena): Promise<AppendResult>
  /** A caller's arena. Sees every `openArena` and `compare` that resolved before it; throws as `find`. */
  arena(id: string, caller: string): Promise<FoundArena | undefined>
  /** A page of comparisons, newest first. Sees and throws as `find`. */
  comparisons(query: ComparisonQuery): Promise<RecordedComparison[]>
  /** One recorded call with its bodies. Sees every append that resolved before it. Throws MeritorderError `server` when the database does not work. */
  find(id: string): Promise<RecordedCall | undefined>
  /** A page of recorded calls, newest first; undefined when there is no call `before`. Sees and throws as `find`. */
  list(query: GenerationQuery): Promise<GenerationPage | undefined>
  /** A page of whole calls for a file of many, newest first; undefined when there is no call `before`. Sees and throws as `find`. */
  exportPage(query: GenerationQuery): Promise<ExportPage | undefined>
  /** What calls have cost, deleted ones too. Sees and throws as `find`. */
  spending(query: SpendingQuery): Promise<Spending>
  /** What calls have emitted. Sees and throws as `find`. */
  climate(query: ClimateQuery): Promise<ClimateSum[]>
  /** A caller's stored response, with what was asked. Sees and throws as `find`. */
  findResponse(id: string, caller: string): Promise<FoundResponse | undefined>
  /** The conversation that ends with a caller's stored response. Sees and throws as `find`. */
  findConversation(last: string, caller: string, limits: ConversationLimits): Promise<FoundConversation>
  /** Bodies, at most `limit`, of a caller's stored responses that have one of these items, newest first. Sees and throws as `find`. */
  findItems(items: readonly string[], caller: string, limit: number): Promise<string[]>
  /** Forgets a caller's stored response and the words of its call; false when there is none. Sees and throws as `find`. */
  forgetResponse(id: string, caller: string): Promise<boolean>
  /**
   * Deletes everything of a user from tables and journal, and looks whether anything is left. Sees as `find`; throws as it
   * does, and while the disk refuses records, which may be his.
   */
  forgetUser(query: UserQuery): Promise<Forgotten>
  stats(): RecorderStats
  /** Resolves when every append that resolved before it is in the tables. Throws as `find`. */
  drained(): Promise<void>
  /** Ends within seconds: what was appended is in the tables, or in the journal for the next start; the lock is given back. */
  close(): Promise<void>
}

/**
 * Opens the record. Calls can be appended as soon as it resolves; the embedded database opens behind
 * (its first creation takes seconds), a PostgreSQL must answer first.
 * Throws MeritorderError `server` when another process holds the data folder, or the database is newer than the program.
 */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  const { dataFolder, databaseUrl, now, log = SILENT } = options
  const journalFolder = join(dataFolder, 'journal')
  makeFolder(journalFolder)
  const lock = acquireLock(join(dataFolder, 'lock'), now)
  let journal: JournalWriter | undefined
  let ledger: Ledger | undefined
  try {
    if (databaseUrl === undefined) checkFormat(dataFolder)
    const opened = await openJournal({
      folder: journalFolder,
      durability: options.durability,
      newId: randomUUID,
      onDurable: () => ledger?.noteDurable(),
      ...troubleReports(log),
    })
    journal = opened
    const settings: LedgerSettings = {
      dataFolder,
      journalFolder,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      retention: options.retention ?? {},
    }
    ledger = new Ledger(settings, () => opened.position, log)
    if (databaseUrl !== undefined) await ledger.opened
    return recorder(opened, ledger, lock)
  } catch (error) {
    await journal?.close()
    await ledger?.close()
    lock.release()
    throw error
  }
}

function recorder(journal: JournalWriter, ledger: Ledger, lock: Lock): Recorder {
  const end = async () => {
    await journal.close()
    await ledger.close()
    lock.release()
  }
  let ended: Promise<void> | undefined
  const write = (meta: unknown, request: Uint8Array | null, answer: string | null): Promise<AppendResult> => {
    try {
      return journal.append(JSON.stringify(meta), request, answer)
    } catch (error) {
      journal.countLost()
      const reason = `the record cannot be written down and is lost: ${error}`
      return Promise.resolve({ durable: false, reason })
    }
  }
  return {
    append: ({ generation, request, answer, response, fingerprint }) =>
      write(
        response === undefined && fingerprint === undefined
          ? generation
          : { ...generation, response, fingerprint },
        request,
        answer,
      ),
    rate: (ratings) => write({ ratings } satisfies RatingsMeta, null, null),
    compare: (comparison) => write({ comparison } satisfies ComparisonMeta, null, null),
    openArena: (arena) => write({ arena } satisfies ArenaMeta, null, null),
    arena: (id, caller) => ledger.ask({ kind: 'arena', id, caller }),
    comparisons: (query) => ledger.ask({ kind: 'comparisons', query }),
    ratings: (generationId) => ledger.ask({ kind: 'ratings', generationId }),
    compared: (limit, before) =>
      ledger.ask({ kind: 'compared', limit, ...(before !== undefined && { before }) }),
    rated: (limit, before) => ledger.ask({ kind: 'rated', limit, ...(before && { before }) }),
    find: (id) => ledger.ask({ kind: 'find', id }),
    list: (query) => ledger.ask({ kind: 'list', query }),
    exportPage: (query) => ledger.ask({ kind: 'export', query }),
    spending: (query) => ledger.ask({ kind: 'spending', query }),
    climate: (query) => ledger.ask({ kind: 'climate', query }),
    findResponse: (id, caller) => ledger.ask({ kind: 'response', id, caller }),
    findConversation: (last, caller, limits) => ledger.ask({ kind: 'conversation', last, caller, limits }),
    findItems: (items, caller, limit) => ledger.ask({ kind: 'items', items, caller, limit }),
    forgetResponse: (id, caller) => ledger.ask({ kind: 'forget', id, caller }),
    forgetUser: async (query) => {
      if (journal.stats.waiting > 0) throw recordsWait()
      const at = Date.now()
      await journal.beginSegment()
      return ledger.ask({ kind: 'forget_user', query: { ...query, user: keptUser(query.user) }, at })
    },
    stats: () => ({ ...journal.stats, stored: ledger.taken, unreadable: ledger.unreadable }),
    drained: () => ledger.ask({ kind: 'drain' }),
    close: () => {
      ended ??= end()
      return ended
    },
  }
}

function recordsWait(): MeritorderError {
  return new MeritorderError(
    'server',
    'The disk refuses records, so some wait in memory and cannot be deleted yet. Free space in the data folder and ask again.',
    { status: 503 },
  )
}

/** Creates a folder and those above it, for this user only, so that a power cut cannot forget them. */
function makeFolder(path: string): void {
  const first = fs.mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) syncDirectory(dirname(made))
}

/** A disk that refuses records is reported once, not once a record. */
function troubleReports(log: Log) {
  let troubled = false
  return {
    onTrouble: (error: Error) => {
      if (troubled) return
      troubled = true
      log.warn(
        { error: error.message },
        'records cannot be written: free space in the data folder, or check its disk; calls go on, records wait in memory and are lost when it is full',
      )
    },
    onRecovery: () => {
      if (!troubled) return
      troubled = false
      log.info({}, 'records are written again')
    },
  }
}

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} }
