import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createEventSplitter } from './server-sent-events.ts'

/** Feeds `bytes` cut at the given offsets. */
function split(bytes: Buffer, cuts: readonly number[]) {
  const splitter = createEventSplitter()
  const offsets = [0, ...[...cuts].sort((a, b) => a - b), bytes.length]
  const events = offsets
    .slice(1)
    .flatMap((end, i) => splitter.push(Buffer.from(bytes.subarray(offsets[i], end))))
  return {
    data: events.map((e) => e.data).filter((d) => d !== undefined),
    bytes: Buffer.concat(events.map((e) => e.bytes)),
  }
}

const stream = (lineEnd: string) =>
  Buffer.from(
    [
      ': comment',
      '',
      'data: {"a":"ä€😀"}',
      '',
      'event: x',
      'data: one',
      'data:two',
      '',
      'data: [DONE]',
      '',
      '',
    ].join(lineEnd),
  )

test('a stream cut at any two offsets gives the same events and the same bytes', () => {
  for (const lineEnd of ['\n', '\r\n']) {
    const bytes = stream(lineEnd)
    for (let a = 0; a <= bytes.length; a++)
      for (let b = a; b <= bytes.length; b++) {
        const result = split(bytes, [a, b])
        assert.deepEqual(result.data, ['{"a":"ä€😀"}', 'one\ntwo', '[DONE]'])
        assert.equal(result.bytes.equals(bytes), true)
      }
  }
})

test('lone carriage returns end lines too', () => {
  const bytes = Buffer.concat([stream('\r'), Buffer.from(': end')])
  assert.deepEqual(split(bytes, [7, 30]).data, ['{"a":"ä€😀"}', 'one\ntwo', '[DONE]'])
})

test('no byte of any input is lost, however it is cut', () => {
  const bytes = fc
    .uint8Array({ maxLength: 200 })
    .map((a) => Buffer.from(a.map((x) => [10, 13, 100, 58, 32][x % 5]!)))
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200), { maxLength: 5 }), (input, cuts) => {
      const inside = cuts.filter((cut) => cut <= input.length)
      return input.subarray(0, split(input, inside).bytes.length).equals(split(input, inside).bytes)
    }),
  )
})

test('a 4 MB event in small chunks comes out whole', () => {
  const big = Buffer.from(`data: ${'x'.repeat(4 << 20)}\n\n`)
  const cuts = Array.from({ length: 64 }, (_, i) => (i + 1) * 65_000).filter((cut) => cut < big.length)
  assert.equal(split(big, cuts).data[0]?.length, 4 << 20)
})

test('an event of very many lines in very many chunks takes linear time', () => {
  for (const lineEnd of ['\n', '\r\n']) {
    const splitter = createEventSplitter()
    const chunk = Buffer.from(`data: x${lineEnd}`)
    const start = performance.now()
    for (let i = 0; i < 100_000; i++) assert.equal(splitter.push(chunk).length, 0)
    assert.equal(splitter.push(Buffer.from(lineEnd))[0]?.data?.length, 2 * 100_000 - 1)
    assert.ok(performance.now() - start < 3_000)
  }
})

test('an event without end is given up instead of buffered for ever', () => {
  const splitter = createEventSplitter()
  const chunk = Buffer.alloc(1 << 20, 'x')
  assert.throws(() => {
    for (let i = 0; i < 40; i++) splitter.push(chunk)
  }, RangeError)
})
