import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asStorable, parseStorable } from './storable.ts'

test('what PostgreSQL cannot hold is replaced in texts and in names of members, and nothing else is changed', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '\0', '\ud800', '\udc00', '\\u0000', '\ufffd', '😀') })
  fc.assert(
    fc.property(fc.dictionary(texts, fc.array(fc.oneof(texts, fc.double()))), (value) => {
      const json = JSON.stringify(value)
      const stored = JSON.stringify(parseStorable(json))
      assert.doesNotMatch(stored.replaceAll('\\\\', ''), /\\u(0000|d[89a-f])/)
      assert.deepEqual(parseStorable(stored), parseStorable(json))
      if (json.isWellFormed() && !/\\u/.test(json)) assert.equal(stored, json)
    }),
  )
})

test('a question is asked as what it asks for was stored; any other stays the very same', () => {
  const plain = { kind: 'find', id: 'gen-1', since: Number.POSITIVE_INFINITY }
  assert.equal(asStorable(plain), plain)
  assert.deepEqual(asStorable({ user: 'a\0b\ud800' }), { user: 'a\ufffdb\ufffd' })
})
