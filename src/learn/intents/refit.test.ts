import assert from 'node:assert/strict'
import { test } from 'node:test'
import { samplePrompts } from '../../../test/sample-prompts.ts'
import { scoreIntents } from './intent-scores.ts'
import type { LabelledPrompt } from './labelled-prompts.ts'
import { planRefit, refitPredictions } from './refit.ts'

const prompts = samplePrompts(12)
const some = prompts.filter((_, i) => i % 3 === 0)
const others = prompts.filter((_, i) => i % 3 !== 0)

function top1(scored: readonly LabelledPrompt[], refit: ReturnType<typeof planRefit>): number {
  const steps: string[] = []
  const predictions = refitPredictions(scored, refit, (step) => steps.push(step))
  assert.equal(steps.length, refit.steps)
  return scoreIntents(
    predictions,
    scored.map(({ intent }) => intent),
  ).top1
}

test('other prompts are fitted on, less those that are scored on, whoever has them and whatever spaces stand around', () => {
  const spaced = prompts.map((one) => ({ ...one, prompt: ` ${one.prompt}\n` }))
  const refit = planRefit(some, spaced, [...some, others[0]!])
  assert.deepEqual([refit.kept.length, refit.dropped], [24, 12])
  assert.deepEqual(refit.beside, [others[0]])
  assert.ok(top1(some, refit) > 0.7)
})

test('where all are scored on each fifth is predicted by the other four and by ours', () => {
  const refit = planRefit(some, some, others)
  assert.deepEqual([refit.kept, refit.dropped, refit.beside], [[], 12, others])
  assert.ok(top1(some, refit) > 0.7)
})
