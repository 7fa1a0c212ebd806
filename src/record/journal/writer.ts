import fs from 'node:fs'
import { type AppendResult, Group } from './group.ts'
import {
  createSegment,
  type Durability,
  type JournalPosition,
  listSegments,
  type OpenSegment,
  removeUnfinished,
  SEGMENT_HEAD_BYTES,
  sync,
  WRITES_SYNC,
  write,
  writeNow,
} from './segment.ts'

export interface JournalOptions {
  readonly folder: string
  readonly durability: Durability
  /** Names each segment; must never give the same twice. */
  readonly newId: () => string
  /** Told after each write how far the journal is durable. */
  readonly onDurable: (position: JournalPosition) => void
  /** Told once when records can no longer be written, and once when they can again. */
  readonly onTrouble: (error: Error) => void
  readonly onRecovery: () => void
}

interface JournalStats {
  /** Records on the disk. */
  readonly written: number
  /** Records kept in memory because the disk refuses them. */
  readonly waiting: number
  /** Records given up because memory for them ran out too. */
  readonly lost: number
}

const SEGMENT_BYTES = 16 * 1024 * 1024
/** Memory for records that the disk refuses. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024
const RETRY_MS = 1_000
/** A record waits for company for at most so many turns of the event loop. */
const MOST_TURNS = 8

/** Opens the journal for writing, in a segment of its own (what older segments hold is never touched). Throws what the file system throws. */
export async function openJournal(options: JournalOptions): Promise<JournalWriter> {
  removeUnfinished(options.folder)
  const number = (listSegments(options.folder).at(-1)?.number ?? 0) + 1
  const { folder, newId, durability } = options
  return new JournalWriter(options, await createSegment(folder, number, newId(), SEGMENT_BYTES, durability))
}

/**
 * Appends records with group commit: while one write is on its way to the disk, later records gather
 * and go together in the next. So a disk that takes 10,000 writes a second takes many more records.
 */
export class JournalWriter {
  readonly #options: JournalOptions
  #segment: OpenSegment
  #offset = SEGMENT_HEAD_BYTES
  #next: Promise<OpenSegment> | undefined
  #highest: number
  #filling = new Group()
  #spare = new Group()
  #pumping: Promise<void> | undefined
  #closed = false
  /** Frames that the disk refused, oldest first; empty unless there is trouble. */
  #waiting: { readonly bytes: Buffer; readonly records: number }[] = []
  #waitingBytes = 0
  #retry: NodeJS.Timeout | undefined
  #retryDue = false
  /** Those who wait for a new segment. */
  #beginning: PromiseWithResolvers<void>[] = []
  #written = 0
  #lost = 0

  constructor(options: JournalOptions, segment: OpenSegment) {
    this.#options = options
    this.#segment = segment
    this.#highest = segment.number
  }

  /** How far the journal is durable. */
  get position(): JournalPosition {
    return { segment: this.#segment.number, offset: this.#offset }
  }

  get stats(): JournalStats {
    const waiting = this.#waiting.reduce((sum, { records }) => sum + records, 0)
    return { written: this.#written, waiting, lost: this.#lost }
  }

  /** Adds a record; resolves when it is durable, or cannot be. Throws on a record too large for a buffer. */
  append(meta: string, request: Uint8Array | null, answer: string | null): Promise<AppendResult> {
    if (this.#closed) {
      this.#lost++
      return Promise.resolve({ durable: false, reason: 'the journal is closed; the record is lost' })
    }
    const result = this.#filling.add(meta, request, answer)
    this.#pumping ??= this.#pump()
    return result
  }

  /** Begins a new segment, so that the one before is whole and may be dropped; rejects with what the file system throws. */
  beginSegment(): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the journal is closed'))
    const begun = Promise.withResolvers<void>()
    this.#beginning.push(begun)
    this.#pumping ??= this.#pump()
    return begun.promise
  }

  /** Counts a record that could not even be written down. */
  countLost(): void {
    this.#lost++
  }

  /** Writes what is gathered, and ends. Records that the disk still refuses are lost and counted. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#pumping !== undefined) await this.#pumping
    clearTimeout(this.#retry)
    if (this.#waiting.length > 0) await this.#writeWaiting()
    this.#lost += this.stats.waiting
    this.#waiting = []
    fs.closeSync(this.#segment.descriptor)
    const unused = await this.#next?.catch(() => undefined)
    if (unused !== undefined) {
      fs.closeSync(unused.descriptor)
      fs.rmSync(unused.path, { force: true })
    }
  }

  /** The one place that writes, so that two writes never meet. */
  async #pump(): Promise<void> {
    while (this.#retryDue || this.#filling.records > 0 || this.#beginning.length > 0) {
      await this.#gather()
      if (this.#retryDue) await this.#writeWaiting()
      const group = this.#filling
      this.#filling = this.#spare
      this.#spare = group
      if (group.records > 0) group.settle(await this.#commit(group))
      if (this.#beginning.length > 0) await this.#begin(this.#beginning.splice(0))
    }
    this.#pumping = undefined
  }

  async #begin(waiting: readonly PromiseWithResolvers<void>[]): Promise<void> {
    try {
      await this.#rotate(0)
      for (const { resolve } of waiting) resolve()
    } catch (error) {
      for (const { reject } of waiting) reject(error)
    }
  }

  /** Lets records join for as long as each turn of the event loop brings another: under load a write then carries many, and a lone caller waits for one turn, 20 µs. */
  async #gather(): Promise<void> {
    let before = -1
    for (let turn = 0; turn < MOST_TURNS && this.#filling.records > before; turn++) {
      before = this.#filling.records
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async #commit(group: Group): Promise<AppendResult> {
    if (this.#waiting.length === 0) {
      try {
        await this.#write(group.bytes, group.length, group.records)
        return { durable: true }
      } catch (error) {
        this.#options.onTrouble(error as Error)
      }
    }
    return this.#keepWaiting(group)
  }

  /** Writes whole frames; on an error tries once more in a fresh segment, because the old one is now in doubt. */
  async #write(bytes: Buffer, length: number, records: number): Promise<void> {
    if (length > this.#segment.size - this.#offset) await this.#rotate(length)
    try {
      await this.#writeHere(bytes, length)
    } catch {
      await this.#rotate(length)
      await this.#writeHere(bytes, length)
    }
    this.#written += records
    if (this.#offset > this.#segment.size / 2) this.#prepareNext()
    this.#options.onDurable(this.position)
  }

  async #writeHere(bytes: Buffer, length: number): Promise<void> {
    const { descriptor } = this.#segment
    if (this.#options.durability === 'write') writeNow(descriptor, bytes, length, this.#offset)
    else {
      await write(descriptor, bytes, length, this.#offset)
      if (!WRITES_SYNC) await sync(descriptor)
    }
    this.#offset += length
  }

  async #rotate(length: number): Promise<void> {
    const needed = SEGMENT_HEAD_BYTES + length
    const prepared = await this.#next?.catch(() => undefined)
    this.#next = undefined
    const fits = prepared !== undefined && prepared.size >= needed
    const next = fits ? prepared : await this.#create(Math.max(SEGMENT_BYTES, needed))
    if (prepared !== undefined && !fits) fs.closeSync(prepared.descriptor)
    fs.closeSync(this.#segment.descriptor)
    this.#segment = next
    this.#offset = SEGMENT_HEAD_BYTES
  }

  #prepareNext(): void {
    if (this.#next !== undefined) return
    this.#next = this.#create(SEGMENT_BYTES)
    // A failure is met when the segment is needed.
    this.#next.catch(() => {})
  }

  #create(size: number): Promise<OpenSegment> {
    const { folder, newId, durability } = this.#options
    this.#highest++
    return createSegment(folder, this.#highest, newId(), size, durability)
  }

  #keepWaiting(group: Group): AppendResult {
    if (this.#waitingBytes + group.length > MAX_WAITING_BYTES) {
      this.#lost += group.records
      return {
        durable: false,
        reason: 'the journal cannot be written and memory is full; the record is lost',
      }
    }
    const bytes = Buffer.from(group.bytes.subarray(0, group.length))
    this.#waiting.push({ bytes, records: group.records })
    this.#waitingBytes += bytes.length
    this.#retryLater()
    return { durable: false, reason: 'the journal cannot be written; the record waits in memory' }
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined
      this.#retryDue = true
      this.#pumping ??= this.#pump()
    }, RETRY_MS)
    this.#retry.unref()
  }

  async #writeWaiting(): Promise<void> {
    this.#retryDue = false
    try {
      for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
        await this.#write(first.bytes, first.bytes.length, first.records)
        this.#waiting.shift()
        this.#waitingBytes -= first.bytes.length
      }
      this.#options.onRecovery()
    } catch {
      if (!this.#closed) this.#retryLater()
    }
  }
}
