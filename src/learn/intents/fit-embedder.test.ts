import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplePrompts } from '../../../test/sample-prompts.ts'
import { hashedEmbedder } from '../../understand/embedder.ts'
import { INTENTS } from '../../understand/intent-names.ts'
import { intentHead } from './calibration.ts'
import { predictIntents } from './evaluate-intents.ts'
import { DIMENSIONS, fitEmbedder, intentDirection } from './fit-embedder.ts'
import { hashPrompt } from './hashed-prompt.ts'
import { scoreIntents } from './intent-scores.ts'

test('directions of intents are orthogonal and of unit length', () => {
  for (let a = 0; a < INTENTS.length; a++) {
    for (let b = 0; b <= a; b++) {
      const dot = intentDirection(a).reduce((sum, entry, d) => sum + entry * intentDirection(b)[d]!, 0)
      assert.ok(Math.abs(dot - (a === b ? 1 : 0)) < 1e-12)
    }
  }
})

test('fitting twice on the same prompts gives the same bits, and learns them', () => {
  const prompts = samplePrompts(12)
  const hashed = prompts.map(hashPrompt)
  const [first, second] = [fitEmbedder(hashed), fitEmbedder(hashed)]
  assert.equal(first.dimensions, DIMENSIONS)
  assert.deepEqual(first, second)
  const head = intentHead({ sharpness: 8, bias: new Float32Array(INTENTS.length) })
  const predictions = predictIntents(prompts, { embedder: hashedEmbedder('x', first), head })
  const learned = scoreIntents(
    predictions,
    prompts.map(({ intent }) => intent),
  )
  assert.equal(learned.top1, 1)
})

test('a prompt that counts more pulls words towards its intent', () => {
  const prompts = samplePrompts(12)
  const odd = { prompt: 'Plan a plan of plans', intent: 'rejecting' } as const
  const probability = (weight: number) => {
    const embedder = hashedEmbedder('x', fitEmbedder([...prompts, { ...odd, weight }].map(hashPrompt)))
    const head = intentHead({ sharpness: 8, bias: new Float32Array(INTENTS.length) })
    return predictIntents([odd], { embedder, head })[0]![INTENTS.indexOf('rejecting')]!
  }
  assert.ok(probability(4) > probability(0.25))
})
