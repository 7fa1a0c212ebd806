import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createSweeper, type Retention } from '../src/record/ledger/retention.ts'
import { openRecorder, type Recorder } from '../src/record/recorder.ts'
import { sampleCall } from './record-sample.ts'

const DAY_MS = 86_400_000
const folder = mkdtempSync(join(tmpdir(), 'meritorder-retention-'))
const dataFolder = join(folder, 'data')
after(() => rmSync(folder, { recursive: true, force: true }))

const open = (retention?: Retention) =>
  openRecorder({ dataFolder, durability: 'write', now: Date.now, ...(retention && { retention }) })

/** An id as the gateway makes it of a time. */
const idAt = (at: number, n: number) =>
  `gen-${at.toString(16).padStart(12, '0')}${String(n).padStart(20, '0')}`

const now = Date.now()
const old = idAt(now - 400 * DAY_MS, 1)
const middle = idAt(now - 40 * DAY_MS, 2)
const fresh = idAt(now - DAY_MS, 3)
const failed = { code: 'provider_unavailable', message: 'cannot read "hush"' } as const

async function fill(recorder: Recorder) {
  for (const id of [old, middle, fresh]) {
    const createdAt = Number.parseInt(id.slice(4, 16), 16)
    const call = sampleCall({ id, bodyBytes: 60, generation: { createdAt, error: failed } })
    const attempts = call.generation.attempts.map((attempt) => ({ ...attempt, error: failed }))
    const response = { id: `resp-${id}`, previous: null, items: [], body: '{}' }
    await recorder.append({ ...call, generation: { ...call.generation, attempts }, response })
    const rating = { generationId: id, caller: 'local', ratedAt: createdAt, source: 'meritorder' }
    await recorder.rate([
      { ...rating, kind: 'thumb', name: '', value: 1, text: null },
      { ...rating, kind: 'comment', name: '', value: null, text: 'hush' },
    ])
  }
}

before(async () => {
  const recorder = await open()
  await fill(recorder)
  await recorder.drained()
  await recorder.close()
})

test('words go after their time and calls after theirs; what is younger stays as it is', async () => {
  const recorder = await open({ bodiesMs: 30 * DAY_MS, callsMs: 365 * DAY_MS })
  // Whoever asks waits for at most one batch: once the comment of the second call is gone, all before it is.
  while ((await recorder.ratings(middle)).length > 1) assert.ok(performance.now() < 300_000)
  assert.equal(await recorder.find(old), undefined)
  assert.deepEqual(await recorder.ratings(old), [])
  assert.equal(await recorder.findResponse(`resp-${old}`, 'local'), undefined)

  const kept = await recorder.find(middle)
  assert.equal(kept?.request, null)
  assert.equal(kept?.answer, null)
  assert.deepEqual(kept?.generation.error, { ...failed, message: '' })
  assert.deepEqual(kept?.generation.attempts[0]?.error, { ...failed, message: '' })
  assert.equal(kept?.generation.attempts[0]?.totalMs, 1200)
  assert.deepEqual(
    (await recorder.ratings(middle)).map(({ kind }) => kind),
    ['thumb'],
  )

  const whole = await recorder.find(fresh)
  assert.equal(whole?.request?.length, 60)
  assert.equal(whole?.generation.error?.message, failed.message)
  assert.equal((await recorder.ratings(fresh)).length, 2)
  assert.ok(await recorder.findResponse(`resp-${fresh}`, 'local'))
  await recorder.close()
})

test('without retention there is never anything to do', () => {
  assert.equal(createSweeper({}, () => 0).waitMs(), Number.POSITIVE_INFINITY)
  assert.equal(createSweeper({ callsMs: 1 }, () => 0).waitMs(), 0)
})
