/** A gateway for the benchmark, as a user runs it: shipped catalog, recording on. Arguments: the mock's port, durability. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import { startGateway } from '../../src/gateway.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { writeBenchConfig } from './bench-config.ts'

const [, , mockPort, durability] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const path = writeBenchConfig(folder, Number(mockPort), durability === 'write' ? 'write' : 'fsync')
const { config } = loadConfig({ path, environment: {}, cwd: folder })
const gateway = await startGateway({ config, environment: {}, log: createLog('warn') })
console.log(new URL(gateway.url).port)
process.on('SIGTERM', () => process.exit(0))
