import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { STEERING_FIELDS } from '../src/receive/wishes.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const YAML = `
policy:
  policies:
    careful:
      quality_band: 1
      limits: { max_cost: 0.01, min_quality: 0.3 }
    curious:
      quality_band: 0
      exploration: { share: 1, max_extra_cost_usd: 1 }
`

let t: TestGateway
before(async () => {
  t = await startTestGateway(YAML)
})
after(() => t.close())

const hello = [{ role: 'user', content: 'Explain in two sentences why the sky is blue.' }]
const post = (path: string, body: object) =>
  fetch(`${t.gateway.url}${path}`, { method: 'POST', body: JSON.stringify({ messages: hello, ...body }) })

interface Routed {
  readonly policy: string
  readonly reason: string
  readonly propensity: number
  readonly candidates: { readonly quality: number; readonly cost_usd: number }[]
}
async function route(body: object): Promise<Routed> {
  const reply = await post('/v1/route', body)
  assert.equal(reply.status, 200, await reply.clone().text())
  return (await reply.json()) as Routed
}

/** One call in the form of each router, and the policy under which it is decided. */
const FORMS: readonly [object, string][] = [
  [{ policy: { quality_band: 0.2, weights: { carbon_kg: 1 }, limits: { max_cost: 1 } } }, 'policy:sent'],
  [{ plugins: [{ id: 'auto-router', cost_tier: 'medium', allowed_models: ['*'] }] }, 'cost_tier:medium'],
  [{ plugins: [{ id: 'auto-router', cost_quality_tradeoff: 7 }] }, 'cost_quality_tradeoff:7'],
  [{ model: 'router', max_cost: 1, willingness_to_pay: 0.1 }, 'willingness_to_pay:0.1'],
  [{ routing_constraint: { quality_constraint: { numeric_value: 0.3 } } }, 'quality_constraint:0.3'],
  [{ tradeoff: 'latency' }, 'tradeoff:latency'],
  [{ cost_quality_tradeoff: 5 }, 'cost_quality_tradeoff:5'],
  [{ model: 'router-mf-0.11593' }, 'router-mf-0.11593'],
]

test("every router's request form is decided, answered, and never reaches a provider", async () => {
  for (const [form, policy] of FORMS) {
    assert.equal((await route(form)).policy, policy)
    const reply = await post('/v1/chat/completions', form)
    assert.equal(reply.status, 200, JSON.stringify(form))
    await reply.arrayBuffer()
    const sent = Object.keys(t.simulator.seen.at(-1)?.body as object)
    assert.deepEqual(
      sent.filter((field) => STEERING_FIELDS.has(field)),
      [],
      JSON.stringify(form),
    )
  }
})

test('two forms in one call are refused, naming both', async () => {
  const reply = await post('/v1/chat/completions', { tradeoff: 'cost', willingness_to_pay: 0.1 })
  assert.equal(reply.status, 400)
  const { error } = (await reply.json()) as { error: { message: string; param: string } }
  assert.equal(error.param, 'tradeoff')
  assert.match(error.message, /willingness_to_pay/)
})

test("a caller's limits tighten those of the policy and never loosen them", async () => {
  const costs = async (max_cost: number) => {
    const { candidates } = await route({ policy: 'careful', provider: { max_cost } })
    return Math.max(...candidates.map(({ cost_usd }) => cost_usd))
  }
  assert.ok((await costs(5)) <= 0.01)
  assert.ok((await costs(0.0002)) <= 0.0002)
  const { candidates } = await route({ policy: 'careful', provider: { min_quality: 0.1 } })
  assert.ok(candidates.every(({ quality }) => quality >= 0.3))
})

test('a policy that explores says so, and its propensity is recorded', async () => {
  let explored: Routed | undefined
  for (let tries = 0; tries < 200 && explored === undefined; tries++) {
    const decision = await route({ policy: 'curious' })
    assert.ok(decision.propensity > 0 && decision.propensity < 1)
    if (decision.reason.startsWith('explored')) explored = decision
  }
  assert.ok(explored, 'nothing was explored in 200 decisions')
  const reply = await post('/v1/chat/completions', { policy: 'curious' })
  await reply.arrayBuffer()
  const story = await fetch(
    `${t.gateway.url}/v1/generation?id=${reply.headers.get('x-meritorder-generation-id')}`,
  )
  const { data } = (await story.json()) as { data: { propensity: number } }
  assert.ok(data.propensity > 0 && data.propensity < 1)
})
