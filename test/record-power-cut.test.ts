import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openRecorder } from '../src/record/recorder.ts'
import { cutPower, seedShadow } from './record-power-cut.ts'
import { startRecording } from './record-process.ts'

const CUTS = 8
/** Data folders whose power is cut side by side. */
const FOLDERS = 2
/** Two journal segments, and with them a checkpoint, fill after some 330 records. */
const BODY_BYTES = 50_000
const SHADOW_DISK = new URL('./record-shadow-disk.ts', import.meta.url).href

const supported = process.platform === 'linux' ? false : 'needs /proc and O_DSYNC (Linux)'

test(`${CUTS} power cuts lose no acknowledged record and double none`, { skip: supported }, async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'meritorder-power-'))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  const folders = Array.from({ length: FOLDERS }, (_, n) => join(base, `${n}`))
  const results = await Promise.all(
    folders.map((folder) => cut(folder, CUTS / FOLDERS, (said) => t.diagnostic(said))),
  )
  const sum = (of: 'acknowledged' | 'lost' | 'doubled') =>
    results.reduce((total, result) => total + result[of], 0)
  t.diagnostic(
    `${CUTS} power cuts, ${sum('acknowledged')} acknowledged records: lost ${sum('lost')}, doubled ${sum('doubled')}`,
  )
  assert.ok(sum('acknowledged') > CUTS, 'the test must have something to lose')
  assert.equal(sum('lost'), 0)
  assert.equal(sum('doubled'), 0)
})

/** Cuts the power of so many processes, one after the other, that record into a folder below `base`. */
async function cut(base: string, cuts: number, tell: (said: string) => void) {
  const acknowledged = new Set<string>()
  let lost = 0
  let doubled = 0
  let folder = join(base, 'live-0')
  mkdirSync(folder, { recursive: true })
  for (let n = 0; n < cuts; n++) {
    const shadow = join(base, `shadow-${n}`)
    seedShadow(folder, shadow)
    const recording = startRecording([folder, `r${n}`, 'no', String(BODY_BYTES)], [SHADOW_DISK], {
      SHADOW: shadow,
      SHADOW_ROOT: folder,
      // A checkpoint makes 10 to 70 syncs.
      DIE_AT_SYNC: String(5 + Math.floor(Math.random() * 70)),
    })
    let where = 'in a sync'
    const tired = setTimeout(
      () => {
        where = 'between syncs'
        recording.child.kill('SIGKILL')
      },
      1_000 + Math.random() * 4_000,
    )
    const said = await recording.ended
    clearTimeout(tired)
    for (const id of said.acknowledged) acknowledged.add(id)

    const left = join(base, `live-${n + 1}`)
    const unsynced = n % 2 === 0 ? 'gone' : 'some'
    cutPower(folder, shadow, left, unsynced, Math.random)
    rmSync(folder, { recursive: true })
    rmSync(shadow, { recursive: true })
    folder = left
    const recorder = await openRecorder({ dataFolder: folder, durability: 'fsync', now: Date.now })
    const found: string[] = []
    try {
      for (const { generation } of (await recorder.list({ limit: 1_000_000 }))!.calls)
        found.push(generation.id)
    } finally {
      await recorder.close()
    }
    const once = new Set(found)
    doubled += found.length - once.size
    for (const id of acknowledged) if (!once.has(id)) lost++
    tell(
      `cut ${n} ${where}, unsynced data ${unsynced}: ${said.acknowledged.length} acknowledged, ${found.length} there`,
    )
  }
  return { acknowledged: acknowledged.size, lost, doubled }
}
