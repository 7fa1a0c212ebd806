import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import { type Simulator, startSimulator } from '../src/simulate/simulator.ts'
import { createLog } from '../src/telemetry/log.ts'
import { startGateway } from './start-gateway.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-traffic-'))
let simulator: Simulator
let gateway: Gateway
before(async () => {
  simulator = await startSimulator({ latency: 'none' })
  const host = (slug: string, id: string, usd: number) => ({
    base_url: `${simulator.url}/${slug}/v1`,
    models: [{ id, model: 'acme/m', price: { prompt: usd, completion: usd } }],
  })
  const path = join(folder, 'meritorder.yaml')
  const written = {
    // It says when to come back: at once, so that nothing but the learned rate keeps calls away.
    providers: { cheap: host('cheap', 'm!status:429:0', 1), dear: host('dear', 'm', 10) },
    local_servers: { discover: false },
    policy: { endpoint_exploration: 0 },
    record: { storage: 'off' },
  }
  writeFileSync(path, JSON.stringify(written))
  const environment = { MERITORDER_HOME: join(folder, 'data') }
  const { config } = loadConfig({ path, environment, cwd: folder, overrides: { port: 0 } })
  gateway = await startGateway({ config, environment, log: createLog('silent') })
})
after(async () => {
  await gateway.close()
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a host that limits its rate gets no call before it can take one, though it is ten times as cheap', async () => {
  const providers: (string | null)[] = []
  const asked: number[] = []
  for (let i = 0; i < 3; i++) {
    const before = simulator.seen.length
    const messages = [{ role: 'user', content: 'hi' }]
    const reply = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'acme/m', messages }),
    })
    assert.equal(reply.status, 200, await reply.text())
    providers.push(reply.headers.get('x-meritorder-provider'))
    asked.push(simulator.seen.length - before)
  }
  assert.deepEqual(providers, ['dear', 'dear', 'dear'])
  assert.deepEqual(asked, [2, 1, 1])
})
