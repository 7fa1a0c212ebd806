import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeLabels } from './place-labels.ts'

const frame = { left: 0, right: 400, top: 0, bottom: 200 }

test('a name stands to the right of its point where there is room', () => {
  const [label] = placeLabels([{ x: 100, y: 100, text: 'model' }], [], frame)
  assert.deepEqual(label, { x: 112, y: 104, text: 'model', anchor: 'start' })
})

test('a name at the right edge stands to the left of its point', () => {
  assert.equal(placeLabels([{ x: 395, y: 100, text: 'model' }], [], frame)[0]!.anchor, 'end')
})

test('names of points close to one another do not cover each other', () => {
  const points = [0, 4, 8].map((dx) => ({ x: 200 + dx, y: 100 + dx, text: 'some-model' }))
  const places = placeLabels(points, [], frame)
  const distinct = new Set(places.map(({ anchor, y }) => `${anchor} ${Math.round(y / 14)}`))
  assert.equal(distinct.size, 3)
})
