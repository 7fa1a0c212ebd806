/**
 * How long `meritorder export generations --out calls.parquet` takes on a data folder at rest, and the memory at its peak.
 *
 *   npm run bench:export -- [--rows 1000000] [--times 1] [--folder filled] [--database-url postgres://…] [--json]
 *
 * `--folder` names a history that `bench:history` has kept, of which the newest `--rows` calls are written; `--database-url`
 * an empty PostgreSQL, which it leaves filled, or one that is filled. The target is
 * 60 s and 500 MB for 1,000,000 calls with bodies.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { filledHistory } from './filled-history.ts'
import { withBar } from './with-bar.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    times: { type: 'string', default: '1' },
    folder: { type: 'string' },
    'database-url': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const times = Number(values.times)
const LOOK_MS = 200
const databaseUrl = values['database-url']

const history = await filledHistory({
  rows: Number(values.rows),
  bodies: true,
  ...(values.folder !== undefined && { folder: values.folder }),
  ...(databaseUrl !== undefined && { databaseUrl }),
})
const target = mkdtempSync(join(tmpdir(), 'meritorder-export-'))
// On that port no gateway answers, which would be asked in the folder's place.
const record = databaseUrl === undefined ? '' : `record: { database_url: '${databaseUrl}' }\n`
writeFileSync(join(target, 'meritorder.yaml'), `server: { port: 1 }\n${record}`)
try {
  const runs = await withBar('Writing', times, async (tell) => {
    const done = []
    for (let n = 1; n <= times; n++) {
      done.push(await exported())
      tell(n)
    }
    return done
  })
  if (values.json) process.stdout.write(`${JSON.stringify({ load_average: loadavg()[0], runs })}\n`)
  else {
    process.stdout.write(`load average ${loadavg()[0]?.toFixed(1)}\n`)
    console.table(runs)
  }
} finally {
  history.remove()
  rmSync(target, { recursive: true, force: true })
}

/** The command in a process of its own, as a user runs it. */
async function exported() {
  const file = join(target, 'calls.parquet')
  const since = new Date(history.since).toISOString()
  const main = join(import.meta.dirname, '../src/cli/main.ts')
  const start = performance.now()
  const child = spawn(
    process.execPath,
    [main, 'export', 'generations', '--since', since, '--out', file, '--json'],
    {
      cwd: target,
      env: { PATH: process.env.PATH, MERITORDER_HOME: history.folder },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  let printed = ''
  child.stdout.on('data', (chunk) => {
    printed += chunk
  })
  let peakMb = 0
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, peakMegabytes(child.pid!))
  }, LOOK_MS)
  const [code] = await once(child, 'exit')
  clearInterval(looking)
  if (code !== 0) throw new Error(`the export failed with ${code}`)
  const seconds = (performance.now() - start) / 1000
  const { calls } = JSON.parse(printed) as { calls: number }
  return {
    calls,
    seconds: Number(seconds.toFixed(1)),
    'calls/s': Math.round(calls / seconds),
    'peak MB': Math.round(peakMb),
    'file MB': Math.round(statSync(file).size / 2 ** 20),
  }
}

/** The most resident memory that a process has had; where the system does not tell, 0. */
function peakMegabytes(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
