import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imported, jsonLinesOf } from '../../../test/import-files.ts'
import { langfuse } from './langfuse.ts'

const MESSAGES = [{ role: 'user', content: 'Name a river.' }]
const observation = (id: string, more: object = {}) => ({
  id,
  trace_id: 't1',
  type: 'GENERATION',
  input: JSON.stringify(MESSAGES),
  output: 'The Rhine.',
  provided_model_name: 'gpt-4o',
  total_cost: 0.002,
  usage_details: { input: 4, output: 3 },
  ...more,
})
const score = (of: object, value: number, name = 'helpful') => ({ id: `s-${value}`, name, value, ...of })

test('a score of an observation counts before one of its trace; spans are no calls', async () => {
  const { lines, leftOut } = await imported(langfuse, {
    'observations.jsonl': jsonLinesOf([
      observation('o1'),
      observation('o2'),
      observation('o3', { trace_id: 't2' }),
      observation('span', { type: 'SPAN' }),
    ]),
    'scores.jsonl': jsonLinesOf([score({ observation_id: 'o1' }, 1), score({ trace_id: 't1' }, 0.5)]),
  })
  assert.deepEqual(
    lines.map((line) => 'outcomes' in line && line.outcomes),
    [
      { 'gpt-4o': { quality: 1, cost: 0.002, tokens: 3 } },
      { 'gpt-4o': { quality: 0.5, cost: 0.002, tokens: 3 } },
    ],
  )
  assert.deepEqual(leftOut, [[1, 'has no score', 'observations.jsonl:3']])
})

test('of several kinds of scores one must be named', async () => {
  const files = {
    'scores.jsonl': jsonLinesOf([
      score({ observation_id: 'o1' }, 4, 'stars'),
      score({ observation_id: 'o1' }, 1, 'polite'),
    ]),
    'observations.jsonl': jsonLinesOf([observation('o1')]),
  }
  await assert.rejects(imported(langfuse, files), /2 kinds of scores: stars, polite.*--score NAME/)
  const { lines } = await imported(langfuse, files, { score: 'stars', best: 5 })
  assert.equal('outcomes' in lines[0]! && lines[0].outcomes['gpt-4o']?.quality, 0.8)
})
