/**
 * A gateway for the benchmark, as a user runs it: shipped catalog, recording on. Its providers are real ones of the
 * catalog whose address is replaced by the mock upstream's, so that `auto` decides among hundreds of endpoints.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import { startGateway } from '../../src/gateway.ts'
import { createLog } from '../../src/telemetry/log.ts'

const PROVIDERS = [
  'openai',
  'openrouter',
  'groq',
  'deepinfra',
  'togetherai',
  'mistral',
  'cerebras',
  'xai',
  'deepseek',
]

const [, , mockPort, durability] = process.argv
const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const path = join(folder, 'meritorder.yaml')
writeFileSync(
  path,
  `server: { port: 0 }
record: { durability: ${durability}, data_folder: data }
local_servers: { discover: false }
providers:
${PROVIDERS.map((slug) => `  ${slug}: { key: bench, base_url: "http://127.0.0.1:${mockPort}/v1" }`).join('\n')}
`,
)
const { config } = loadConfig({ path, environment: {}, cwd: folder })
const gateway = await startGateway({ config, environment: {}, log: createLog('warn') })
console.log(new URL(gateway.url).port)
process.on('SIGTERM', () => process.exit(0))
