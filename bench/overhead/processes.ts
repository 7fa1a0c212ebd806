import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A server under test, pinned to one core where the system can pin. */
export interface ServerProcess {
  readonly port: number
  readonly pids: readonly number[]
  stop(): void
}

const canPin = has('taskset')

/** Starts a script of this folder that prints its port on its first line. */
export async function startScript(
  script: string,
  core: number,
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<ServerProcess> {
  const child = spawnPinned(core, process.execPath, [
    ...nodeFlags,
    join(import.meta.dirname, script),
    ...args,
  ])
  const port = Number(await firstLine(child))
  return { port, pids: [child.pid!], stop: () => child.kill('SIGKILL') }
}

/** Starts nginx as a reverse proxy with one worker, keep-alive upstream connections and no buffering. */
export async function startNginx(core: number, upstreamPort: number): Promise<ServerProcess | undefined> {
  if (!has('nginx')) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'bench-nginx-'))
  const port = 20_000 + Math.floor(Math.random() * 20_000)
  writeFileSync(join(folder, 'nginx.conf'), nginxConf(folder, port, upstreamPort))
  const child = spawnPinned(core, 'nginx', ['-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'])
  await answering(port)
  return { port, pids: [child.pid!, ...childrenOf(child.pid!)], stop: () => child.kill('SIGTERM') }
}

/** CPU time spent by these processes, all threads, in µs. */
export function cpuMicroseconds(pids: readonly number[]): number {
  const ticksPerSecond = 100
  return pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return sum + ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6
  }, 0)
}

/** Resident memory of these processes, in MB. */
export function residentMegabytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0'
    return sum + Number(kilobytes) / 1024
  }, 0)
}

export interface WrkResult {
  readonly requests: number
  readonly durationUs: number
  readonly p50Us: number
  readonly p99Us: number
  readonly errors: number
}

/** One run of wrk on the load generator's core. */
export function runWrk(
  core: number,
  url: string,
  body: string,
  connections: number,
  seconds: number,
): WrkResult {
  const script = join(import.meta.dirname, 'wrk-report.lua')
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url]
  const output = execFileSync(
    canPin ? 'taskset' : 'wrk',
    canPin ? ['-c', String(core), 'wrk', ...args] : args,
    {
      encoding: 'utf8',
      env: { ...process.env, BODY: body },
    },
  )
  return JSON.parse(/^RESULT (.*)$/m.exec(output)?.[1] ?? 'null') as WrkResult
}

/** True when a program is on the PATH. */
export function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function spawnPinned(core: number, command: string, args: readonly string[]): ChildProcess {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const child = canPin
    ? spawn('taskset', ['-c', String(core), command, ...args], { stdio })
    : spawn(command, args, { stdio })
  process.on('exit', () => child.kill('SIGKILL'))
  return child
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.split('\n')[0]!)
    })
    child.on('exit', (code) => reject(new Error(`the server under test ended with code ${code}`)))
  })
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const answered = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' }).then(
      () => true,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nginx does not answer on port ${port}`)
}

function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? [] : children.split(' ').map(Number)
}

function nginxConf(folder: string, port: number, upstreamPort: number): string {
  return `
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  upstream mock { server 127.0.0.1:${upstreamPort}; keepalive 256; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 100000000;
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
    }
  }
}`
}
