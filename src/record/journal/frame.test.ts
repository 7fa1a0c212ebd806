import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameBound, readFrame, writeFrame } from './frame.ts'

const parts = fc.record({
  meta: fc.string({ unit: 'grapheme', minLength: 1 }),
  request: fc.option(fc.uint8Array()),
  answer: fc.option(fc.string({ unit: 'grapheme' })),
})

function frame({
  meta,
  request,
  answer,
}: {
  meta: string
  request: Uint8Array | null
  answer: string | null
}) {
  const target = Buffer.alloc(frameBound(meta, request, answer))
  return target.subarray(0, writeFrame(target, 0, meta, request, answer))
}

test('what is written is read back, wherever in the data it stands', () => {
  fc.assert(
    fc.property(parts, fc.uint8Array(), fc.uint8Array(), (call, before, after) => {
      const read = readFrame(Buffer.concat([before, frame(call), after]), before.length)
      assert.equal(read?.meta, call.meta)
      assert.deepEqual(read.request && [...read.request], call.request && [...call.request])
      assert.equal(read.answer === null ? null : Buffer.from(read.answer).toString(), call.answer)
    }),
  )
})

test('a frame cut at any byte is no frame', () => {
  fc.assert(
    fc.property(parts, (call) => {
      const whole = frame(call)
      for (let length = 0; length < whole.length; length++) {
        assert.equal(readFrame(whole.subarray(0, length), 0), undefined)
        const zeroed = Buffer.concat([whole.subarray(0, length), Buffer.alloc(whole.length - length)])
        if (!zeroed.equals(whole)) assert.equal(readFrame(zeroed, 0), undefined)
      }
    }),
    { numRuns: 30 },
  )
})

test('a frame with any one bit flipped is no frame', () => {
  fc.assert(
    fc.property(parts, fc.nat(), (call, at) => {
      const damaged = Buffer.concat([frame(call), Buffer.alloc(64)])
      const bit = at % ((damaged.length - 64) * 8)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.equal(readFrame(damaged, 0), undefined)
    }),
    { numRuns: 2000 },
  )
})

test('zeros are no frame', () => {
  assert.equal(readFrame(Buffer.alloc(4096), 0), undefined)
})

test('no frame takes more than its bound, whatever the script', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const target = Buffer.alloc(frameBound(text, null, text))
      assert.equal(writeFrame(target, 0, text, null, text), 20 + 2 * Buffer.byteLength(text))
    }),
  )
})
