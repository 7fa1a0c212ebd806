import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { findPredictor, loadIntents } from '../src/artifacts.ts'
import { predictorVersion } from '../src/learned/predictor-file.ts'
import {
  listPredictors,
  liveVersion,
  predictorPath,
  readPredictorChanges,
} from '../src/learned/predictor-store.ts'
import { openRecorder } from '../src/record/recorder.ts'
import { commandLineIn } from './command-line.ts'
import { ratedTraffic } from './rated-traffic.ts'
import { giveDatabase } from './start-gateway.ts'
import { outcomeLines } from './sums-and-verse.ts'

const root = mkdtempSync(join(tmpdir(), 'meritorder-train-kill-'))
after(() => rmSync(root, { recursive: true, force: true }))

const WRITER_KILLS = 15
const TRAIN_KILLS = 3

test(`${WRITER_KILLS} kills of a process that promotes and rolls back leave a whole version in force each time`, {
  timeout: 120_000,
}, async (t) => {
  const folder = join(root, 'written')
  let changed = 0
  for (let kill = 0; kill < WRITER_KILLS; kill++) {
    const script = fileURLToPath(new URL('./predictor-writer.ts', import.meta.url))
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    // A few rounds on, and anywhere in the next.
    for (let round = 0; round <= kill % 3; round++) await once(child.stdout, 'data')
    setTimeout(() => child.kill('SIGKILL'), Math.random() * 60)
    await exit
    const changes = readPredictorChanges(folder)
    changed = changes.length
    for (const [i, { from }] of changes.entries()) assert.equal(from, changes[i - 1]?.to ?? null)
    for (const version of [liveVersion(changes), ...listPredictors(folder).map((kept) => kept.version)])
      if (version !== undefined)
        assert.equal(predictorVersion(readFileSync(predictorPath(folder, version))), version, `kill ${kill}`)
  }
  t.diagnostic(`${changed} changes of what is in force`)
  assert.ok(changed >= WRITER_KILLS)
})

/** A data folder with rated calls, and a first version in force. */
async function prepared(): Promise<string> {
  const folder = join(root, 'ledger')
  await giveDatabase(folder)
  const recorder = await openRecorder({ dataFolder: folder, durability: 'write', now: Date.now })
  const calls = ratedTraffic(60)
  for (const { ratings, ...call } of calls) {
    await recorder.append(call)
    await recorder.rate(ratings)
  }
  await recorder.close()
  writeFileSync(join(root, 'outcomes.jsonl'), outcomeLines(40))
  const { code, stderr } = await commandLineIn(root).run(['fit', '--data', 'outcomes.jsonl'], {
    MERITORDER_HOME: folder,
  })
  assert.equal(code, 0, stderr)
  return folder
}

test(`${TRAIN_KILLS} kills of a training leave the old version in force or the new one, and it ends as if there had been none`, {
  timeout: 400_000,
}, async () => {
  const folder = await prepared()
  const untouched = join(root, 'untouched')
  cpSync(folder, untouched, { recursive: true })
  const training = ['train', '--promote', 'always', '--since', '2026-11-01', '--json']
  const { start, run } = commandLineIn(root)
  const begun = performance.now()
  const reference = await run(training, { MERITORDER_HOME: untouched })
  const whole = performance.now() - begun
  assert.equal(reference.code, 0, reference.stderr + reference.stdout)
  const { version, promoted, parent } = JSON.parse(reference.stdout)
  assert.equal(promoted, true)

  const intents = loadIntents()
  for (let kill = 0; kill < TRAIN_KILLS; kill++) {
    const child = start(training, { MERITORDER_HOME: folder })
    const exit = once(child, 'exit')
    setTimeout(() => child.kill('SIGKILL'), whole * ((kill + Math.random()) / TRAIN_KILLS))
    await exit
    const { predictor, refusal } = findPredictor(folder, intents)
    assert.equal(refusal, undefined)
    assert.ok(predictor?.version === parent || predictor?.version === version, String(predictor?.version))
  }
  const { code, stdout, stderr } = await run(training, { MERITORDER_HOME: folder })
  assert.equal(code, 0, stderr)
  assert.equal(JSON.parse(stdout).version, version)
  assert.equal(liveVersion(readPredictorChanges(folder)), version)
  const bytes = (of: string) => readFileSync(predictorPath(of, version))
  assert.deepEqual(bytes(folder), bytes(untouched))
})
