/**
 * Runs a benchmark of the ledger on a PostgreSQL of its own, from the npm registry, with its default settings; removed again.
 *
 *   npm run bench:postgres -- history|capture|export|retention [what that benchmark takes]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { startPostgres } from '../test/record-postgres.ts'
import { NODE_FLAGS } from './overhead/bench-config.ts'

const BENCHMARKS = ['history', 'capture', 'export', 'retention']

const [name = '', ...rest] = process.argv.slice(2)
if (!BENCHMARKS.includes(name)) throw new Error(`say which benchmark: ${BENCHMARKS.join(', ')}`)
const postgres = await startPostgres()
try {
  const script = join(import.meta.dirname, `${name}.ts`)
  const child = spawn(process.execPath, [...NODE_FLAGS, script, ...rest, '--database-url', postgres.url], {
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  process.exitCode = code ?? 1
} finally {
  await postgres.stop()
}
