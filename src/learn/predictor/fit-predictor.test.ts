import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { asNumbers } from '../../../test/sample-predictor.ts'
import { parseIntentArtifact } from '../../understand/artifact.ts'
import { type PromptText, promptText } from '../../understand/text.ts'
import { spaceEmbedder } from '../../understand/vector-space.ts'
import { partFitter } from '../evaluate/fit-part.ts'
import type { Outcomes } from '../outcomes.ts'
import { seededRandom } from '../random.ts'
import type { Compared } from './compared.ts'
import { fitPredictor } from './fit-predictor.ts'
import { predictText } from './predict-text.ts'

const intents = parseIntentArtifact(readFileSync(new URL('../../../artifacts/intents.bin', import.meta.url)))

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
  const prompts = rows.map((i) => (i % 2 === 0 ? SUMS(i) : POEMS(i)))
  return {
    models: ['acme/poet-not', 'acme/poet'],
    ids: rows.map(String),
    prompts,
    texts: prompts.map(textOf),
    tasks: rows.map(() => undefined),
    quality: Float64Array.from(quality),
    costUsd: new Float64Array(2 * count).fill(Number.NaN),
    tokens: Float64Array.from(rows.flatMap((i) => (i % 2 === 0 ? [2, 40] : [200, Number.NaN]))),
  }
}

function textOf(content: string): PromptText {
  return promptText({ messages: [{ role: 'user', content }] })
}

function fit(count: number) {
  const data = outcomes(count)
  const fitted = fitPredictor(data, data.ids.map(Number), { intents, seed: 1 })
  const space = spaceEmbedder('test', fitted.space)
  return {
    ...fitted,
    predict: (prompt: string) => predictText(textOf(prompt), fitted.predictor, space, intents).quality,
  }
}

test('which model suits which prompt is learned, close to the truth', () => {
  const { predict, predictor } = fit(400)
  const [sum, poem] = [predict(SUMS(1001)), predict(POEMS(1001))]
  assert.ok(sum[0]! > 0.75 && sum[1]! < 0.4, `${sum}`)
  assert.ok(poem[0]! < 0.45 && poem[1]! > 0.65, `${poem}`)
  assert.ok(predictor.guard < 0.1, 'looking at the prompt pays')
})

test('predictions are probabilities, for any text', () => {
  const { predict } = fit(60)
  const texts = ['', ' ', '\0\ud800', 'a'.repeat(2_000_000), '界'.repeat(9000), '\n\n\n', '?'.repeat(70_000)]
  for (const text of texts) for (const value of predict(text)) assert.ok(value >= 0 && value <= 1, `${value}`)
})

test('one row is enough to give its means', () => {
  const { predict, predictor } = fit(1)
  assert.equal(predict(SUMS(5)).length, 2)
  assert.equal(predictor.guard, Infinity, 'one row proves nothing')
})

test('the same rows and seed give the same predictor', () => {
  assert.deepEqual(asNumbers(fit(120).predictor), asNumbers(fit(120).predictor))
})

/** 200 prompts of which the first 150 are learned from: what is predicted for the others with such labels. */
function predictionsWith(labelOf: (row: number) => string | undefined): readonly Float64Array[] {
  const data = outcomes(200)
  const rows = data.ids.map(Number)
  const { predict } = partFitter(
    { ...data, tasks: rows.map(labelOf) },
    { intents, seed: 1 },
  )(rows.slice(0, 150))
  return rows.slice(150).map((row) => predict(row).quality)
}

/** On a poem the poet wins. */
function poets(count: number): Compared[] {
  return Array.from({ length: count }, (_, i) => ({
    a: i % 2,
    b: 1 - (i % 2),
    result: i % 2 === 1 ? 1 : -1,
    intents: [],
    row: 1,
  }))
}

test('comparisons move who is better; one on a prompt that is held out is not looked at', () => {
  const data = outcomes(30)
  const meansWith = (rows: readonly number[], compared: readonly Compared[]) =>
    fitPredictor(data, rows, { intents, seed: 1, compared }).predictor.mean
  const rows = data.ids.map(Number)
  const [without, told] = [meansWith(rows, []), meansWith(rows, poets(40))]
  assert.ok(told[1]! - told[0]! > without[1]! - without[0]! + 0.1, `${without} ${told}`)
  const others = rows.filter((row) => row !== 1)
  assert.deepEqual(meansWith(others, poets(40)), meansWith(others, []))
})

const KIND = (row: number) => (row % 2 === 0 ? 'sums' : 'poems')

test('labels are learned from, and those of the prompts judged are not looked at', () => {
  const told = predictionsWith(KIND)
  assert.deepEqual(
    predictionsWith((row) => (row < 150 ? KIND(row) : undefined)),
    told,
  )
  assert.deepEqual(
    predictionsWith((row) => KIND(row < 150 ? row : row + 1)),
    told,
  )
  assert.notDeepEqual(
    predictionsWith(() => undefined),
    told,
  )
})

test('where only some prompts have labels, kinds are learned from these', () => {
  const some = (row: number) => (row % 4 < 2 ? KIND(row) : undefined)
  const told = predictionsWith(some)
  assert.notDeepEqual(
    told,
    predictionsWith(() => undefined),
  )
  for (const [at, [notPoet, poet]] of told.entries()) assert.equal(notPoet! > poet!, at % 2 === 0, `${at}`)
})

test('labels that are one, or rare, change nothing', () => {
  const untold = predictionsWith(() => undefined)
  assert.deepEqual(
    predictionsWith(() => 'all'),
    untold,
  )
  assert.deepEqual(
    predictionsWith((row) => `label ${row % 6}`),
    untold,
  )
})
