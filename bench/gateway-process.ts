import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { NODE_FLAGS } from './overhead/bench-config.ts'
import { residentMegabytes } from './overhead/processes.ts'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

/** A gateway as a user runs it, in a process of its own. */
export interface GatewayProcess {
  /** Resident memory, MB; undefined once it has ended. */
  residentMegabytes(): number | undefined
  kill(): Promise<void>
  /** Closes it in order. */
  stop(): Promise<void>
}

/** Starts `meritorder up` with this configuration; resolves when it accepts calls. */
export async function startGatewayProcess(configPath: string): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [...NODE_FLAGS, MAIN, 'up', '--json', '--config', configPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '' },
  })
  const orphaned = () => child.kill('SIGKILL')
  process.on('exit', orphaned)
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.killed
  const end = async (signal: NodeJS.Signals) => {
    process.off('exit', orphaned)
    if (hasEnded()) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  await accepting(child)
  return {
    residentMegabytes: () => (hasEnded() ? undefined : residentMegabytes([child.pid!])),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' ? address!.port : 0
}

/** The one JSON value is printed when calls are accepted. */
function accepting(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes('"url"')) resolve()
    })
    child.once('exit', (code) => reject(new Error(`the gateway ended with code ${code}: ${said}`)))
  })
}
