import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createEventSplitter } from './server-sent-events.ts'
import { withData } from './with-data.ts'

/** Characters that end no line. */
const text = fc.string({ unit: 'binary', maxLength: 8 }).map((line) => line.replaceAll(/[\r\n]/g, ''))
const others = fc.oneof(
  text.map((value) => `event: ${value}`),
  text.map((value) => `id:${value}`),
  fc.nat().map((value) => `retry: ${value}`),
  text.map((comment) => `: ${comment}`),
)
const lines = fc.array(
  fc.oneof(
    others,
    text.map((value) => `data: ${value}`),
  ),
  { maxLength: 6 },
)
const lineEnd = fc.constantFrom('\n', '\r\n', '\r')

test('with other data an event keeps every other field and comment, whatever its lines end with', () => {
  fc.assert(
    fc.property(
      lines,
      lineEnd,
      fc.boolean(),
      fc.json({ maxDepth: 2 }),
      fc.nat(3),
      (fields, end, bom, json, indent) => {
        // A line separator ends no line here, though it ends one for JavaScript.
        const data = JSON.stringify({ '\u2028': JSON.parse(json) }, null, indent)
        const event = `${bom ? '\uFEFF' : ''}${[...fields, 'data: {}'].join(end)}${end}${end}`
        const edited = withData(Buffer.from(event), Buffer.from(data))
        const read = createEventSplitter().push(edited)
        assert.deepEqual(
          read.map((one) => one.data),
          [data],
        )
        const kept = edited
          .toString()
          .replace(/^\uFEFF/, '')
          .split(/\r\n|\r|\n/)
        assert.deepEqual(
          kept.filter((line) => line !== '' && !line.startsWith('data:')),
          fields.filter((line) => !line.startsWith('data:')),
        )
      },
    ),
  )
})

test('an event that is one line of data stays one', () => {
  assert.equal(withData(Buffer.from('data: {"a":1}\n\n'), Buffer.from('{}')).toString(), 'data: {}\n\n')
})
