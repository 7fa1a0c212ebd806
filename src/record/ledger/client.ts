import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { MeritorderError } from '../../errors.ts'
import type { JournalPosition } from '../journal/segment.ts'
import type { Log } from '../log.ts'
import type { Answers, FromLedger, LedgerSettings, Question, ToLedger } from './protocol.ts'

/** The worker gathers so long before it takes a batch, ms: larger batches cost it less, and a question makes it take what is there. */
const GATHER_MS = 1000
const FIRST_RESTART_MS = 1_000
const LONGEST_RESTART_MS = 60_000
/** V8's heap in the worker, MB (PGlite's own memory is outside of it). Small, because garbage would fill what it gets. */
const HEAP = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 }

interface Pending {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** The gateway's end of the ledger worker: asks questions, says how far the journal is durable, starts the worker anew when it dies. */
export class Ledger {
  /** Settles with the first attempt to open the database. */
  readonly opened: Promise<void>
  taken = 0
  unreadable = 0
  readonly #settings: LedgerSettings
  readonly #durable: () => JournalPosition
  readonly #log: Log
  readonly #pending = new Map<number, Pending>()
  readonly #firstOpen = Promise.withResolvers<void>()
  #worker: Worker | undefined
  #asked = 0
  #telling: NodeJS.Timeout | undefined
  #restart: NodeJS.Timeout | undefined
  #restartMs = FIRST_RESTART_MS
  /** Why there is no worker; undefined while there is one. */
  #fault: string | undefined
  #closing = false

  constructor(settings: LedgerSettings, durable: () => JournalPosition, log: Log) {
    this.#settings = settings
    this.#durable = durable
    this.#log = log
    this.opened = this.#firstOpen.promise
    // Whoever waits for it hears of a failure; nobody has to.
    this.opened.catch(() => {})
    this.#start()
  }

  /** The answer to a question, once everything durable by now is in the tables. Throws MeritorderError `server` when the database does not work. */
  async ask<K extends Question['kind']>(question: Extract<Question, { kind: K }>): Promise<Answers[K]> {
    if (this.#fault !== undefined) throw unavailable(this.#fault)
    const number = this.#asked++
    const answer = new Promise<unknown>((resolve, reject) => this.#pending.set(number, { resolve, reject }))
    this.#tell({ kind: 'ask', number, durable: this.#durable(), question })
    return (await answer) as Answers[K]
  }

  /** Tells the worker, soon, that the journal has grown. */
  noteDurable(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined
      this.#tell({ kind: 'durable', durable: this.#durable() })
    }, GATHER_MS)
  }

  /** Drains, checkpoints, drops the journal and ends the worker. Without a working database the journal stays for the next start. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#telling)
    clearTimeout(this.#restart)
    try {
      if (this.#fault === undefined) await this.ask({ kind: 'close' })
    } catch (error) {
      this.#log.warn(
        { error: String(error) },
        'the database was not closed cleanly; nothing is lost, the journal is kept',
      )
    }
    await this.#worker?.terminate()
  }

  #start(): void {
    const here = import.meta.url
    const worker = new Worker(new URL(`./worker${extname(here)}`, here), {
      workerData: this.#settings,
      resourceLimits: HEAP,
      name: 'meritorder-ledger',
    })
    worker.on('message', (message: FromLedger) => this.#hear(message))
    worker.on('error', (error) => this.#lose(error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => this.#lose('its thread ended'))
    this.#worker = worker
    this.#fault = undefined
    this.#tell({ kind: 'durable', durable: this.#durable() })
  }

  #hear(message: FromLedger): void {
    switch (message.kind) {
      case 'opened':
        this.#restartMs = FIRST_RESTART_MS
        this.#firstOpen.resolve()
        return
      case 'refused':
        // Another try would end the same way.
        this.#closing = true
        this.#log.error({ error: message.message }, 'the database was refused; records gather in the journal')
        this.#lose(message.message)
        return
      case 'progress':
        this.taken += message.taken
        this.unreadable += message.unreadable
        if (message.unreadable > 0) {
          this.#log.error(
            { records: message.unreadable },
            'records that the tables refused are kept in unreadable_records',
          )
        }
        return
      case 'answer':
        this.#settle(message.number)?.resolve(message.value)
        return
      case 'failure':
        this.#settle(message.number)?.reject(unavailable(message.message))
    }
  }

  /** The worker is gone: whoever waits hears why, and another one starts after a while. */
  #lose(why: string): void {
    if (this.#worker === undefined) return
    this.#worker = undefined
    this.#fault = why
    this.#firstOpen.reject(unavailable(why))
    for (const number of [...this.#pending.keys()]) this.#settle(number)?.reject(unavailable(why))
    if (this.#closing) return
    this.#log.error(
      { error: why, retryMs: this.#restartMs },
      'the database stopped; records gather in the journal',
    )
    this.#restart = setTimeout(() => this.#start(), this.#restartMs)
    this.#restartMs = Math.min(this.#restartMs * 2, LONGEST_RESTART_MS)
  }

  #settle(number: number): Pending | undefined {
    const pending = this.#pending.get(number)
    this.#pending.delete(number)
    return pending
  }

  #tell(message: ToLedger): void {
    this.#worker?.postMessage(message)
  }
}

function unavailable(why: string): MeritorderError {
  return new MeritorderError('server', `The record database does not work: ${why}`, {
    metadata: { records: 'kept in the journal' },
  })
}
