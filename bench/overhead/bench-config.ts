import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

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

/**
 * What `npm start` gives to Node: a small young generation and early collections, which keep its memory near 400 MB and flat. And
 * nothing is put into the old generation in advance: V8 takes what lives as long as a call for lasting, and whatever that points
 * to then stays until the next full collection, which cost up to half of all requests.
 */
export const NODE_FLAGS = [
  '--max-semi-space-size=4',
  '--heap-growing-percent=30',
  '--v8-pool-size=1',
  '--no-allocation-site-pretenuring',
]

/**
 * Writes a configuration for benchmarks and returns its path. The providers are real ones of the catalog whose address is
 * replaced by the mock upstream's, so that `auto` decides among hundreds of endpoints.
 */
export function writeBenchConfig(folder: string, mockPort: number, durability: 'fsync' | 'write'): string {
  const path = join(folder, 'meritorder.yaml')
  const provider = (slug: string) => `  ${slug}: { key: bench, base_url: "http://127.0.0.1:${mockPort}/v1" }`
  writeFileSync(
    path,
    `server: { port: 0 }
record: { durability: ${durability}, data_folder: data }
local_servers: { discover: false }
providers:
${PROVIDERS.map(provider).join('\n')}
`,
  )
  return path
}
