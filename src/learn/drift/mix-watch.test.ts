import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../random.ts'
import { createMixWatch, WINDOW } from './mix-watch.ts'

const INTENTS = Array.from({ length: 40 }, (_, i) => `intent_${i}`)

/** Most prompts are of a few intents. */
function draw(random: () => number, first = 0): string {
  return INTENTS[(first + Math.floor(40 * random() ** 3)) % 40]!
}

test('a mix that stays as it is raises no alarm', () => {
  const [watch, random] = [createMixWatch(), seededRandom(1)]
  for (let i = 0; i < 100 * WINDOW; i++) assert.equal(watch.note(draw(random)), undefined)
})

test('a shift is told within two windows, once, with the intents that gained and lost most', () => {
  const [watch, random] = [createMixWatch(), seededRandom(2)]
  for (let i = 0; i < 10 * WINDOW; i++) watch.note(draw(random))
  const told = Array.from({ length: 10 * WINDOW }, () =>
    watch.note(random() < 0.3 ? 'intent_39' : draw(random)),
  )
  const places = told.flatMap((drift, i) => (drift === undefined ? [] : [i]))
  assert.equal(places.length, 1)
  assert.ok(places[0]! < 2 * WINDOW)
  const drift = told[places[0]!]!
  assert.equal(drift.shifts[0]!.name, 'intent_39')
  assert.ok(Math.abs(drift.moved - 0.3) < 0.1)
})
