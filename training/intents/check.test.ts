import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  type LabelledPrompt,
  readLabelledPrompts,
  readPromptFolder,
} from '../../src/learn/intents/labelled-prompts.ts'
import { INTENTS } from '../../src/understand/intent-names.ts'
import { checkPrompts, LEAST_PROMPTS } from './check.ts'
import { PUBLIC_FILE } from './public-file.ts'

const own = readPromptFolder(fileURLToPath(new URL('../prompts', import.meta.url)))

test('our prompts are enough for every intent and none repeats another', () => {
  assert.deepEqual(checkPrompts(own, []), [])
})

test('none of our prompts is taken from the public file', (t) => {
  if (!existsSync(PUBLIC_FILE)) return t.skip(`there is no ${PUBLIC_FILE}; MERITORDER_DATA names the folder`)
  const published = readLabelledPrompts(PUBLIC_FILE).map(({ prompt }) => prompt)
  assert.deepEqual(checkPrompts(own, published), [])
})

test('what is wrong is named', () => {
  const prompts: LabelledPrompt[] = [
    { intent: 'planning', prompt: 'Plan my week around three exams' },
    { intent: 'ranking', prompt: 'Plan my week around three exams!' },
  ]
  const problems = checkPrompts(prompts, ['plan my week around 3 exams', 'PLAN MY WEEK AROUND THREE EXAMS'])
  assert.equal(
    problems.filter((problem) => problem.includes(`${LEAST_PROMPTS} are needed`)).length,
    INTENTS.length,
  )
  assert.equal(problems.filter((problem) => problem.includes('repeats')).length, 1)
  assert.ok(problems.some((problem) => problem.includes('nearly a published prompt')))
})
