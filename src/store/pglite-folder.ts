import fs from 'node:fs'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'
import { syncDirectory } from './sync-files.ts'

/** An embedded database whose files reach the disk. */
export interface SyncedPGlite {
  readonly pglite: PGlite
  /** How many times PostgreSQL has forced a file to the disk since it was opened. */
  syncs(): number
}

/**
 * Opens the PGlite database in a folder so that it survives a power cut.
 *
 * PGlite starts PostgreSQL with fsync off, and its file system has no fsync to call. Both are settings:
 * here PostgreSQL runs with fsync on, and its calls reach the disk. So its own rules hold again: a page is
 * written only after the log that describes it, a checkpoint ends only after every changed file is on the
 * disk, and `full_page_writes` mends a page that was torn. Syncing the folder from outside, around a
 * CHECKPOINT, cannot give that: PostgreSQL also writes pages between checkpoints, whenever a buffer is needed.
 *
 * Commits do not wait for the disk (`synchronous_commit=off`): what a power cut takes back is still in the
 * journal, which is kept until the next checkpoint.
 */
export async function openPGlite(folder: string): Promise<SyncedPGlite> {
  // PostgreSQL refuses to start beside an empty lock file, which is what a process leaves that is killed just after it
  // made one. Ours, on the data folder, is what keeps a second opener out.
  fs.rmSync(join(folder, 'postmaster.pid'), { force: true })
  const files = new SyncingFiles(folder)
  const pglite = await PGlite.create({ fs: files, startParams: [...START] })
  return { pglite, syncs: () => files.syncs }
}

const SETTINGS = {
  search_path: 'public',
  exit_on_error: 'false',
  log_checkpoints: 'false',
  // PGlite is one process and one thread.
  max_worker_processes: '0',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  io_method: 'sync',
  fsync: 'on',
  // The default, fdatasync, ends in a stub inside PGlite; fsync reaches the file system.
  wal_sync_method: 'fsync',
  full_page_writes: 'on',
  synchronous_commit: 'off',
  // Memory that the gateway does not get back: 16 MB holds the hot end of the tables.
  shared_buffers: '16MB',
  // How much old log is kept for use again after a checkpoint.
  min_wal_size: '32MB',
  max_wal_size: '64MB',
}

/** PGlite's own start (single user, system tables open, statements end at the protocol's end) without `-F`, fsync off. */
const START = [
  '--single',
  '-O',
  '-j',
  ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
]

/** The part of Emscripten's file system that PostgreSQL's fsync() ends in. */
interface EmscriptenStream {
  /** Node's file descriptor. */
  readonly nfd: number
  readonly node: object
}
interface EmscriptenFiles {
  readonly realPath: (node: object) => string
  readonly stream_ops: { fsync?: (stream: EmscriptenStream) => number }
}

class SyncingFiles extends NodeFS {
  syncs = 0
  readonly #known = new Set<string>()

  override async init(...[pglite, options]: Parameters<NodeFS['init']>): ReturnType<NodeFS['init']> {
    const prepared = await super.init(pglite, options)
    const preRun = prepared.emscriptenOpts.preRun ?? []
    preRun.push((module) => {
      const files = readFiles(module.NODEFS)
      files.stream_ops.fsync = (stream) => {
        fs.fsyncSync(stream.nfd)
        this.#syncName(files.realPath(stream.node))
        this.syncs++
        return 0
      }
    })
    return { emscriptenOpts: { ...prepared.emscriptenOpts, preRun } }
  }

  /** A file's name is on the disk only when its directory is: PostgreSQL leaves that to the file system for tables. */
  #syncName(path: string): void {
    if (this.#known.has(path)) return
    syncDirectory(dirname(path))
    this.#known.add(path)
  }
}

function readFiles(files: object): EmscriptenFiles {
  if ('stream_ops' in files && 'realPath' in files) return files as EmscriptenFiles
  throw new Error('this version of PGlite has another file system inside: see store/pglite-folder.ts')
}
