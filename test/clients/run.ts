import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/load.ts'
import { startSimulator } from '../../src/simulate/simulator.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { startGateway } from '../start-gateway.ts'
import type { Client, Feature } from './client.ts'
import { catalogOf, SERVED, type ServedFamily } from './families.ts'
import { CHECKS } from './features.ts'

/** A gateway that sells simulated providers of every wire family. */
export interface ClientRun {
  /** Rejects with what is wrong. */
  check(client: Client, feature: Feature, served: ServedFamily): Promise<void>
  close(): Promise<void>
}

/** Longer than this no client waits for a simulated answer. */
const LONGEST_MS = 60_000

export async function startClientRun(): Promise<ClientRun> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-clients-'))
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, 'record: { durability: write }\n')
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const simulator = await startSimulator({ latency: 'none' })
  const catalog = catalogOf(SERVED, simulator.url)
  const gateway = await startGateway({ config, environment, log: createLog('silent'), catalog })
  return {
    async check(client, feature, served) {
      simulator.clearFaults()
      const late = AbortSignal.timeout(LONGEST_MS)
      const hung = new Promise<never>((_, reject) => {
        late.addEventListener('abort', () => reject(new Error(`no end after ${LONGEST_MS} ms`)))
      })
      await Promise.race([CHECKS[feature]({ client, served, url: gateway.url, simulator }), hung])
    },
    async close() {
      await gateway.close()
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
