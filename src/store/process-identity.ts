import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** What tells one process from every other, also after its pid is used again. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** Changes when the machine starts anew; absent where the system does not tell. */
  readonly bootId?: string
  /** The pid namespace (container) that `pid` belongs to; absent where there are none. */
  readonly pidNamespace?: string
  /** When the process started, in clock ticks since boot; absent where the system does not tell. */
  readonly startTicks?: string
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const bootId = tryRead(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const pidNamespace = tryRead(() => readlinkSync('/proc/self/ns/pid'))
  const ticks = startTicks(process.pid)
  return {
    pid: process.pid,
    host: hostname(),
    ...(bootId === undefined ? {} : { bootId }),
    ...(pidNamespace === undefined ? {} : { pidNamespace }),
    ...(ticks === undefined ? {} : { startTicks: ticks }),
  }
}

/**
 * Whether that process still runs: `unknown` when it belongs to another machine or container,
 * whose processes cannot be seen from here.
 */
export function isRunning(other: ProcessIdentity, own: ProcessIdentity): boolean | 'unknown' {
  if (other.host !== own.host) return 'unknown'
  if (other.bootId !== own.bootId) return false
  if (other.pidNamespace !== own.pidNamespace) return 'unknown'
  try {
    process.kill(other.pid, 0)
  } catch (error) {
    // EPERM: it runs, under another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return other.startTicks === undefined || startTicks(other.pid) === other.startTicks
}

/** Field 22 of /proc/<pid>/stat, counted after the command, which is in brackets and may hold spaces. */
function startTicks(pid: number): string | undefined {
  const stat = tryRead(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
