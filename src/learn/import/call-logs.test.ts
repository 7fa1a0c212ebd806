import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imported, jsonLinesOf } from '../../../test/import-files.ts'
import { helicone, liteLlm } from './call-logs.ts'

const MESSAGES = [{ role: 'user', content: 'Name a river.' }]

test("Helicone's thumbs are qualities; a named score counts instead of them, by the best there is", async () => {
  const request = {
    request_id: 'r1',
    request_body: { model: 'gpt-4o', messages: MESSAGES },
    model: 'gpt-4o-2024-08-06',
    costUSD: 0.002,
    completion_tokens: 12,
    feedback_rating: false,
    scores: { helpful: 80 },
  }
  const file = {
    'requests.jsonl': jsonLinesOf([request, { ...request, feedback_rating: null, scores: null }]),
  }
  const thumbs = await imported(helicone, file)
  assert.deepEqual(thumbs.lines, [
    {
      id: thumbs.lines[0]!.id,
      messages: MESSAGES,
      outcomes: { 'gpt-4o-2024-08-06': { quality: 0, cost: 0.002, tokens: 12 } },
    },
  ])
  assert.deepEqual(thumbs.leftOut, [[1, 'has no score', 'requests.jsonl:2']])
  const { lines } = await imported(helicone, file, { score: 'helpful', best: 100 })
  assert.equal('outcomes' in lines[0]! && lines[0].outcomes['gpt-4o-2024-08-06']?.quality, 0.8)
})

test("LiteLLM's spend logs have the prompt in either place, and the score where the user keeps it", async () => {
  const log = { model: 'gpt-4o', spend: 0.001, completion_tokens: 5, metadata: { review: { stars: 4 } } }
  const { lines, leftOut } = await imported(
    liteLlm,
    {
      'logs.json': JSON.stringify({
        data: [
          { ...log, messages: MESSAGES },
          { ...log, messages: '{}', proxy_server_request: JSON.stringify({ messages: MESSAGES }) },
          { ...log, messages: {} },
          { ...log, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
          { ...log, messages: MESSAGES, metadata: {} },
        ],
      }),
    },
    { score: 'review.stars', best: 5 },
  )
  assert.deepEqual(
    lines.map((line) => 'outcomes' in line && [line.messages, line.outcomes]),
    Array.from({ length: 2 }, () => [MESSAGES, { 'gpt-4o': { quality: 0.8, cost: 0.001, tokens: 5 } }]),
  )
  assert.deepEqual(leftOut, [
    [2, 'has no prompt of text', 'logs.json:3 logs.json:4'],
    [1, 'has no score', 'logs.json:5'],
  ])
})
