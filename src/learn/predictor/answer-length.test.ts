import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INTENTS } from '../../understand/intent-names.ts'
import { sampleOutcomes } from '../evaluate/sample-outcomes.ts'
import { fitAnswerLengths } from './answer-length.ts'

/** `chatty` writes 900 tokens on the first intent and 100 on the second; `mute` was never measured. */
function lengths(count: number): (intent: number) => { chatty: number; mute: number } {
  const outcomes = sampleOutcomes(
    Array.from({ length: count }, (_, i) => ({
      id: String(i),
      outcomes: { chatty: { quality: 1, tokens: i % 2 === 0 ? 900 : 100 }, mute: { quality: 1 } },
    })),
  )
  const intents = new Float32Array(count * INTENTS.length)
  for (let i = 0; i < count; i++) intents[i * INTENTS.length + (i % 2)] = 1
  const table = fitAnswerLengths(outcomes, [...Array(count).keys()], intents)
  return (intent) => ({ chatty: table[intent * 2]!, mute: table[intent * 2 + 1]! })
}

test("an answer is expected to be as long as the model's answers to such prompts were", () => {
  const of = lengths(4_000)
  assert.ok(Math.abs(of(0).chatty - 900) < 10 && Math.abs(of(1).chatty - 100) < 10)
  assert.ok(Math.abs(of(5).chatty - 500) < 10, 'on other intents as long as on average')
})

test('a few answers move the expectation a little', () => {
  const { chatty } = lengths(2)(0)
  assert.ok(chatty > 500 && chatty < 530, `${chatty}`)
})

test('a model none of whose answers has a length stays unknown', () => {
  assert.ok(Number.isNaN(lengths(100)(0).mute))
})
