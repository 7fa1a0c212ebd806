import assert from 'node:assert/strict'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { frameBound, writeFrame } from './frame.ts'
import { readBatch } from './reader.ts'

function file(t: TestContext, ...chunks: readonly Uint8Array[]): number {
  const folder = fs.mkdtempSync(join(tmpdir(), 'meritorder-reader-'))
  const path = join(folder, 'segment')
  fs.writeFileSync(path, Buffer.concat(chunks))
  const descriptor = fs.openSync(path, 'r')
  t.after(() => {
    fs.closeSync(descriptor)
    fs.rmSync(folder, { recursive: true })
  })
  return descriptor
}

function frame(meta: string, body = 0): Buffer {
  const request = Buffer.alloc(body, 7)
  const target = Buffer.alloc(frameBound(meta, request, null))
  return target.subarray(0, writeFrame(target, 0, meta, request, null))
}

test('a torn frame and what follows it are not read', (t) => {
  const one = frame('one')
  const torn = frame('two').subarray(0, 15)
  const descriptor = file(t, one, torn, Buffer.alloc(100), frame('three'))
  const { frames, end } = readBatch(descriptor, 0, Number.POSITIVE_INFINITY)
  assert.deepEqual(
    frames.map(({ meta }) => meta),
    ['one'],
  )
  assert.equal(end, one.length)
  assert.deepEqual(readBatch(descriptor, end, Number.POSITIVE_INFINITY).frames, [])
})

test('nothing past the limit is read, also when it is there', (t) => {
  const one = frame('one')
  const descriptor = file(t, one, frame('two', 5_000_000), Buffer.alloc(100))
  assert.equal(readBatch(descriptor, 0, one.length).frames.length, 1)
  assert.equal(readBatch(descriptor, one.length, one.length).frames.length, 0)
  assert.equal(readBatch(descriptor, one.length, one.length + 4_000_000).frames.length, 0)
})

test('a frame larger than what is read at once is read whole', (t) => {
  const descriptor = file(t, frame('large', 5_000_000), frame('small'))
  const { frames, end } = readBatch(descriptor, 0, Number.POSITIVE_INFINITY)
  assert.equal(frames[0]?.request?.length, 5_000_000)
  assert.equal(readBatch(descriptor, end, Number.POSITIVE_INFINITY).frames[0]?.meta, 'small')
})

test('a length that points past the file is a torn frame, not a reason to read forever', (t) => {
  const wild = Buffer.alloc(64, 0xff)
  assert.deepEqual(readBatch(file(t, wild), 0, Number.POSITIVE_INFINITY), { frames: [], end: 0 })
})
