import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { drillGateway } from '../src/cli/drill.ts'
import { reportCardJson } from '../src/cli/drill-json.ts'
import { reportCardText } from '../src/cli/drill-text.ts'
import { loadConfig } from '../src/config/load.ts'
import type { Gateway } from '../src/gateway.ts'
import { DRILL_HOSTS, drillConfig } from '../src/simulate/drill/drill-hosts.ts'
import type { Phase } from '../src/simulate/drill/drills.ts'
import { type Simulator, startSimulator } from '../src/simulate/simulator.ts'
import { createLog } from '../src/telemetry/log.ts'
import { commandLineIn } from './command-line.ts'
import { startGateway } from './start-gateway.ts'

const folder = mkdtempSync(join(tmpdir(), 'meritorder-drill-'))
let simulator: Simulator
let gateway: Gateway
before(async () => {
  simulator = await startSimulator({ seed: 3, latency: 'none' })
  gateway = await start('drilled', drillConfig(Number(new URL(simulator.url).port)))
})
after(async () => {
  await gateway.close()
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
})

function start(name: string, yaml: string): Promise<Gateway> {
  const path = join(folder, `${name}.yaml`)
  writeFileSync(path, `local_servers: { discover: false }\nrecord: { data_folder: ${name} }\n${yaml}`)
  const { config } = loadConfig({ path, environment: {}, cwd: folder, overrides: { port: 0 } })
  return startGateway({ config, environment: {}, log: createLog('silent') })
}

test('a drill finds that callers of a real gateway are kept away from a dead host, told of cut streams, and on record', async () => {
  const phases: Phase[] = [
    { name: 'before', seconds: 1 },
    { name: 'dead', seconds: 2, fault: { fault: 'status:503' }, isDead: true },
    { name: 'cut', seconds: 1, fault: { fault: 'cut:4', share: 0.5 } },
  ]
  const heard: string[] = []
  const card = await drillGateway({ url: gateway.url }, phases, simulator, 3, ({ phase }) =>
    heard.push(phase.name),
  )
  assert.deepEqual(heard, ['before', 'dead', 'cut'])
  assert.deepEqual(
    card.checks.map(({ name, ok }) => [name, ok]),
    [
      ['answered', true],
      ['told', true],
      ['kept away', true],
      ['records', true],
    ],
    JSON.stringify(card, null, 1),
  )
  const [, dead, cut] = card.phases
  assert.ok(DRILL_HOSTS.includes(dead?.host ?? ''))
  assert.ok(dead!.triedHost! > 0 && dead!.triedHost! < dead!.calls, `${dead?.triedHost} of ${dead?.calls}`)
  assert.ok(cut!.cutAndTold > 0)
  assert.deepEqual(simulator.faults(), [])
  const json = reportCardJson('mine', gateway.url, card)
  assert.deepEqual(JSON.parse(JSON.stringify(json)), json, 'no field is lost or becomes null in JSON')
  const text = reportCardText('mine', card)
  for (const words of ['status:503, 100 %', 'cut:4, 50 %', /✔.*kept away/, /mine:.*passed/])
    assert.ok(typeof words === 'string' ? text.includes(words) : words.test(text), text)
})

test('a gateway that does not sell the drill’s hosts is refused with the lines that it needs, and one that reaches another simulator too', async () => {
  const other = await startSimulator({ latency: 'none' })
  const port = Number(new URL(other.url).port)
  await assert.rejects(
    drillGateway({ url: gateway.url }, [], other, 1, () => {}),
    { code: 'not_found', message: new RegExp(`no call came to the simulator at ${other.url}`) },
  )
  await other.close()
  const without = await start('without', '')
  await assert.rejects(
    drillGateway({ url: without.url }, [], simulator, 1, () => {}),
    {
      code: 'not_found',
      message:
        /does not sell meritorder\/drill at drill-north, drill-east, drill-south\. Add these lines[\s\S]*base_url: http:\/\/127\.0\.0\.1:\d+\/drill-north\/v1/,
    },
  )
  await without.close()
  await assert.rejects(
    drillGateway({ url: `http://127.0.0.1:${port}` }, [], simulator, 1, () => {}),
    {
      message: /no gateway answers at/,
    },
  )
})

test('drills are listed with the lines that a gateway needs; one that is not there is refused by name', async () => {
  const command = commandLineIn(folder)
  const listed = await command.run(['simulate', '--drill', 'list', '--port', '4747', '--json'])
  const { drills, config } = JSON.parse(listed.stdout)
  assert.deepEqual(
    drills.map(({ drill }: { drill: string }) => drill),
    ['outage', 'brown-out', 'rate-limits', 'cut-streams', 'slow-first-byte', 'everything'],
  )
  assert.equal(config, drillConfig(4747))
  const wrong = await command.run(['simulate', '--drill', 'flood', '--json'])
  assert.deepEqual([wrong.code, JSON.parse(wrong.stdout).error.limit], [1, 'drill'])
})
