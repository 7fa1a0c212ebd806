import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
import { commandLineIn } from './command-line.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const routeShape = z.object({
  model: z.string(),
  candidates: z.array(
    z.object({
      model: z.string(),
      quality: z.number(),
      experience: z.object({ ratings: z.number(), shift: z.number() }).optional(),
    }),
  ),
})

let house: TestGateway
before(async () => {
  house = await startTestGateway()
})
after(() => house.close())

function ask(path: string, body: unknown): Promise<Response> {
  return fetch(`${house.gateway.url}/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
}

const MODELS = ['openai/gpt-5-mini', 'anthropic/claude-haiku-4.5']

const question = (n: number) => ({
  model: 'auto',
  policy: 'quality',
  plugins: [{ id: 'auto-router', allowed_models: MODELS }],
  messages: [{ role: 'user', content: `Which of these ${n} reports is the shortest, and why?` }],
})

async function route() {
  return routeShape.parse(await (await ask('/route', question(7))).json())
}

/** @returns the model that answered */
async function answerAndRate(n: number, thumb: 'up' | 'down'): Promise<string> {
  const reply = await ask('/chat/completions', question(n))
  await reply.text()
  const told = await ask('/feedback', { generation_id: reply.headers.get('x-generation-id'), thumb })
  assert.equal(told.status, 200)
  return decodeURI(reply.headers.get('x-meritorder-model')!)
}

test('a model whose answers are rated bad loses its calls to another, and the decision says how many ratings moved it', {
  timeout: 60_000,
}, async () => {
  const first = await route()
  assert.equal(first.candidates[0]!.experience, undefined)
  let moved = first
  let ratings = 0
  for (; ratings < 40 && moved.model === first.model; ratings++) {
    assert.equal(await answerAndRate(ratings, 'down'), first.model)
    moved = await route()
  }
  assert.notEqual(moved.model, first.model)
  const fallen = moved.candidates.find(({ model }) => model === first.model)!
  assert.equal(fallen.experience!.ratings, ratings)
  assert.ok(fallen.experience!.shift < 0)
})

test('nothing has drifted, and the command says so', { timeout: 60_000 }, async () => {
  const { code, stdout } = await commandLineIn(house.folder).run([
    'drift',
    '--json',
    '--url',
    house.gateway.url,
  ])
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(stdout), { data: [] })
})
