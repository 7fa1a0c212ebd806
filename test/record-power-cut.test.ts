import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openRecorder } from '../src/record/recorder.ts'
import { cutPower, seedShadow } from './record-power-cut.ts'
import { startRecording } from './record-process.ts'

const CUTS = 8
/** Two journal segments, and with them a checkpoint, fill after some 330 records. */
const BODY_BYTES = 50_000
const SHADOW_DISK = new URL('./record-shadow-disk.ts', import.meta.url).href

const supported = process.platform === 'linux' ? false : 'needs /proc and O_DSYNC (Linux)'

test(`${CUTS} power cuts lose no acknowledged record and double none`, { skip: supported }, async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'meritorder-power-'))
  t.after(() => rmSync(base, { recursive: true, force: true }))
  const acknowledged = new Set<string>()
  let lost = 0
  let doubled = 0
  let folder = join(base, 'live-0')
  mkdirSync(folder)
  for (let cut = 0; cut < CUTS; cut++) {
    const shadow = join(base, `shadow-${cut}`)
    seedShadow(folder, shadow)
    const recording = startRecording([folder, `r${cut}`, 'no', String(BODY_BYTES)], [SHADOW_DISK], {
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

    const left = join(base, `live-${cut + 1}`)
    const unsynced = cut % 2 === 0 ? 'gone' : 'some'
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
    t.diagnostic(
      `cut ${cut} ${where}, unsynced data ${unsynced}: ${said.acknowledged.length} acknowledged, ${found.length} there`,
    )
  }
  t.diagnostic(
    `${CUTS} power cuts, ${acknowledged.size} acknowledged records: lost ${lost}, doubled ${doubled}`,
  )
  assert.ok(acknowledged.size > CUTS, 'the test must have something to lose')
  assert.equal(lost, 0)
  assert.equal(doubled, 0)
})
