import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseIntentArtifact } from '../understand/artifact.ts'
import type { Outcomes } from './outcomes.ts'
import { fitPredictor } from './predictor.ts'
import { seededRandom } from './random.ts'

const intents = parseIntentArtifact(readFileSync(new URL('../../artifacts/intents.bin', import.meta.url)))

const SUMS = (i: number) => `What is ${i * 7} plus ${i * 3 + 4}? Give the number only.`
const POEMS = (i: number) =>
  `Write a short poem about ${['rain', 'bread', 'a harbour', 'winter'][i % 4]}, number ${i}.`

/** One model is good at sums, the other at poems. */
function outcomes(count: number): Outcomes {
  const random = seededRandom(count)
  const rows = Array.from({ length: count }, (_, i) => i)
  const quality = rows.flatMap((i) =>
    (i % 2 === 0 ? [0.9, 0.2] : [0.3, 0.8]).map((p) => (random() < p ? 1 : 0)),
  )
  return {
    models: ['acme/poet-not', 'acme/poet'],
    ids: rows.map(String),
    prompts: rows.map((i) => (i % 2 === 0 ? SUMS(i) : POEMS(i))),
    tasks: rows.map(() => undefined),
    quality: Float64Array.from(quality),
    costUsd: new Float64Array(2 * count).fill(Number.NaN),
  }
}

function fit(count: number) {
  const data = outcomes(count)
  return fitPredictor(data, data.ids.map(Number), { intents, seed: 1 })
}

test('which model suits which prompt is learned, close to the truth', () => {
  const said = fit(400).predict([SUMS(1001), POEMS(1001)])
  assert.ok(said[0]! > 0.75 && said[1]! < 0.4, `${said}`)
  assert.ok(said[2]! < 0.45 && said[3]! > 0.65, `${said}`)
})

test('predictions are probabilities, for any text', () => {
  const predictor = fit(60)
  const texts = ['', ' ', '\0\ud800', 'a'.repeat(2_000_000), '界'.repeat(9000), '\n\n\n', '?'.repeat(70_000)]
  for (const value of predictor.predict(texts)) assert.ok(value >= 0 && value <= 1, `${value}`)
})

test('one row is enough to give its means', () => {
  const said = fit(1).predict([SUMS(5)])
  assert.equal(said.length, 2)
  assert.ok(said.every((value) => value >= 0 && value <= 1))
})

test('the same rows and seed give the same predictions', () => {
  assert.deepEqual(fit(120).predict([SUMS(7)]), fit(120).predict([SUMS(7)]))
})
