import assert from 'node:assert/strict'
import { test } from 'node:test'
import { escaped, linearAxis, logAxis } from './svg-chart.ts'

test('an even axis has round ticks within its ends', () => {
  const { ticks, place } = linearAxis(0.13, 0.87, 100, 0)
  assert.deepEqual(ticks, [0.2, 0.4, 0.6, 0.8])
  assert.equal(place(0.13), 100)
  assert.equal(place(0.87), 0)
})

test('on a logarithmic axis equal factors are equal distances', () => {
  const { ticks, place } = logAxis(0.01, 1, 0, 100)
  assert.ok(Math.abs(place(0.1) - 50) < 1e-9)
  assert.deepEqual(ticks, [0.01, 0.03, 0.1, 0.3, 1])
})

test('text from outside cannot become markup', () => {
  assert.equal(escaped(`<a b="c">&'`), '&#60;a b=&#34;c&#34;&#62;&#38;&#39;')
})
