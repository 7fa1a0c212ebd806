import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imported, jsonLinesOf } from '../../../test/import-files.ts'
import { chatbotArena } from './chatbot-arena.ts'

const said = (question: string, answer: string) => [
  { role: 'user', content: question },
  { role: 'assistant', content: answer },
]

test('a battle has both conversations, its winner, its judge and its language', async () => {
  const battle = {
    question_id: 'q1',
    model_a: 'vicuna-13b',
    model_b: 'koala-13b',
    winner: 'model_b',
    judge: 'arena_user_973',
    conversation_a: said('Name a river.', 'The Rhine.'),
    conversation_b: said('Name a river.', 'The Elbe, in Germany.'),
    turn: 1,
    language: 'German',
  }
  const { lines, leftOut } = await imported(chatbotArena, { 'battles.json': JSON.stringify([battle]) })
  assert.deepEqual(lines, [
    {
      id: 'q1',
      model_a: 'vicuna-13b',
      model_b: 'koala-13b',
      winner: 'b',
      judge: 'arena_user_973',
      prompt: 'Name a river.',
      response_a: 'The Rhine.',
      response_b: 'The Elbe, in Germany.',
      language: 'de',
    },
  ])
  assert.deepEqual(leftOut, [])
})

test('of a conversation of several turns all that was said before the last answer is the prompt', async () => {
  const conversation = [...said('Hi', 'Hello!'), ...said('Name a river.', 'The Rhine.')]
  const parts = conversation.map(({ role, content }) => ({
    role,
    content: [{ type: 'text', text: content }],
  }))
  const battle = {
    model_a: 'a',
    model_b: 'b',
    winner: 'both_bad',
    conversation_a: parts,
    conversation_b: conversation,
  }
  const { lines } = await imported(chatbotArena, { 'battles.jsonl': JSON.stringify(battle) })
  const [line] = lines
  assert.ok(line !== undefined && 'winner' in line)
  assert.deepEqual(
    [line.winner, line.prompt, line.response_a],
    ['tie', 'Hi\n\nHello!\n\nName a river.', 'The Rhine.'],
  )
  assert.match(line.id ?? '', /^prompt-/)
})

test("Kaggle's columns are read: three columns for the winner, lists of turns in texts, null for a turn without words", async () => {
  const csv = [
    'id,model_a,model_b,prompt,response_a,response_b,winner_model_a,winner_model_b,winner_tie',
    '30192,gpt-4,llama-2,"[""Name a river.""]","[""The Rhine.""]","[null]",1,0,0',
    '30193,gpt-4,llama-2,"[""Hi"",""Bye""]","[""A""]","[""B""]",0,0,1',
    '30194,gpt-4,llama-2,"[""Hi""]","[""A""]","[""B""]",1,0,1',
  ].join('\n')
  const { lines, leftOut } = await imported(chatbotArena, { 'train.csv': csv })
  assert.deepEqual(
    lines.map((line) => 'winner' in line && [line.id, line.winner, line.prompt, line.response_b]),
    [
      ['30192', 'a', 'Name a river.', ''],
      ['30193', 'tie', 'Hi\n\nBye', 'B'],
    ],
  )
  assert.deepEqual(leftOut, [[1, 'has no winner that is known', 'train.csv:4']])
})

test('what is no battle is left out with its reason', async () => {
  const rows = [
    { model_a: 'a', winner: 'model_a' },
    { model_a: 'a', model_b: 'a', winner: 'model_a' },
    { model_a: 'a', model_b: 'b', winner: 'nobody' },
    '{"model_a":',
    { model_a: 'a', model_b: 'b', winner: 'tie' },
  ]
  const { lines, leftOut } = await imported(chatbotArena, { 'odd.jsonl': jsonLinesOf(rows) })
  assert.equal(lines.length, 1)
  assert.deepEqual(leftOut, [
    [1, 'has no "model_a" and "model_b"', 'odd.jsonl:1'],
    [1, 'sets a model against itself', 'odd.jsonl:2'],
    [1, 'has no winner that is known', 'odd.jsonl:3'],
    [1, 'is no JSON object', 'odd.jsonl:4'],
  ])
})
