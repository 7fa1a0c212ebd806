import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplePrompts } from '../../../test/sample-prompts.ts'
import {
  crossValidatedPredictions,
  FITTING_STEPS,
  fitClassifier,
  predictIntents,
} from './evaluate-intents.ts'
import { scoreIntents } from './intent-scores.ts'
import type { LabelledPrompt } from './labelled-prompts.ts'

const prompts = samplePrompts(12)
const score = (predictions: readonly Float32Array[], of: readonly LabelledPrompt[] = prompts) =>
  scoreIntents(
    predictions,
    of.map(({ intent }) => intent),
  )

test('cross-validation predicts what it has not seen, the same each time, and reports every fold', () => {
  const steps: string[] = []
  const predictions = crossValidatedPredictions(prompts, [], (step) => steps.push(step))
  assert.equal(steps.length, FITTING_STEPS - 1)
  assert.ok(score(predictions).top1 > 0.8, `${score(predictions).top1}`)
  assert.deepEqual(
    crossValidatedPredictions(prompts, [], () => {}),
    predictions,
  )
})

test('labels without a pattern are not predicted: no prompt is in its own training set, nor a copy of it', () => {
  const names = ['planning', 'ranking', 'chitchat'] as const
  const words = Array.from({ length: 30 }, (_, i) => `word${String.fromCharCode(97 + (i % 26), 97 + i)}`)
  const arbitrary = words.map((prompt, i) => ({ prompt, intent: names[(i * 7) % 3]! }))
  const doubled = [...arbitrary, ...arbitrary]
  const { top1 } = score(
    crossValidatedPredictions(doubled, [], () => {}),
    doubled,
  )
  assert.ok(top1 < 0.7, `${top1}`)
})

test('a classifier fitted on some prompts understands others like them', () => {
  const steps: string[] = []
  const train = prompts.filter((_, i) => i % 4 !== 0)
  const rest = prompts.filter((_, i) => i % 4 === 0)
  const classifier = fitClassifier(train, [], (step) => steps.push(step))
  assert.equal(steps.length, FITTING_STEPS)
  assert.ok(score(predictIntents(rest, classifier), rest).top1 > 0.7)
})

test('prompts beside the others are learnt too', () => {
  const [known, beside] = [prompts.slice(0, 24), prompts.slice(24)]
  const classifier = fitClassifier(known, beside, () => {})
  assert.ok(score(predictIntents(beside, classifier), beside).top1 > 0.9)
})
