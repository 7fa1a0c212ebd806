import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INTENTS, type IntentName } from '../../understand/intent-names.ts'
import { intentProbabilities } from '../../understand/intents.ts'
import { fitCalibration, fitSharpness, intentHead } from './calibration.ts'
import { intentDirection } from './fit-embedder.ts'
import { scoreIntents } from './intent-scores.ts'

const at = (intent: IntentName) => Float32Array.from(intentDirection(INTENTS.indexOf(intent)))
const noBias = new Float32Array(INTENTS.length)
const times = <T>(count: number, value: T): readonly T[] => Array.from({ length: count }, () => value)

test('embeddings that are right three times in four get probabilities of three quarters', () => {
  const embeddings = times(40, at('ranking'))
  const labels = [...times<IntentName>(30, 'ranking'), ...times<IntentName>(10, 'planning')]
  const calibration = fitCalibration(embeddings, labels)
  const scores = scoreIntents(
    embeddings.map((embedding) => intentProbabilities(embedding, intentHead(calibration))),
    labels,
  )
  assert.ok(scores.ece < 0.05, `${scores.ece}`)
})

test('the biases say which intents are common', () => {
  const labels: readonly IntentName[] = [...times<IntentName>(30, 'default'), 'ranking', 'planning']
  const { bias } = fitCalibration(labels.map(at), labels)
  const of = (intent: IntentName) => bias[INTENTS.indexOf(intent)]!
  assert.ok(of('default') > of('ranking'))
  assert.ok(of('ranking') > of('chitchat'))
})

test('embeddings that are always right get more sharpness than those that are not', () => {
  const labels = INTENTS.slice(0, 20)
  const right = fitSharpness(labels.map(at), labels, noBias)
  const mixed = fitSharpness(
    labels.map((intent, i) => at(i % 2 === 0 ? intent : 'default')),
    labels,
    noBias,
  )
  assert.ok(right > mixed, `${right} ${mixed}`)
})
