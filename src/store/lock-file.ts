import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { MeritorderError } from '../errors.ts'
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** How often a holder shows that it lives, ms. */
const BEAT_MS = 5_000
/** A holder on another machine or in another container that has not shown itself for so long is gone, ms. */
const SILENT_MS = 20_000

export interface Lock {
  /** Gives the lock back. */
  release(): void
}

/**
 * Admits one opener to a data folder: two processes on one PGlite database silently lose each other's rows.
 * A lock whose holder is dead is taken over; the holder is told from another process with its pid by its start time.
 * `now` gives epoch ms. Throws `refusal`, which is told who the holder is, when it lives; by default MeritorderError
 * `server`, for a data folder.
 */
export function acquireLock(
  path: string,
  now: () => number,
  refusal: (path: string, holder: string) => MeritorderError = folderInUse,
): Lock {
  const own = ownIdentity()
  const text = JSON.stringify({ ...own, startedAt: new Date(now()).toISOString() })
  take(path, text, own, now, refusal)
  const beat = setInterval(() => showLife(path, now()), BEAT_MS)
  beat.unref()
  return {
    release: () => {
      clearInterval(beat)
      if (readText(path) === text) fs.rmSync(path, { force: true })
    },
  }
}

/**
 * Puts `text` at `path` if nobody living holds it. A stale lock may be removed only by the one process
 * that holds the guard named after exactly that lock, and that finds it unchanged: so two processes that
 * both see a stale lock cannot remove each other's new one. A guard is itself taken over by the same rule.
 */
function take(
  path: string,
  text: string,
  own: ProcessIdentity,
  now: () => number,
  refusal: (path: string, holder: string) => MeritorderError,
): void {
  if (create(path, text)) return
  const held = readText(path)
  if (held === undefined) {
    take(path, text, own, now, refusal)
    return
  }
  if (isAlive(path, held, own, now())) throw refusal(path, holderOf(held))
  const guard = `${path}.${createHash('sha256').update(held).digest('hex').slice(0, 16)}`
  take(guard, text, own, now, refusal)
  try {
    if (readText(path) === held) fs.rmSync(path)
    if (!create(path, text)) throw refusal(path, holderOf(readText(path) ?? ''))
  } finally {
    fs.rmSync(guard, { force: true })
  }
}

/** Creates the file with its whole content at once: a hard link appears complete or not at all. */
function create(path: string, text: string): boolean {
  const draft = `${path}.draft-${process.pid}`
  fs.writeFileSync(draft, text)
  try {
    fs.linkSync(draft, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error
    return createWithoutLinks(path, text)
  } finally {
    fs.rmSync(draft, { force: true })
  }
}

/** For file systems without hard links: readers may see the file empty for a moment, and give it time. */
function createWithoutLinks(path: string, text: string): boolean {
  try {
    fs.writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isAlive(path: string, held: string, own: ProcessIdentity, now: number): boolean {
  const holder = readHolder(held)
  const running = holder === undefined ? 'unknown' : isRunning(holder, own)
  if (running !== 'unknown') return running
  const shown = fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
  return now - shown < SILENT_MS
}

/** `process 12 on host since 2026-11-26T08:00:00.000Z` */
function holderOf(held: string): string {
  const holder = readHolder(held)
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`
  return holder?.startedAt === undefined ? who : `${who} since ${holder.startedAt}`
}

function folderInUse(path: string, holder: string): MeritorderError {
  return new MeritorderError(
    'server',
    `The data folder is in use by ${holder}: stop it, or give this one a data folder of its own ` +
      `(record.data_folder, or MERITORDER_HOME). The lock is ${path}.`,
    { limit: 'record.data_folder' },
  )
}

function readHolder(text: string): (ProcessIdentity & { startedAt?: string }) | undefined {
  try {
    const holder = JSON.parse(text)
    return Number.isInteger(holder?.pid) && typeof holder.host === 'string' ? holder : undefined
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function showLife(path: string, now: number): void {
  try {
    fs.utimesSync(path, now / 1000, now / 1000)
  } catch {
    // The folder is gone or read-only: whoever wants the lock then finds it silent, which is true.
  }
}
