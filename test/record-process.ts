import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** What `record-child.ts` said until it was killed. */
export interface Said {
  /** Ids that it found at its start; undefined when it did not get that far, or was not asked. */
  readonly found: readonly string[] | undefined
  /** Ids whose append had resolved as durable. */
  readonly acknowledged: readonly string[]
}

export interface RecordProcess {
  readonly child: ChildProcess
  /** Resolves when the process has ended and everything it said has been read. */
  readonly ended: Promise<Said>
  /** Resolves at its first acknowledged record. */
  readonly appending: Promise<void>
}

/** Starts `record-child.ts`; `imports` are modules loaded before it, in every thread. */
export function startRecording(
  arguments_: readonly string[],
  imports: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): RecordProcess {
  const flags = imports.flatMap((module) => ['--import', module])
  const script = new URL('./record-child.ts', import.meta.url).pathname
  const child = spawn(process.execPath, [...flags, script, ...arguments_], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  const acknowledged: string[] = []
  let found: string[] | undefined
  const first = Promise.withResolvers<void>()
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  lines.on('line', (line) => {
    if (line.startsWith('found')) found = line.split(' ').slice(1).filter(Boolean)
    else {
      acknowledged.push(line)
      first.resolve()
    }
  })
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(() => {
    first.resolve()
    return { found, acknowledged }
  })
  return { child, ended, appending: first.promise }
}
