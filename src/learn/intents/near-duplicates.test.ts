import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearDuplicates, withoutAttachments } from './near-duplicates.ts'

test('punctuation, case and spacing do not hide a repetition', () => {
  const texts = ['Plan a trip to Rome.', 'plan  a TRIP to rome', 'Bake a cake for me']
  assert.deepEqual(nearDuplicates(texts, 0.7), [{ first: 1, second: 0, similarity: 1 }])
})

test('a small change is found, another topic is not', () => {
  const texts = [
    'How do I descale a coffee machine?',
    'How do I descale my coffee machine?',
    'How do I tie a bow?',
  ]
  const found = nearDuplicates(texts, 0.6)
  assert.equal(found.length, 1)
  assert.deepEqual([found[0]?.first, found[0]?.second], [1, 0])
})

test('very short texts repeat only when they are equal', () => {
  assert.equal(nearDuplicates(['hi', 'yo', 'Hi!', '👍', '👎'], 0.7).length, 1)
})

test('texts are compared with others when there are any', () => {
  const found = nearDuplicates(['Tell me a joke about cats'], 0.7, [
    'Something else',
    'tell me a joke about cats!',
  ])
  assert.deepEqual(found, [{ first: 0, second: 1, similarity: 1 }])
})

test('what several texts share word for word is an attachment', () => {
  const letter = 'The bridge over the river will be closed for repairs until the first of May.'
  const texts = [`Translate: ${letter}`, `${letter} Summarize it.`, `Correct this.\n${letter}`]
  assert.deepEqual(withoutAttachments(texts), ['Translate:', 'Summarize it.', 'Correct this.'])
  assert.deepEqual(withoutAttachments(['One two three', letter]), ['One two three', letter])
})

test('a shared program is an attachment although its lines are short', () => {
  const program = 'let n = 0\nwhile (n < 9) {\n  n++\n}\nprint(n)'
  const texts = [`${program}\nExplain.`, `${program}\nPort to Go.`, `Shorten:\n${program}`]
  assert.deepEqual(withoutAttachments(texts), ['Explain.', 'Port to Go.', 'Shorten:'])
})

test('a text of nothing but shared sentences stays whole', () => {
  const same = ['Write a poem about the sea.', 'Write a poem about the sea.', 'Write a poem about the sea.']
  assert.equal(nearDuplicates(withoutAttachments(same), 0.7).length, 3)
})
