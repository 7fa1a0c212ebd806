import assert from 'node:assert/strict'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readBatch } from './reader.ts'
import { type Durability, listSegments, readSegmentId, SEGMENT_HEAD_BYTES } from './segment.ts'
import { openJournal } from './writer.ts'

async function journal(t: TestContext, durability: Durability = 'fsync') {
  const folder = fs.mkdtempSync(join(tmpdir(), 'meritorder-journal-'))
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }))
  let ids = 0
  const troubles: string[] = []
  const writer = await openJournal({
    folder,
    durability,
    newId: () => `segment-${ids++}`,
    onDurable: () => {},
    onTrouble: (error) => troubles.push(error.message),
    onRecovery: () => troubles.push('recovered'),
  })
  return { folder, writer, troubles }
}

/** The metas in all segments, in order. */
function metas(folder: string): string[] {
  return listSegments(folder).flatMap(({ path }) => {
    const descriptor = fs.openSync(path, 'r')
    const found: string[] = []
    let start = SEGMENT_HEAD_BYTES
    for (;;) {
      const { frames, end } = readBatch(descriptor, start, Number.POSITIVE_INFINITY)
      if (frames.length === 0) break
      found.push(...frames.map(({ meta }) => meta))
      start = end
    }
    fs.closeSync(descriptor)
    return found
  })
}

for (const durability of ['fsync', 'write'] as const) {
  test(`with durability ${durability} an appended record is in the file when its append resolves`, async (t) => {
    const { folder, writer } = await journal(t, durability)
    assert.deepEqual(await writer.append('one', Buffer.from('r'), 'a'), { durable: true })
    assert.deepEqual(metas(folder), ['one'])
    await writer.close()
  })
}

test('records that arrive while a write is on its way go together in the next', async (t) => {
  const { folder, writer } = await journal(t)
  const writes = t.mock.method(fs, 'write')
  await Promise.all(Array.from({ length: 500 }, (_, number) => writer.append(`m${number}`, null, null)))
  assert.ok(writes.mock.callCount() <= 2, `500 records took ${writes.mock.callCount()} writes`)
  assert.deepEqual(
    metas(folder),
    Array.from({ length: 500 }, (_, number) => `m${number}`),
  )
  await writer.close()
})

test('a full segment is followed by another, each with an id of its own, and nothing is lost between', async (t) => {
  const { folder, writer } = await journal(t)
  const request = Buffer.alloc(1_500_000, 1)
  for (let number = 0; number < 30; number++) await writer.append(`m${number}`, request, null)
  assert.deepEqual(
    metas(folder),
    Array.from({ length: 30 }, (_, number) => `m${number}`),
  )
  await writer.close()
  const ids = listSegments(folder).map(({ path }) => {
    const descriptor = fs.openSync(path, 'r')
    const id = readSegmentId(descriptor)
    fs.closeSync(descriptor)
    return id
  })
  assert.ok(ids.length >= 3)
  assert.equal(new Set(ids).size, ids.length)
})

test('a record larger than a segment gets a segment of its size', async (t) => {
  const { folder, writer } = await journal(t)
  await writer.append('small', null, null)
  assert.deepEqual(await writer.append('large', Buffer.alloc(20_000_000, 2), 'x'.repeat(100)), {
    durable: true,
  })
  await writer.append('after', null, null)
  assert.deepEqual(metas(folder), ['small', 'large', 'after'])
  await writer.close()
})

test('a write that fails once is repeated in a fresh segment', async (t) => {
  const { folder, writer, troubles } = await journal(t)
  await writer.append('one', null, null)
  failOnce(t)
  assert.deepEqual(await writer.append('two', null, null), { durable: true })
  assert.deepEqual(metas(folder), ['one', 'two'])
  assert.deepEqual(troubles, [])
  await writer.close()
})

test('on a full disk records wait in memory, are not called durable, and are written when there is room again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { folder, writer, troubles } = await journal(t)
  const full = fillDisk(t)
  const results = await Promise.all([writer.append('one', null, null), writer.append('two', null, null)])
  assert.ok(results.every(({ durable }) => !durable))
  assert.equal((await writer.append('three', null, null)).durable, false)
  assert.deepEqual(writer.stats, { written: 0, waiting: 3, lost: 0 })
  assert.equal(troubles.length, 1)
  full.mock.restore()
  t.mock.timers.tick(1_000)
  while (writer.stats.waiting > 0) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(await writer.append('four', null, null), { durable: true })
  assert.deepEqual(metas(folder), ['one', 'two', 'three', 'four'])
  assert.deepEqual(writer.stats, { written: 4, waiting: 0, lost: 0 })
  assert.match(troubles.join(), /ENOSPC.*,recovered$/)
  await writer.close()
})

test('when memory for waiting records is full too, records are lost and counted', async (t) => {
  const { writer } = await journal(t)
  const full = fillDisk(t)
  const request = Buffer.alloc(6_000_000)
  for (let number = 0; number < 5; number++) await writer.append(`m${number}`, request, null)
  assert.deepEqual(writer.stats, { written: 0, waiting: 2, lost: 3 })
  full.mock.restore()
  await writer.close()
  assert.deepEqual(writer.stats, { written: 2, waiting: 0, lost: 3 })
})

test('a record that comes after the end is refused and counted', async (t) => {
  const { writer } = await journal(t)
  await writer.close()
  assert.equal((await writer.append('late', null, null)).durable, false)
  assert.equal(writer.stats.lost, 1)
})

test('what a crash left half made is removed, and older segments are never written to', async (t) => {
  const { folder, writer } = await journal(t)
  await writer.append('one', null, null)
  await writer.close()
  fs.writeFileSync(join(folder, 'preparing-7'), 'half')
  const again = await openJournal({
    folder,
    durability: 'fsync',
    newId: () => 'again',
    onDurable: () => {},
    onTrouble: () => {},
    onRecovery: () => {},
  })
  assert.deepEqual(again.position, { segment: 2, offset: SEGMENT_HEAD_BYTES })
  assert.deepEqual(fs.readdirSync(folder), ['00000001.log', '00000002.log'])
  await again.close()
})

type WriteDone = (error: Error | null, written: number) => void

function failing(error: Error) {
  return ((...arguments_: unknown[]) => {
    const done = arguments_.at(-1) as WriteDone
    setImmediate(() => done(error, 0))
  }) as typeof fs.write
}

function failOnce(t: TestContext): void {
  t.mock.method(fs, 'write').mock.mockImplementationOnce(failing(new Error('EIO: i/o error, write')))
}

function fillDisk(t: TestContext) {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  return t.mock.method(fs, 'write', failing(error))
}
