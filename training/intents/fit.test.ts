import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { formatIntentArtifact, parseIntentArtifact } from '../../src/understand/artifact.ts'
import { hashedEmbedder } from '../../src/understand/embedder.ts'
import { INTENTS } from '../../src/understand/intent-names.ts'
import { intentHead, predict } from './calibrate.ts'
import { evaluateIntents, PUBLIC_FILE, publicHalves } from './evaluate.ts'
import { DIMENSIONS, fitEmbedder, intentDirection } from './fit-embedder.ts'
import { scoreIntents } from './metrics.ts'
import { readOwnPrompts, readPublicPrompts } from './prompts.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const own = readOwnPrompts(`${root}/training/prompts`)
const artifact = parseIntentArtifact(readFileSync(`${root}/artifacts/intents.bin`))
const Card = z.object({
  version: z.string(),
  fitted_on: z.array(z.object({ prompts: z.number() })),
  evaluated_on: z.array(z.object({ part: z.string(), n: z.number(), top1: z.number(), ece: z.number() })),
})
const card = Card.parse(JSON.parse(readFileSync(`${root}/artifacts/intents.card.json`, 'utf8')))

test('directions of intents are orthogonal and of unit length', () => {
  for (let a = 0; a < INTENTS.length; a++) {
    for (let b = 0; b <= a; b++) {
      const dot = intentDirection(a).reduce((sum, entry, d) => sum + entry * intentDirection(b)[d]!, 0)
      assert.ok(Math.abs(dot - (a === b ? 1 : 0)) < 1e-12)
    }
  }
})

test('fitting twice on the same prompts gives the same bytes, and learns them', () => {
  const some = own.filter((_, i) => i % 12 === 0)
  const head = intentHead(8)
  const [first, second] = [fitEmbedder(some), fitEmbedder(some)]
  assert.equal(first.dimensions, DIMENSIONS)
  assert.deepEqual(
    formatIntentArtifact({ version: 'x', table: first, head }),
    formatIntentArtifact({ version: 'x', table: second, head }),
  )
  const learned = scoreIntents(
    predict(some, hashedEmbedder('x', first), head),
    some.map(({ intent }) => intent),
  )
  assert.ok(learned.top1 > 0.95, `${learned.top1}`)
})

test('the shipped artifact is the one its card describes, fitted on the prompts as they are', () => {
  assert.equal(artifact.version, card.version)
  assert.equal(card.fitted_on[0]?.prompts, own.length)
})

test('the shipped artifact does on public prompts what its card says', (t) => {
  if (!existsSync(PUBLIC_FILE)) return t.skip(`there is no ${PUBLIC_FILE}; MERITORDER_DATA names the folder`)
  const { unseen } = publicHalves(readPublicPrompts(PUBLIC_FILE))
  const scores = evaluateIntents(unseen, artifact)
  const stated = card.evaluated_on.find(({ part }) => part === 'half that nothing was tuned on')
  assert.equal(stated?.n, scores.n)
  assert.ok(Math.abs(scores.top1 - (stated?.top1 ?? 0)) < 1e-4)
  assert.ok(scores.top1 > 0.45, `top-1 ${scores.top1}`)
  assert.ok(scores.top3 > 0.65, `top-3 ${scores.top3}`)
  assert.ok(scores.ece < 0.06, `calibration error ${scores.ece}`)
})
