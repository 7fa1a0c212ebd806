import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INTENTS, type IntentName } from '../../understand/intent-names.ts'
import { confusions, scoreIntents } from './intent-scores.ts'

/** Probabilities with the given ones and the rest spread evenly. */
function predicted(given: Partial<Record<IntentName, number>>): Float32Array {
  const named = Object.values(given).reduce((sum, p) => sum + p, 0)
  const rest = (1 - named) / (INTENTS.length - Object.keys(given).length)
  return Float32Array.from(INTENTS, (intent) => given[intent] ?? rest)
}

test('top-1, top-3 and group are counted as shares', () => {
  const guess = predicted({ writing_email: 0.4, paraphrasing: 0.3, chitchat: 0.2 })
  const scores = scoreIntents(
    [guess, guess, guess, guess],
    ['writing_email', 'chitchat', 'writing_biography', 'default'],
  )
  assert.equal(scores.n, 4)
  assert.equal(scores.top1, 1 / 4)
  assert.equal(scores.top3, 2 / 4)
  assert.equal(scores.group, 2 / 4)
})

test('calibration error is 0 for honest confidence and large for boasting', () => {
  const labels: IntentName[] = ['planning', 'planning', 'planning', 'ranking']
  const honest = scoreIntents(
    labels.map(() => predicted({ planning: 0.75 })),
    labels,
  )
  const boasting = scoreIntents(
    labels.map(() => predicted({ roleplay: 0.99 })),
    labels,
  )
  assert.ok(honest.ece < 1e-6)
  assert.ok(Math.abs(boasting.ece - 0.99) < 1e-6)
})

test('default is a group of its own', () => {
  const scores = scoreIntents([predicted({ default: 0.9 })], ['chitchat'])
  assert.equal(scores.group, 0)
})

test('confusions are counted, the most frequent first', () => {
  const guess = predicted({ planning: 0.5 })
  const labels: IntentName[] = ['ranking', 'chitchat', 'chitchat', 'planning']
  assert.deepEqual(
    confusions(
      labels.map(() => guess),
      labels,
      5,
    ),
    [
      { label: 'chitchat', predicted: 'planning', n: 2 },
      { label: 'ranking', predicted: 'planning', n: 1 },
    ],
  )
})
