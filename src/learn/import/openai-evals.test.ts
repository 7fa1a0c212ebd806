import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imported, jsonLinesOf } from '../../../test/import-files.ts'
import { openAiEvals } from './openai-evals.ts'

const spec = (model: string) => ({
  spec: {
    completion_fns: [model],
    eval_name: 'rivers.dev.v0',
    base_eval: 'rivers',
    split: 'dev',
    run_id: 'r',
  },
})
const event = (sample_id: string, type: string, data: object) => ({
  run_id: 'r',
  event_id: 0,
  sample_id,
  type,
  data,
})
const asked = (question: string) => ({
  prompt: [{ role: 'user', content: question }],
  sampled: ['The Rhine'],
})

test("a sample's prompt and verdict come together, whichever is first; logs of two models share the prompt's id", async () => {
  const { lines, leftOut } = await imported(openAiEvals, {
    'gpt.jsonl': jsonLinesOf([
      spec('gpt-4'),
      event('rivers.dev.0', 'sampling', asked('Name a river.')),
      event('rivers.dev.0', 'match', { correct: true, expected: 'Rhine' }),
      { final_report: { accuracy: 1 } },
    ]),
    'small.jsonl': jsonLinesOf([
      spec('small'),
      event('rivers.dev.0', 'metrics', { score: 0.25, choice: 'D' }),
      event('rivers.dev.0', 'sampling', asked('Name a river.')),
      event('rivers.dev.0', 'cond_logp', {}),
    ]),
  })
  assert.deepEqual(
    lines.map((line) => 'outcomes' in line && [line.task, line.messages, line.outcomes]),
    [
      ['rivers', [{ role: 'user', content: 'Name a river.' }], { 'gpt-4': { quality: 1 } }],
      ['rivers', [{ role: 'user', content: 'Name a river.' }], { small: { quality: 0.25 } }],
    ],
  )
  assert.equal(new Set(lines.map(({ id }) => id)).size, 1)
  assert.deepEqual(leftOut, [])
})

test('samples that were not judged, or whose prompt is missing, are left out; a log without a spec is refused', async () => {
  const { lines, leftOut } = await imported(openAiEvals, {
    'log.jsonl': jsonLinesOf([
      spec('gpt-4'),
      event('a', 'sampling', asked('Name a river.')),
      event('b', 'match', { correct: false }),
      event('c', 'match', { correct: 'maybe' }),
      { type: 'match', data: { correct: true } },
    ]),
  })
  assert.equal(lines.length, 0)
  assert.deepEqual(leftOut, [
    [1, 'has a score that is no number from 0 to 1', 'log.jsonl:4'],
    [1, 'has no "sample_id"', 'log.jsonl:5'],
    [1, 'is of a sample that was not judged', 'log.jsonl:2'],
    [1, 'is of a sample without a prompt', 'log.jsonl:3'],
  ])
  await assert.rejects(imported(openAiEvals, { 'other.jsonl': '{"sample_id": "a"}' }), /no "spec" that names/)
})
