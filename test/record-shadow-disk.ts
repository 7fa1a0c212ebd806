/**
 * A disk that knows what a power cut would leave. Loaded with `--import` before the program (node loads it into
 * every thread), it follows the calls that force data to the disk and copies into the folder SHADOW only what they
 * covered: a file's content when the file is synced or written with O_DSYNC, a directory's names when the directory
 * is synced. Files are known by inode, so a rename counts only once its directory is synced. With DIE_AT_SYNC=n the
 * process kills itself in the n-th sync of a thread, which may be in the middle of a checkpoint.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const shadow = process.env.SHADOW ?? ''
const root = process.env.SHADOW_ROOT ?? ''
let syncsLeft = Number(process.env.DIE_AT_SYNC ?? Number.POSITIVE_INFINITY)
/** Descriptors opened with O_DSYNC, with the shadow file that receives what is written to them. */
const synchronous = new Map<number, number>()

const real = { ...fs }

fs.open = ((
  path: string,
  flags: number,
  mode: number,
  done: (error: Error | null, descriptor: number) => void,
) => {
  real.open(path, flags, mode, (error, descriptor) => {
    if (error === null && (flags & fs.constants.O_DSYNC) !== 0 && path.startsWith(root)) {
      synchronous.set(descriptor, real.openSync(fileCopy(real.fstatSync(descriptor, BIG)), 'r+'))
    }
    done(error, descriptor)
  })
}) as typeof fs.open
fs.write = ((
  descriptor: number,
  bytes: Buffer,
  from: number,
  length: number,
  at: number,
  done: (error: Error | null, written: number) => void,
) => {
  real.write(descriptor, bytes, from, length, at, (error, written) => {
    const copy = synchronous.get(descriptor)
    if (error === null && copy !== undefined) real.writeSync(copy, bytes, from, written, at)
    done(error, written)
  })
}) as typeof fs.write
fs.closeSync = (descriptor) => {
  const copy = synchronous.get(descriptor)
  if (copy !== undefined) real.closeSync(copy)
  synchronous.delete(descriptor)
  real.closeSync(descriptor)
}
fs.fsyncSync = (descriptor) => {
  real.fsyncSync(descriptor)
  keep(descriptor)
}
fs.fdatasync = ((descriptor: number, done: fs.NoParamCallback) => {
  real.fdatasync(descriptor, (error) => {
    if (error === null) keep(descriptor)
    done(error)
  })
}) as typeof fs.fdatasync
syncBuiltinESMExports()

const BIG = { bigint: true } as const

/** The copy of what was just forced to the disk. */
function keep(descriptor: number): void {
  // Before the copy: the power is cut while the disk works.
  if (--syncsLeft <= 0) process.kill(process.pid, 'SIGKILL')
  const stat = real.fstatSync(descriptor, BIG)
  const path = `/proc/self/fd/${descriptor}`
  if (!real.readlinkSync(path).startsWith(root)) return
  if (stat.isDirectory()) {
    const names = real.readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      const found = real.statSync(join(path, entry.name), { ...BIG, throwIfNoEntry: false })
      return found === undefined ? [] : [[entry.name, entry.isDirectory(), inode(found)]]
    })
    replace(join(shadow, `names-${inode(stat)}.json`), JSON.stringify(names))
  } else {
    replace(fileCopy(stat), real.readFileSync(path))
  }
}

/** Whole or not at all, also when this process is killed. */
function replace(path: string, content: string | Uint8Array): void {
  real.writeFileSync(`${path}.new`, content)
  real.renameSync(`${path}.new`, path)
}

function fileCopy(stat: fs.BigIntStats): string {
  return join(shadow, `file-${inode(stat)}`)
}

/** Inode numbers come again; with the time of birth they do not. */
function inode(stat: fs.BigIntStats): string {
  return `${stat.ino}-${stat.birthtimeNs}`
}
