import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadIntents } from '../artifacts.ts'
import { ownIntentsPath, writeOwnIntents } from '../learned/own-intents-store.ts'
import { createLog } from '../telemetry/log.ts'
import { followOwnIntents, type LiveIntents } from './live-intents.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'meritorder-live-intents-'))
const shipped = loadIntents()
const ticket = {
  name: 'ticket',
  examples: [],
  recognised: 0,
  mistaken: 0,
  detector: { bias: 0, features: [], weights: [] },
}
let live: LiveIntents

const follow = () => followOwnIntents({ shipped, dataFolder, log: createLog('silent') })
const names = () => live.current.own?.names

async function until(wanted: readonly string[] | undefined): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await sleep(20)) {
    if (JSON.stringify(names()) === JSON.stringify(wanted)) return
  }
  assert.deepEqual(names(), wanted)
}

before(() => {
  live = follow()
})
after(() => {
  live.close()
  rmSync(dataFolder, { recursive: true, force: true })
})

test('what is added and removed is in force without a restart', async () => {
  assert.equal(live.current, shipped)
  writeOwnIntents(dataFolder, [ticket])
  await until(['ticket'])
  writeOwnIntents(dataFolder, [ticket, { ...ticket, name: 'contract' }])
  await until(['ticket', 'contract'])
  writeOwnIntents(dataFolder, [])
  await until(undefined)
})

test('a file that cannot be used changes nothing, and does not stop a start', async () => {
  writeOwnIntents(dataFolder, [ticket])
  await until(['ticket'])
  writeFileSync(ownIntentsPath(dataFolder), '{')
  await sleep(300)
  assert.deepEqual(names(), ['ticket'])
  const started = follow()
  assert.equal(started.current, shipped)
  started.close()
})
