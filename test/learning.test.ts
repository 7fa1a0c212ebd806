import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { commandLineIn } from './command-line.ts'
import { damagePredictor } from './damaged-predictor.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { MODELS, outcomeLines, SUMS, sum, VERSE, verse } from './sums-and-verse.ts'

const decisionShape = z.object({
  model: z.string(),
  artifact: z.string(),
  reason: z.string(),
  similar: z.array(
    z.object({
      id: z.string(),
      similarity: z.number().min(0).max(1),
      quality: z.record(z.string(), z.number().min(0).max(1)),
    }),
  ),
  candidates: z.array(z.object({ model: z.string(), quality: z.number(), evidence: z.string() })),
})

const recordShape = z.object({
  data: z.object({ candidates: z.array(z.object({ model: z.literal(VERSE), quality: z.number() })) }),
})

let house: TestGateway
before(async () => {
  house = await startTestGateway()
})
after(() => house.close())

async function decide(prompt: string): Promise<z.output<typeof decisionShape>> {
  const response = await fetch(`${house.gateway.url}/v1/route`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'auto',
      messages: [{ role: 'user', content: prompt }],
      plugins: [{ id: 'auto-router', allowed_models: MODELS }],
      policy: 'quality',
    }),
  })
  return decisionShape.parse(await response.json())
}

/** Decides until the artifact in force is as wanted; the test's own time limit ends it. */
async function decideWhen(isInForce: (artifact: string) => boolean, prompt: string) {
  for (;;) {
    const decision = await decide(prompt)
    if (isInForce(decision.artifact)) return decision
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const data = () => join(house.folder, 'outcomes.jsonl')
const dataFolder = () => join(house.folder, 'data')

test('what `meritorder fit` learned steers the calls of the gateway that runs', {
  timeout: 60_000,
}, async () => {
  const before = await decide(sum(1001))
  assert.deepEqual(before.similar, [])
  assert.doesNotMatch(before.artifact, /predictor/)

  writeFileSync(data(), outcomeLines(400))
  const { code, stdout, stderr } = await commandLineIn(house.folder).run(
    ['fit', '--data', data(), '--json'],
    { MERITORDER_HOME: dataFolder() },
  )
  assert.equal(code, 0, stderr)
  const fitted = z
    .object({
      version: z.string(),
      prompts: z.literal(400),
      outcomes: z.literal(800),
      guard: z.number(),
      gain: z.object({ mean: z.number().min(0.15), error: z.number() }),
      models: z.array(z.object({ model: z.string(), slug: z.string(), outcomes: z.literal(400) })),
    })
    .parse(JSON.parse(stdout))
  assert.deepEqual(
    fitted.models.map(({ slug }) => slug),
    MODELS,
  )

  const onSum = await decideWhen((artifact) => artifact.includes(`predictor:${fitted.version}`), sum(1001))
  assert.equal(onSum.model, SUMS, onSum.reason)
  assert.equal(onSum.candidates[0]?.evidence, 'outcomes')
  assert.ok(onSum.candidates[0].quality > 0.75)
  assert.ok(onSum.similar.length > 0 && onSum.similar.every(({ id }) => Number(id.slice(1)) % 2 === 0))
  const onVerse = await decide(verse(1001))
  assert.equal(onVerse.model, VERSE, onVerse.reason)
})

test('of a call that names its model the prompt is not looked at: its model is expected to do as it does on average', async () => {
  const { url } = house.gateway
  const body = JSON.stringify({ model: VERSE, messages: [{ role: 'user', content: sum(1004) }] })
  const reply = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
  await reply.json()
  const id = reply.headers.get('x-meritorder-generation-id')
  const story = await fetch(`${url}/v1/generation?id=${id}`)
  const asked = await fetch(`${url}/v1/route`, { method: 'POST', body })
  const recorded = recordShape.parse(await story.json()).data.candidates[0]!
  const looked = recordShape.shape.data.parse(await asked.json()).candidates[0]!
  assert.ok(recorded.quality > looked.quality + 0.1, `${recorded.quality} ${looked.quality}`)
})

test('a predictor that is damaged is not used, and the gateway goes on without', {
  timeout: 60_000,
}, async () => {
  damagePredictor(dataFolder())
  const decision = await decideWhen((artifact) => !artifact.includes('predictor:'), sum(1002))
  assert.ok(decision.candidates.every(({ evidence }) => evidence !== 'outcomes'))
  const { code, stderr } = await commandLineIn(house.folder).run(['route', sum(1003)], {
    MERITORDER_HOME: dataFolder(),
  })
  assert.equal(code, 0)
  assert.match(stderr, /predictor was refused: it is cut short or damaged.*meritorder predictors rollback/)
})
