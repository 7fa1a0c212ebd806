import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { MeritorderError } from '../errors.ts'
import { findMembers } from './json-members.ts'

const slices = (text: string) => {
  const bytes = Buffer.from(text)
  return findMembers(bytes, 1000).map(
    (m) => [m.key, bytes.toString('utf8', m.valueStart, m.valueEnd)] as const,
  )
}

test('every member of any JSON object is found, with the exact bytes of its value', () => {
  const indent = fc.constantFrom(undefined, 0, 1, 4)
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), indent, (object, space) => {
      const found = slices(JSON.stringify(object, null, space))
      const expected = Object.entries(JSON.parse(JSON.stringify(object)) as object)
      assert.deepEqual(
        found.map(([key, value]) => [key, JSON.parse(value)]),
        expected,
      )
    }),
    { numRuns: 500 },
  )
})

test('strings full of quotes, braces and backslashes do not confuse the scan', () => {
  assert.deepEqual(slices('{"a\\"}":"\\\\\\"}{","b":[{"c":"]"}] , "d" : -1.5e3 }'), [
    ['a"}', '"\\\\\\"}{"'],
    ['b', '[{"c":"]"}]'],
    ['d', '-1.5e3'],
  ])
})

test('a repeated key is reported as often as it stands', () => {
  assert.deepEqual(
    slices('{"model":"a","model":"b"}').map(([, value]) => value),
    ['"a"', '"b"'],
  )
})

test('nesting beyond the limit is refused and the limit is named', () => {
  const bytes = Buffer.from(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)
  assert.throws(
    () => findMembers(bytes, 256),
    (error) => error instanceof MeritorderError && error.status === 400 && error.detail.limit === 'max_depth',
  )
})

test('a body of countless tiny fields is refused', () => {
  const bytes = Buffer.from(`{"a":1${',"a":1'.repeat(100_000)}}`)
  assert.throws(
    () => findMembers(bytes, 256),
    (error) => error instanceof MeritorderError && error.status === 400,
  )
})

test('bytes that are no JSON never make the scan throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => Array.isArray(findMembers(bytes, 1000))),
  )
})

test('more values than allowed are refused before anything is parsed, at any depth; commas in texts are none', () => {
  const tooMany = [
    `{"a":[${'{},'.repeat(200)}{}]}`,
    `{"a":"x"${',"b":1'.repeat(200)}}`,
    `{"a":[[${'1,'.repeat(150)}1]]}`,
  ]
  for (const body of tooMany)
    assert.throws(() => findMembers(Buffer.from(body), 256, 150), { detail: { limit: 'max_values' } })
  assert.equal(findMembers(Buffer.from(`{"a":"${','.repeat(200)}"}`), 256, 150).length, 1)
})
