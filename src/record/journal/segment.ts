import fs from 'node:fs'
import { join } from 'node:path'
import { syncDirectory } from '../../store/sync-files.ts'

/** `fsync`: a record survives a power cut; `write`: it survives a crash of the process. */
export type Durability = 'fsync' | 'write'

/** A place in the journal: everything before it. */
export interface JournalPosition {
  readonly segment: number
  /** Bytes from the start of the segment's file. */
  readonly offset: number
}

/** A journal file open for writing. */
export interface OpenSegment {
  readonly number: number
  readonly path: string
  readonly descriptor: number
  readonly size: number
}

/** Where the first frame begins: the head holds the mark and the segment's own id. */
export const SEGMENT_HEAD_BYTES = 64
const MARK = 'MERITJ1\n'
const NAME = /^(\d{8})\.log$/
const PREPARING = 'preparing-'
const ZEROS = Buffer.alloc(256 * 1024)

/**
 * Creates a segment of `size` bytes, all written and on the disk before it gets its name: a later write into
 * it changes no size and no block list, so that one O_DSYNC write is one trip to the disk.
 * `id` names this very file for ever (numbers come again when a journal starts anew).
 * Throws what the file system throws, leaving nothing behind.
 */
export async function createSegment(
  folder: string,
  number: number,
  id: string,
  size: number,
  durability: Durability,
): Promise<OpenSegment> {
  const path = join(folder, `${String(number).padStart(8, '0')}.log`)
  const draft = join(folder, `${PREPARING}${number}`)
  const { O_WRONLY, O_CREAT, O_TRUNC, O_DSYNC } = fs.constants
  try {
    const descriptor = await open(draft, O_WRONLY | O_CREAT | O_TRUNC)
    try {
      await fill(descriptor, id, size)
      if (durability === 'fsync') await sync(descriptor)
    } finally {
      fs.closeSync(descriptor)
    }
    fs.renameSync(draft, path)
  } catch (error) {
    fs.rmSync(draft, { force: true })
    throw error
  }
  if (durability === 'fsync') syncDirectory(folder)
  const synced = durability === 'fsync' && WRITES_SYNC
  return { number, path, descriptor: await open(path, synced ? O_WRONLY | O_DSYNC : O_WRONLY), size }
}

async function fill(descriptor: number, id: string, size: number): Promise<void> {
  const head = Buffer.alloc(ZEROS.length)
  head.write(`${MARK}${id}`)
  for (let at = 0; at < size; at += ZEROS.length) {
    await write(descriptor, at === 0 ? head : ZEROS, Math.min(ZEROS.length, size - at), at)
  }
}

/** Writes `length` bytes; resolves when they are as durable as the segment was opened for. */
export function write(descriptor: number, bytes: Buffer, length: number, at: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.write(descriptor, bytes, 0, length, at, (error, written) => {
      if (error !== null) reject(error)
      else if (written < length) reject(shortWrite(written, length))
      else resolve()
    })
  })
}

/**
 * Writes `length` bytes into the system's memory at once: a copy of some microseconds, where a trip through another
 * thread costs ten times that.
 */
export function writeNow(descriptor: number, bytes: Buffer, length: number, at: number): void {
  const written = fs.writeSync(descriptor, bytes, 0, length, at)
  if (written < length) throw shortWrite(written, length)
}

/** Forces what was written to the disk. */
export function sync(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fs.fdatasync(descriptor, (error) => (error === null ? resolve() : reject(error)))
  })
}

/** The journal's segments by number, ascending. */
export function listSegments(folder: string): { readonly number: number; readonly path: string }[] {
  return fs
    .readdirSync(folder)
    .flatMap((name) => {
      const number = NAME.exec(name)?.[1]
      return number === undefined ? [] : [{ number: Number(number), path: join(folder, name) }]
    })
    .sort((a, b) => a.number - b.number)
}

/** Removes segments whose preparation was cut short. */
export function removeUnfinished(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(PREPARING)) fs.rmSync(join(folder, name), { force: true })
  }
}

/** The id in a segment's head; undefined when it is no segment. */
export function readSegmentId(descriptor: number): string | undefined {
  const head = Buffer.alloc(SEGMENT_HEAD_BYTES)
  fs.readSync(descriptor, head, 0, head.length, 0)
  const text = head.toString('latin1').replace(/\0+$/, '')
  return text.startsWith(MARK) ? text.slice(MARK.length) : undefined
}

/** Whether one write can be durable by itself; elsewhere each write is followed by `sync`. */
export const WRITES_SYNC = process.platform === 'linux'

function shortWrite(written: number, length: number): Error {
  return new Error(`only ${written} of ${length} bytes could be written`)
}

function open(path: string, flags: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(path, flags, 0o600, (error, descriptor) => (error === null ? resolve(descriptor) : reject(error)))
  })
}
