import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { seededRandom } from '../src/learn/random.ts'
import { listPredictors } from '../src/learned/predictor-store.ts'
import { commandLineIn } from './command-line.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { sum, verse } from './sums-and-verse.ts'

/** Who is good at what here is the other way round than the leaderboards have it, so there is something to learn. */
const GOOD_AT_SUMS = 'google/gemini-2.5-flash'
const GOOD_AT_VERSE = 'deepseek/deepseek-v3.2'

const CALLS = 200
const random = seededRandom(3)

let house: TestGateway
let run: ReturnType<typeof commandLineIn>['run']
before(async () => {
  house = await startTestGateway(
    'policy:\n  default: trying\n  policies:\n    trying:\n      quality_band: 0\n      weights: { cost_usd: 0 }\n      exploration: { share: 1, max_extra_cost_usd: 1 }\n',
  )
  run = commandLineIn(house.folder).run
})
after(() => house.close())

async function post(path: string, body: object): Promise<Response> {
  const reply = await fetch(`${house.gateway.url}/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  assert.equal(reply.status, 200)
  return reply
}

const asking = (content: string) => ({
  model: 'auto',
  messages: [{ role: 'user', content }],
  plugins: [{ id: 'auto-router', allowed_models: [GOOD_AT_SUMS, GOOD_AT_VERSE] }],
})

/** A call as people make it, rated as they would: each model is good at one of two things. */
async function askAndRate(i: number): Promise<void> {
  const isSum = i % 2 === 0
  const reply = await post('/chat/completions', asking(isSum ? sum(i) : verse(i)))
  await reply.text()
  const isRight = reply.headers.get('x-meritorder-model') === (isSum ? GOOD_AT_SUMS : GOOD_AT_VERSE)
  await post('/feedback', {
    generation_id: reply.headers.get('x-generation-id'),
    thumb: random() < (isRight ? 0.95 : 0.2) ? 'up' : 'down',
  })
}

const arenaShape = z.object({ id: z.string() })

/** Both models answer, and a person prefers one. */
async function vote(content: string): Promise<void> {
  const models = [GOOD_AT_SUMS, GOOD_AT_VERSE]
  const opened = await post('/arena', { messages: [{ role: 'user', content }], models })
  const { id } = arenaShape.parse(await opened.json())
  await post(`/arena/${id}/vote`, { winner: 'a' })
}

const decisionShape = z.object({ model: z.string(), artifact: z.string() })

async function decide(content: string) {
  return decisionShape.parse(await (await post('/route', asking(content))).json())
}

/** Decides until the artifact in force is as wanted; the test's own time limit ends it. */
async function decideWhen(isInForce: (artifact: string) => boolean, prompt: string) {
  for (;;) {
    const decision = await decide(prompt)
    if (isInForce(decision.artifact)) return decision
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('rated traffic trains a predictor that proves itself, goes live, decides by name, and can be rolled back', {
  timeout: 400_000,
}, async () => {
  const status = await fetch(`${house.gateway.url}/v1/training`)
  assert.deepEqual(await status.json(), {
    data: { scheduled: null, running: null, next_at: null, last: null },
  })
  const numbers = Array.from({ length: CALLS }, (_, i) => i).values()
  const asker = async () => {
    for (const i of numbers) await askAndRate(i)
  }
  await Promise.all(Array.from({ length: 8 }, asker))
  for (const i of [1, 2, 3]) await vote(verse(i))
  const meritorder = async (...args: string[]) => {
    const { code, stdout, stderr } = await run([...args, '--json'], {
      MERITORDER_HOME: `${house.folder}/data`,
    })
    assert.equal(code, 0, stderr + stdout)
    return JSON.parse(stdout)
  }
  const training = ['train', '--url', house.gateway.url, '--max-extra-cost', '20'] as const

  const report = await meritorder(...training)
  const { version, held_out: heldOut, replay } = report
  assert.deepEqual(
    report.fitted.sources.map(({ name, prompts }: Record<string, unknown>) => [name, prompts]),
    [
      ['ledger', CALLS],
      ['comparisons', 3],
    ],
  )
  assert.deepEqual([report.verdict, report.promoted, report.live], ['better', true, version])
  assert.ok(heldOut.quality_difference.low > 0.2, JSON.stringify(heldOut))
  assert.ok(Math.abs(heldOut.ways.challenger.quality.mean - 0.95) < 0.1)
  assert.equal(replay.quality.verdict, 'better')

  const onSum = await decideWhen((artifact) => artifact.includes(`predictor:${version}`), sum(1001))
  assert.equal(onSum.model, GOOD_AT_SUMS)
  assert.equal((await decide(verse(1001))).model, GOOD_AT_VERSE)
  const reply = await post('/chat/completions', asking(sum(1002)))
  await reply.text()
  const story = await fetch(`${house.gateway.url}/v1/generation?id=${reply.headers.get('x-generation-id')}`)
  const { data } = z.object({ data: z.object({ artifact: z.string() }) }).parse(await story.json())
  assert.match(data.artifact, new RegExp(`predictor:${version}`))

  const again = await meritorder(...training)
  assert.deepEqual([again.verdict, again.promoted, again.live], ['same', false, version])

  const back = await meritorder('predictors', 'rollback')
  assert.deepEqual(back, { version: null, previous: version })
  await decideWhen((artifact) => !artifact.includes('predictor:'), sum(1003))
  const held = await meritorder(...training)
  assert.deepEqual([held.verdict, held.promoted, held.live], ['better', false, null])
  assert.match(held.why.join(' '), /Somebody rolled back at/)

  await meritorder('predictors', 'promote', version)
  await decideWhen((artifact) => artifact.includes(`predictor:${version}`), sum(1004))
  assert.deepEqual(
    listPredictors(`${house.folder}/data`).map((one) => [one.version, one.isLive]),
    [[version, true]],
  )
})
