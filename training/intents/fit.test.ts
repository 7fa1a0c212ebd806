import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { predictIntents } from '../../src/learn/intents/evaluate-intents.ts'
import { scoreIntents } from '../../src/learn/intents/intent-scores.ts'
import { readLabelledPrompts, readPromptFolder } from '../../src/learn/intents/labelled-prompts.ts'
import { parseIntentArtifact } from '../../src/understand/artifact.ts'
import { PUBLIC_FILE, publicHalves } from './public-file.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const own = readPromptFolder(`${root}/training/prompts`)
const artifact = parseIntentArtifact(readFileSync(`${root}/artifacts/intents.bin`))
const Card = z.object({
  version: z.string(),
  fitted_on: z.array(z.object({ prompts: z.number() })),
  evaluated_on: z.array(z.object({ part: z.string(), n: z.number(), top1: z.number(), ece: z.number() })),
})
const card = Card.parse(JSON.parse(readFileSync(`${root}/artifacts/intents.card.json`, 'utf8')))

test('the shipped artifact is the one its card describes, fitted on the prompts as they are', () => {
  assert.equal(artifact.version, card.version)
  assert.equal(card.fitted_on[0]?.prompts, own.length)
})

test('the shipped artifact does on public prompts what its card says', (t) => {
  if (!existsSync(PUBLIC_FILE)) return t.skip(`there is no ${PUBLIC_FILE}; MERITORDER_DATA names the folder`)
  const { unseen } = publicHalves(readLabelledPrompts(PUBLIC_FILE))
  const scores = scoreIntents(
    predictIntents(unseen, artifact),
    unseen.map(({ intent }) => intent),
  )
  const stated = card.evaluated_on.find(({ part }) => part === 'the other half')
  assert.equal(stated?.n, scores.n)
  assert.ok(Math.abs(scores.top1 - (stated?.top1 ?? 0)) < 1e-4)
  assert.ok(scores.top1 > 0.5, `top-1 ${scores.top1}`)
  assert.ok(scores.top3 > 0.75, `top-3 ${scores.top3}`)
  assert.ok(scores.ece < 0.06, `calibration error ${scores.ece}`)
})
