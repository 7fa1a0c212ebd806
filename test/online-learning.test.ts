import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { z } from 'zod'
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

const question = (n: number) => ({
  model: 'auto',
  policy: 'quality',
  messages: [{ role: 'user', content: `Which of these ${n} reports is the shortest, and why?` }],
})

async function route() {
  return routeShape.parse(await (await ask('/route', question(7))).json())
}

async function answerAndRate(n: number, thumb: 'up' | 'down'): Promise<string> {
  const reply = await ask('/chat/completions', question(n))
  const id = reply.headers.get('x-generation-id')!
  await reply.text()
  const told = await ask('/feedback', { generation_id: id, thumb })
  assert.equal(told.status, 200)
  return decodeURI(reply.headers.get('x-meritorder-model')!)
}

test('a model whose answers are rated bad loses its calls to another, and the decision says how many ratings moved it', {
  timeout: 60_000,
}, async () => {
  const first = await route()
  assert.equal(first.candidates[0]!.experience, undefined)
  let moved = first
  for (let n = 0; n < 40 && moved.model === first.model; n++) {
    await answerAndRate(n, 'down')
    moved = await route()
  }
  assert.notEqual(moved.model, first.model)
  const fallen = moved.candidates.find(({ model }) => model === first.model)!
  assert.ok(fallen.experience!.ratings > 0)
  assert.ok(fallen.experience!.shift < 0)
})
