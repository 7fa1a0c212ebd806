import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imported } from '../../../test/import-files.ts'
import { alpacaEval } from './alpaca-eval.ts'

const annotation = (preference: unknown, more: object = {}) => ({
  instruction: 'Name a river.',
  output_1: 'The Rhine.',
  generator_1: 'text_davinci_003',
  output_2: 'The Elbe.',
  generator_2: 'gpt4',
  annotator: 'weighted_alpaca_eval_gpt4_turbo',
  preference,
  ...more,
})

test('the nearer end of the preference wins; the middle, and 0 of old files, are ties', async () => {
  const rows = [1, 2, 1.93, 1.2, 1.5, 0].map((preference) => annotation(preference))
  const { lines } = await imported(alpacaEval, { 'annotations.json': JSON.stringify(rows) })
  assert.deepEqual(
    lines.map((line) => 'winner' in line && line.winner),
    ['a', 'b', 'b', 'a', 'tie', 'tie'],
  )
  assert.deepEqual(lines[0], {
    id: (lines[1] as { id: string }).id,
    model_a: 'text_davinci_003',
    model_b: 'gpt4',
    winner: 'a',
    judge: 'weighted_alpaca_eval_gpt4_turbo',
    prompt: 'Name a river.',
    response_a: 'The Rhine.',
    response_b: 'The Elbe.',
  })
})

test('what is no annotation is left out with its reason', async () => {
  const rows = [
    annotation(null),
    annotation(0.4),
    annotation(2.1),
    annotation(1, { instruction: '' }),
    annotation(1, { generator_2: 'text_davinci_003' }),
    annotation(1, { generator_1: null }),
  ]
  const { lines, leftOut } = await imported(alpacaEval, { 'annotations.json': JSON.stringify(rows) })
  assert.equal(lines.length, 0)
  assert.deepEqual(leftOut, [
    [3, 'has no "preference" from 1 to 2', 'annotations.json:1 annotations.json:2 annotations.json:3'],
    [1, 'has no "instruction"', 'annotations.json:4'],
    [1, 'sets a model against itself', 'annotations.json:5'],
    [1, 'has no "generator_1" and "generator_2"', 'annotations.json:6'],
  ])
})
