import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseUsd } from '../src/money.ts'
import { openRecorder } from '../src/record/recorder.ts'
import { startRecording } from './record-process.ts'

const KILLS = 50
/** Data folders whose processes are killed side by side: one waits to be killed while the other starts. */
const FOLDERS = 2

test(`case 28: ${KILLS} kills at random instants lose no acknowledged record and double none`, async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'meritorder-kill-'))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  const folders = Array.from({ length: FOLDERS }, (_, n) => join(base, `${n}`))
  const results = await Promise.all(folders.map((folder) => killed(folder, KILLS / FOLDERS)))
  const sum = (of: 'acknowledged' | 'looks' | 'lost' | 'doubled') =>
    results.reduce((total, result) => total + result[of], 0)
  t.diagnostic(
    `${KILLS} kills, ${sum('acknowledged')} acknowledged records, looked ${sum('looks')} times: lost ${sum('lost')}, doubled ${sum('doubled')}`,
  )
  assert.ok(sum('acknowledged') > KILLS, 'the test must have something to lose')
  assert.ok(sum('looks') > KILLS / 4)
  assert.equal(sum('lost'), 0)
  assert.equal(sum('doubled'), 0)
})

/** Kills so many processes, one after the other, that record into a folder. */
async function killed(folder: string, kills: number) {
  const acknowledged = new Set<string>()
  let lost = 0
  let doubled = 0
  let looks = 0
  const compare = (found: readonly string[]) => {
    looks++
    const once = new Set(found)
    doubled += found.length - once.size
    for (const id of acknowledged) if (!once.has(id)) lost++
  }
  for (let kill = 0; kill < kills; kill++) {
    // Every third process first looks at what there is; the rest append at once and may die while opening.
    const look = kill % 3 === 2
    const recording = startRecording([folder, `r${kill}`, look ? 'look' : 'no', '16000'])
    if (look) await recording.appending
    const delay = look ? Math.random() * 400 : 100 + Math.random() * 1000
    setTimeout(() => recording.child.kill('SIGKILL'), delay)
    const said = await recording.ended
    if (said.found !== undefined) compare(said.found)
    for (const id of said.acknowledged) acknowledged.add(id)
  }
  for (let opening = 0; opening < 2; opening++) {
    const recorder = await openRecorder({ dataFolder: folder, durability: 'fsync', now: Date.now })
    const calls = (await recorder.list({ limit: 1_000_000 }))!.calls.map(({ generation }) => generation)
    compare(calls.map(({ id }) => id))
    const { total } = await recorder.spending({ day: 0, week: 0, month: 0 })
    const cost = calls.reduce((sum, { costUsd }) => sum + parseUsd(costUsd ?? '0'), 0n)
    assert.equal(parseUsd(total), cost, 'what was spent must be what the calls have cost')
    await recorder.close()
  }
  return { acknowledged: acknowledged.size, looks, lost, doubled }
}
