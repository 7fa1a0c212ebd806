/**
 * How soon a gateway answers, and what memory it takes: start to first answered call (first and second start), then
 * resident memory over 20,000 recorded calls, 16 at a time, half of them streamed.
 *
 *   npm run bench:footprint -- [--calls 20000] [--json]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { request } from 'undici'
import { NODE_FLAGS, writeBenchConfig } from './overhead/bench-config.ts'
import { residentMegabytes, startScript } from './overhead/processes.ts'

const AT_A_TIME = 16
const SAMPLES = 10

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '20000' }, json: { type: 'boolean', default: false } },
})
const calls = Number(values.calls)
const folder = mkdtempSync(join(tmpdir(), 'bench-footprint-'))
const mock = await startScript('mock-upstream.ts', 1)
const config = writeBenchConfig(folder, mock.port, 'fsync')
let gateway: ChildProcess | undefined
try {
  const startMs: number[] = []
  let url = ''
  for (let start = 0; start < 2; start++) {
    if (gateway !== undefined) await stop(gateway)
    const from = performance.now()
    gateway = spawn(
      process.execPath,
      [...NODE_FLAGS, 'src/cli/main.ts', 'up', '--json', '--config', config],
      {
        cwd: join(import.meta.dirname, '..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    url = await addressOf(gateway)
    await call(url, false)
    startMs.push(Math.round(performance.now() - from))
    // The first start creates the database behind the gateway; stopping in the middle would only time that.
    await request(`${url}/v1/generations?limit=1`).then(({ body }) => body.text())
  }
  const residentMb: number[] = []
  for (let sample = 0; sample < SAMPLES; sample++) {
    await sendMany(url, calls / SAMPLES)
    residentMb.push(Math.round(residentMegabytes([gateway?.pid ?? 0])))
  }
  const report = { start_ms: { first: startMs[0], second: startMs[1] }, calls, resident_mb: residentMb }
  if (values.json) console.log(JSON.stringify(report))
  else {
    console.log(
      `start to first answered call: ${startMs[0]} ms on an empty folder, ${startMs[1]} ms the second time (target 2000)`,
    )
    console.log(
      `resident MB after each ${calls / SAMPLES} of ${calls} calls (target 400): ${residentMb.join(' ')}`,
    )
  }
} finally {
  if (gateway !== undefined) await stop(gateway)
  mock.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function addressOf(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  while (!text.endsWith('\n')) await once(child.stdout ?? child, 'data')
  return (JSON.parse(text) as { url: string }).url
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}

async function sendMany(url: string, count: number): Promise<void> {
  let left = count
  const send = async () => {
    while (left-- > 0) await call(url, left % 2 === 0)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, send))
}

async function call(url: string, stream: boolean): Promise<void> {
  const messages = [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'What is the capital of France? Answer in one sentence.' },
  ]
  const body = JSON.stringify({ model: 'auto', messages, ...(stream ? { stream } : {}) })
  const headers = { 'content-type': 'application/json' }
  const reply = await request(`${url}/v1/chat/completions`, { method: 'POST', body, headers })
  if (reply.statusCode !== 200) throw new Error(`status ${reply.statusCode}: ${await reply.body.text()}`)
  await reply.body.dump({ limit: 1_000_000 })
}
