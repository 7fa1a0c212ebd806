import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonItems } from './json-items.ts'

async function items(pieces: readonly string[]): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const item of jsonItems(Readable.from(pieces.map((piece) => Buffer.from(piece)))))
    found.push(item)
  return found
}

test('objects are found whatever their texts hold and wherever the pieces end', async () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  const paged = object.map((value) => ({ ...value, data: [value] }))
  const text = fc.array(fc.oneof(object, paged), { maxLength: 5 })
  const indent = fc.constantFrom(undefined, 2)
  await fc.assert(
    fc.asyncProperty(text, indent, fc.integer({ min: 1, max: 9 }), async (list, space, size) => {
      const bytes = Buffer.from(JSON.stringify(list, null, space))
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      )
      const found: unknown[] = []
      for await (const item of jsonItems(Readable.from(pieces))) found.push(item)
      assert.deepEqual(found, JSON.parse(JSON.stringify(list)))
    }),
    { numRuns: 200 },
  )
})

test('a list in a member of an object, and objects that follow each other, are read too', async () => {
  assert.deepEqual(await items(['{"total": 2, "data": [{"a": 1}, ', '{"a": 2}]}']), [{ a: 1 }, { a: 2 }])
  assert.deepEqual(await items(['{"a": 1}\n{"a": 2}\n']), [{ a: 1 }, { a: 2 }])
})

test('a text that ends in the middle is refused; what cannot be parsed is said to be none', async () => {
  await assert.rejects(items(['[{"a": 1}, {"a"']), /ends in the middle/)
  assert.deepEqual(await items(['[{"a": 1}, {oops}]']), [{ a: 1 }, undefined])
})
