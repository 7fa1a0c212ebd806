import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import { practiceCatalog } from '../src/simulate/practice-market.ts'
import { type Simulator, startSimulator } from '../src/simulate/simulator.ts'
import { createLog } from '../src/telemetry/log.ts'
import { startGateway } from './start-gateway.ts'
import { validatingFetch } from './valid-replies.ts'

/** A real gateway over a real socket, selling what a simulator without waiting times offers. */
export interface TestGateway {
  readonly gateway: Gateway
  readonly simulator: Simulator
  readonly folder: string
  /** The official client, pointed at the gateway, without retries of its own; what it gets is checked against OpenAI's schema. */
  readonly openai: OpenAI
  close(): Promise<void>
}

/** @param yaml lines of `meritorder.yaml`; the port and the data folder are set already. */
export async function startTestGateway(yaml = ''): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'meritorder-test-'))
  const path = join(folder, 'meritorder.yaml')
  writeFileSync(path, yaml)
  const simulator = await startSimulator({ latency: 'none' })
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  const gateway = await startGateway({
    // What is drawn would make tests differ from run to run.
    config: { ...config, policy: { ...config.policy, endpoint_exploration: 0 } },
    environment,
    log: createLog('silent'),
    catalog: practiceCatalog(simulator.url),
  })
  return {
    gateway,
    simulator,
    folder,
    openai: new OpenAI({
      baseURL: `${gateway.url}/v1`,
      apiKey: 'none',
      maxRetries: 0,
      fetch: validatingFetch,
    }),
    async close() {
      await gateway.close()
      await simulator.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
