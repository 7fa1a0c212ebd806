import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SHAPE_WIDTH, textShape } from './text-shape.ts'

const shape = (text: string) =>
  [...textShape(text, text.length)].map((value) => Math.round(100 * value) / 100)

test('any text has a shape of finite numbers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const numbers = textShape(text, text.length)
      assert.equal(numbers.length, SHAPE_WIDTH)
      assert.ok(numbers.every(Number.isFinite))
    }),
  )
  assert.equal(textShape('', 0).length, SHAPE_WIDTH)
})

test('a sum and a request for verse do not look alike', () => {
  const [sum, verse] = [shape('What is 12 + 30 = ?'), shape('Write a poem about a winter harbour.')]
  const differs = sum.filter((value, i) => value !== verse[i]).length
  assert.ok(differs > 7, `${differs} numbers differ`)
})

test('lines, capitals, digits, marks, first word and ending are counted', () => {
  const [, words, lines, , upper, startsUpper, , digits, dollars, , questions, ending] = shape(
    'How much is $5?\nAnd $7 for Ann',
  )
  const logOf = (count: number) => Math.round(100 * Math.log1p(count)) / 100
  assert.deepEqual([words, lines, digits, dollars], [8, 1, 2, 2].map(logOf))
  assert.deepEqual([upper, startsUpper, questions, ending], [Math.round((100 * 3) / 8) / 100, 1, 1, 4])
})
