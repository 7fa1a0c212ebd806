import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

/** How a command ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command line in one folder, with an environment that holds no provider's key but those that a call gives. */
export interface CommandLine {
  /** Starts a command that goes on until it is stopped. */
  start(args: readonly string[], environment?: Record<string, string>): ChildProcessWithoutNullStreams
  /** Runs a command to its end. */
  run(args: readonly string[], environment?: Record<string, string>, input?: string): Promise<Ended>
}

export function commandLineIn(folder: string): CommandLine {
  const start: CommandLine['start'] = (args, environment = {}) => {
    const { PATH = '', NODE_COMPILE_CACHE } = process.env
    const env = { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }), ...environment }
    return spawn(process.execPath, [MAIN, ...args], { cwd: folder, env })
  }
  return {
    start,
    async run(args, environment, input = '') {
      const child = start(args, environment)
      child.stdin.end(input)
      const exit = once(child, 'exit')
      const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit])
      return { code, stdout, stderr }
    },
  }
}

/** Reads the one JSON value that a running command prints first, as soon as it is whole. */
export async function firstJson(child: ChildProcessWithoutNullStreams): Promise<unknown> {
  let printed = ''
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk
    try {
      return JSON.parse(printed)
    } catch {
      // not all of it yet
    }
  }
  throw new Error(`the command ended without a JSON value: ${printed}${await text(child.stderr)}`)
}
