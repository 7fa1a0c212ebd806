import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FEATURE_BLOCKS, featureBuffer, hashFeatures } from './features.ts'

function blocksOf(text: string): readonly (readonly number[])[] {
  const buffer = featureBuffer()
  hashFeatures(text, buffer)
  return FEATURE_BLOCKS.map((_, b) => [...buffer.hashes.subarray(buffer.starts[b], buffer.starts[b + 1])])
}

/** Computed once and kept: artifacts in the field depend on them. */
const GOLDEN = {
  word: [3745220580, 3992754512, 2425757419],
  character: [2243981020, 1278430343, 1511170297, 1102761019, 3821342651, 298033270, 2997637520, 2396372762],
  head: [1701221972, 626459602, 390171595],
  tail: [2049355150, 3893506628, 3068437665],
  shape: [
    2680369087, 642043268, 3404046461, 576016629, 3954509801, 2160463052, 3260271446, 1253791019, 1892683383,
  ],
  start: [2318312642, 2862692705],
}

test('the hashes of a fixed text never change', () => {
  const [word, character, head, tail, shape, start] = blocksOf('Grüße 42!')
  assert.deepEqual(word, GOLDEN.word)
  assert.deepEqual(character, GOLDEN.character)
  assert.deepEqual(head, GOLDEN.head)
  assert.deepEqual(tail, GOLDEN.tail)
  assert.deepEqual(shape, GOLDEN.shape)
  assert.deepEqual(start, GOLDEN.start)
})

test('case, digits, curly apostrophes and runs of spaces make no difference', () => {
  assert.deepEqual(blocksOf("DON'T  pay 17 ΕΥΡΩ или ЁЛКА"), blocksOf('don’t pay 98 ευρω или ёлка'))
})

test('every character of an unspaced script is a word', () => {
  assert.equal(blocksOf('修改这句话')[0]?.length, 5 + 4)
})

test('the head is the first sentence and the tail is the last', () => {
  const [, , head, tail] = blocksOf('Translate this text please. It is about a boat. The boat was very old.')
  assert.equal(head?.length, 4 + 3 + 2)
  assert.equal(tail?.length, 5 + 4 + 3)
})

test('up to four words at the start of every sentence are read together', () => {
  const start = blocksOf('Translate this text for me please. Thanks! It is old.')[5]
  assert.equal(start?.length, 4 + 1 + 3)
})

test('any text fits the buffer', () => {
  const buffer = featureBuffer()
  for (const text of [
    '',
    'a '.repeat(1_000_000),
    '界'.repeat(2_000_000),
    '?'.repeat(99_999),
    '\ud800'.repeat(5000),
    'a. '.repeat(9999),
    'a b c d. '.repeat(9999),
  ]) {
    hashFeatures(text, buffer)
    assert.ok(buffer.starts.at(-1)! <= buffer.hashes.length)
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3000 }), (text) => {
      hashFeatures(text, buffer)
      assert.ok(buffer.starts.at(-1)! <= buffer.hashes.length)
    }),
  )
})

test('the same text gives the same hashes after any other', () => {
  const fresh = blocksOf('Plan a trip')
  const buffer = featureBuffer()
  hashFeatures('Something else entirely, and much longer than what comes after.', buffer)
  hashFeatures('Plan a trip', buffer)
  assert.deepEqual([...buffer.hashes.subarray(0, buffer.starts.at(-1))], fresh.flat())
})
