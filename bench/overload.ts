/**
 * One key floods the gateway with twice the calls that it serves at once; another makes a call after the other. How is that other
 * one served, beside the same without a flood, and beside a flood that comes under its own key, where nothing is shared fairly?
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Agent, request } from 'undici'
import { firstJson } from '../test/command-line.ts'
import { residentMegabytes } from './overhead/processes.ts'

/** Calls served at once, and the time that each takes at its host, ms. */
const AT_ONCE = 32
const CALL_MS = 100
const FLOODERS = 2 * AT_ONCE

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)

const answer = JSON.stringify({
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
})
const host = createServer((incoming, reply) => {
  incoming.resume()
  setTimeout(() => reply.writeHead(200, { 'content-type': 'application/json' }).end(answer), CALL_MS)
})
host.listen(0, '127.0.0.1')
await once(host, 'listening')

const folder = mkdtempSync(join(tmpdir(), 'bench-overload-'))
const key = (name: string) => `{ name: ${name}, sha256: ${createHash('sha256').update(name).digest('hex')} }`
writeFileSync(
  join(folder, 'meritorder.yaml'),
  `local_servers: { discover: false }
server: { port: 0, keys: [${key('quiet')}, ${key('flood')}] }
admission: { max_calls: ${AT_ONCE} }
record: { storage: metadata }
providers:
  acme:
    base_url: http://127.0.0.1:${(host.address() as AddressInfo).port}/v1
    models: [{ id: m, model: acme/m, price: { prompt: 1, completion: 1 } }]
`,
)
const main = join(import.meta.dirname, '../src/cli/main.ts')
const gateway = spawn(process.execPath, [main, 'up', '--json'], { cwd: folder })
const { url } = (await firstJson(gateway)) as { url: string }
const dispatcher = new Agent({ connections: null, pipelining: 1 })

const body = JSON.stringify({ model: 'acme/m', messages: [{ role: 'user', content: 'hello' }] })
async function call(name: string): Promise<number> {
  const headers = { authorization: `Bearer ${name}` }
  const reply = await request(`${url}/v1/chat/completions`, { method: 'POST', body, headers, dispatcher })
  await reply.body.dump()
  return reply.statusCode
}

/** Calls one after the other until `end`, pausing for the time of a call after a refusal; ms of each that was answered, and how many were not. */
async function callInTurn(name: string, end: number) {
  const ms: number[] = []
  let refused = 0
  while (performance.now() < end) {
    const startedAt = performance.now()
    if ((await call(name)) === 200) ms.push(performance.now() - startedAt)
    else {
      refused++
      await sleep(CALL_MS)
    }
  }
  return { ms, refused }
}

const quantile = (sorted: readonly number[], q: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN

async function round(floodedBy?: string) {
  const end = performance.now() + seconds * 1000
  const flood = Array.from({ length: floodedBy === undefined ? 0 : FLOODERS }, () =>
    callInTurn(floodedBy ?? '', end),
  )
  const { ms, refused } = await callInTurn('quiet', end)
  const flooded = await Promise.all(flood)
  const sorted = ms.toSorted((a, b) => a - b)
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    success: ms.length / (ms.length + refused),
    floodServedPerSecond: flooded.reduce((sum, one) => sum + one.ms.length, 0) / seconds,
    residentMb: residentMegabytes([gateway.pid!]),
  }
}

type Round = Awaited<ReturnType<typeof round>>
const SCENES = {
  'without a flood': undefined,
  'flooded by another key': 'flood',
  'flooded under its own key': 'quiet',
}
for (let warm = 0; warm < 20; warm++) await call('quiet')
const results: Record<string, Round[]> = Object.fromEntries(Object.keys(SCENES).map((scene) => [scene, []]))
for (let i = 0; i < rounds; i++)
  for (const [scene, flooder] of Object.entries(SCENES)) results[scene]?.push(await round(flooder))

const spread = (rows: readonly Round[], of: keyof Round) => {
  const sorted = rows.map((row) => row[of]).toSorted((a, b) => a - b)
  return { median: quantile(sorted, 0.5), least: sorted[0]!, most: sorted.at(-1)! }
}
const told = Object.fromEntries(
  Object.entries(results).map(([scene, rows]) => [
    scene,
    {
      p50_ms: spread(rows, 'p50'),
      p99_ms: spread(rows, 'p99'),
      success: spread(rows, 'success'),
      flood_served_per_second: spread(rows, 'floodServedPerSecond'),
      resident_mb: spread(rows, 'residentMb'),
    },
  ]),
)
if (values.json) console.log(JSON.stringify(told, null, 2))
else {
  console.log(
    `calls of ${CALL_MS} ms, ${AT_ONCE} at once, ${FLOODERS} flood; median [least, most] of ${rounds} rounds of ${seconds} s`,
  )
  const text = ({ median, least, most }: ReturnType<typeof spread>, digits: number) =>
    `${median.toFixed(digits)} [${least.toFixed(digits)}, ${most.toFixed(digits)}]`
  console.table(
    Object.fromEntries(
      Object.entries(told).map(([scene, row]) => [
        scene,
        {
          'p50 ms': text(row.p50_ms, 0),
          'p99 ms': text(row.p99_ms, 0),
          answered: text(row.success, 3),
          'flood, answered/s': text(row.flood_served_per_second, 0),
          'gateway MB': text(row.resident_mb, 0),
        },
      ]),
    ),
  )
}
gateway.kill('SIGTERM')
await once(gateway, 'exit')
host.closeAllConnections()
host.close()
rmSync(folder, { recursive: true, force: true })
