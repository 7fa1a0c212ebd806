import fs from 'node:fs'
import type { Kysely } from 'kysely'
import type { Database } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { putArenas, putComparisons } from '../comparisons.queries.ts'
import { insertGenerations } from '../generations.queries.ts'
import type { Frame } from '../journal/frame.ts'
import { type Batch, readBatch } from '../journal/reader.ts'
import { type JournalPosition, listSegments, readSegmentId, SEGMENT_HEAD_BYTES } from '../journal/segment.ts'
import { forgetSegments, keepUnreadable, noteTaken, takenOf } from '../journal-positions.queries.ts'
import { putRatings } from '../ratings.queries.ts'
import { decodeRecord } from './decode-record.ts'
import { leaveOutForgotten } from './leave-out-forgotten.ts'

/** Full segments that gather before a checkpoint lets them go: each keeps 16 MB of disk. */
const SEGMENTS_PER_CHECKPOINT = 2

/** A segment being taken into the tables, or taken and not yet dropped. */
interface ReadSegment {
  readonly number: number
  readonly path: string
  readonly id: string
  readonly descriptor: number
  /** Everything before this is in the tables. */
  taken: number
}

export interface Drained {
  readonly taken: number
  readonly unreadable: number
}

/**
 * Takes journal records into the tables. The rows and how far the journal has been read are committed in one
 * transaction, so after any crash reading goes on exactly where the tables end: every record once.
 */
export class Drain {
  readonly #database: Database
  readonly #folder: string
  #current: ReadSegment | undefined
  /** Number of the last segment opened. */
  #last = 0
  /** Wholly in the tables; their files stay until a checkpoint. */
  #finished: ReadSegment[] = []

  constructor(database: Database, journalFolder: string) {
    this.#database = database
    this.#folder = journalFolder
  }

  /** Takes the next batch of what is durable; undefined when all of it is in the tables. Throws on a database that does not work. */
  async step(durable: JournalPosition): Promise<Drained | undefined> {
    for (;;) {
      this.#current ??= await this.#openNext(durable)
      const segment = this.#current
      if (segment === undefined) return undefined
      const isLast = segment.number >= durable.segment
      const limit = isLast ? durable.offset : Number.POSITIVE_INFINITY
      const batch = readBatch(segment.descriptor, segment.taken, limit)
      if (batch.frames.length > 0) return await this.#take(segment, batch)
      if (isLast) return undefined
      await this.#finish(segment)
    }
  }

  /** Drops the whole journal; everything in it must have been drained, and nobody may be writing. */
  async dropAll(): Promise<void> {
    if (this.#current !== undefined) this.#finished.push(this.#current)
    this.#current = undefined
    await this.dropFinished()
  }

  async #openNext(durable: JournalPosition): Promise<ReadSegment | undefined> {
    const found = listSegments(this.#folder).find(({ number }) => number > this.#last)
    if (found === undefined || found.number > durable.segment) return undefined
    const descriptor = fs.openSync(found.path, 'r')
    const id = readSegmentId(descriptor)
    if (id === undefined)
      throw new Error(`${found.path} is not a journal segment: move it away and start again`)
    const taken = (await takenOf(this.#database.db, id)) ?? SEGMENT_HEAD_BYTES
    this.#last = found.number
    return { ...found, id, descriptor, taken }
  }

  async #take(segment: ReadSegment, batch: Batch): Promise<Drained> {
    const { db } = this.#database
    let unreadable = 0
    try {
      await db.transaction().execute(async (transaction) => {
        await store(transaction, batch.frames)
        await noteTaken(transaction, segment.id, batch.end)
      })
    } catch (error) {
      if (!isAboutData(error)) throw error
      unreadable = await takeOneByOne(db, segment.id, segment.taken, batch.frames)
    }
    segment.taken = batch.end
    return { taken: batch.frames.length - unreadable, unreadable }
  }

  async #finish(segment: ReadSegment): Promise<void> {
    this.#finished.push(segment)
    this.#current = undefined
    if (this.#finished.length >= SEGMENTS_PER_CHECKPOINT) await this.dropFinished()
  }

  /** Drops segments that are wholly in the tables. Only what was committed before a checkpoint is on the disk for certain; nothing is committed while it runs. */
  async dropFinished(): Promise<void> {
    await this.#database.checkpoint()
    const dropped = this.#finished
    this.#finished = []
    for (const segment of dropped) {
      fs.closeSync(segment.descriptor)
      fs.rmSync(segment.path, { force: true })
    }
    if (dropped.length > 0)
      await forgetSegments(
        this.#database.db,
        dropped.map(({ id }) => id),
      )
  }
}

/** Every kind of record in its table, in the order in which they came, but for those of users who are forgotten. */
async function store(db: Kysely<Tables>, frames: readonly Frame[]): Promise<void> {
  const records = await leaveOutForgotten(db, frames.map(decodeRecord))
  const generations = records.flatMap((record) => (record.kind === 'generation' ? [record.generation] : []))
  if (generations.length > 0) await insertGenerations(db, generations)
  await putRatings(
    db,
    records.flatMap((record) => (record.kind === 'ratings' ? record.ratings : [])),
  )
  await putArenas(
    db,
    records.flatMap((record) => (record.kind === 'arena' ? [record.arena] : [])),
  )
  await putComparisons(
    db,
    records.flatMap((record) => (record.kind === 'comparison' ? [record.comparison] : [])),
  )
}

/** After a batch was refused: stores what can be stored and keeps the rest as it is; gives how many those are. */
async function takeOneByOne(
  db: Kysely<Tables>,
  segmentId: string,
  start: number,
  frames: readonly Frame[],
): Promise<number> {
  let at = start
  let unreadable = 0
  for (const frame of frames) {
    const end = at + frame.bytes.length
    try {
      await db.transaction().execute(async (transaction) => {
        await store(transaction, [frame])
        await noteTaken(transaction, segmentId, end)
      })
    } catch (error) {
      if (!isAboutData(error)) throw error
      unreadable++
      await db.transaction().execute(async (transaction) => {
        await keepUnreadable(transaction, segmentId, at, (error as Error).message, frame.bytes)
        await noteTaken(transaction, segmentId, end)
      })
    }
    at = end
  }
  return unreadable
}

/** SQLSTATE classes that blame the data (22 value, 23 constraint, 54 limits), or a record that is no generation. */
function isAboutData(error: unknown): boolean {
  if (error instanceof SyntaxError || error instanceof RangeError) return true
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /^(22|23|54)...$/.test(code)
}
