import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imported } from '../../../test/import-files.ts'
import { notDiamond, routeLlm, routerBench } from './wide-tables.ts'

test("RouterBench's row has each model's score and cost, and the name of its benchmark", async () => {
  const csv = [
    'sample_id,prompt,eval_name,gpt-4,gpt-4|model_response,gpt-4|total_cost,mixtral,mixtral|model_response,mixtral|total_cost,oracle_model_to_route_to',
    'mmlu.1,"Which river, of these?",mmlu-geography,1.0,"[""B""]",0.00123,0.0,"[""C""]",0.00001,gpt-4',
    'mmlu.2,Which hill?,mmlu-geography,,,,0.25,"[""C""]",,no_model_correct',
    'mmlu.3,,mmlu-geography,1.0,,0.1,1.0,,0.1,gpt-4',
    'mmlu.4,Which sea?,mmlu-geography,7,,0.1,0.5,,0.1,gpt-4',
  ].join('\n')
  const { lines, leftOut } = await imported(routerBench, { 'routerbench_0shot.csv': csv })
  assert.deepEqual(lines, [
    {
      id: 'mmlu.1',
      task: 'mmlu-geography',
      prompt: 'Which river, of these?',
      outcomes: { 'gpt-4': { quality: 1, cost: 0.00123 }, mixtral: { quality: 0, cost: 0.00001 } },
    },
    { id: 'mmlu.2', task: 'mmlu-geography', prompt: 'Which hill?', outcomes: { mixtral: { quality: 0.25 } } },
    {
      id: 'mmlu.4',
      task: 'mmlu-geography',
      prompt: 'Which sea?',
      outcomes: { mixtral: { quality: 0.5, cost: 0.1 } },
    },
  ])
  assert.deepEqual(leftOut, [
    [1, 'has no "prompt"', 'routerbench_0shot.csv:4'],
    [1, 'has a score of gpt-4 that is no number from 0 to 1', 'routerbench_0shot.csv:5'],
  ])
})

test("RouteLLM's columns of truth values are models; its responses and row numbers are not", async () => {
  const csv = [
    ',prompt,gpt-4-1106-preview_response,gpt-4-1106-preview,mistralai/Mixtral-8x7B-Instruct-v0.1',
    '0,What is 2+3?,5,True,False',
  ].join('\n')
  const { lines } = await imported(routeLlm, { 'gsm8k_responses.csv': csv })
  assert.deepEqual(
    lines.map((line) => 'outcomes' in line && [line.prompt, line.outcomes]),
    [
      [
        'What is 2+3?',
        { 'gpt-4-1106-preview': { quality: 1 }, 'mistralai/Mixtral-8x7B-Instruct-v0.1': { quality: 0 } },
      ],
    ],
  )
})

test("Not Diamond's scores are of any scale: the best one is said", async () => {
  const csv = [
    'query,openai/gpt-4o/score,openai/gpt-4o/response,acme/small/score',
    'Hi,10,Hello,2.5',
    'Bye,11,,',
  ].join('\n')
  const { lines, leftOut } = await imported(notDiamond, { 'train.csv': csv }, { best: 10 })
  assert.deepEqual(
    lines.map((line) => 'outcomes' in line && line.outcomes),
    [{ 'openai/gpt-4o': { quality: 1 }, 'acme/small': { quality: 0.25 } }],
  )
  assert.deepEqual(leftOut, [
    [1, 'has a score of openai/gpt-4o that is no number from 0 to 10', 'train.csv:3'],
    [1, 'has no score of any model', 'train.csv:3'],
  ])
})
