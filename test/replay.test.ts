import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { commandLineIn } from './command-line.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
let run: ReturnType<typeof commandLineIn>['run']
const CALLS = 40
before(async () => {
  t = await startTestGateway(
    'policy:\n  policies:\n    trying:\n      quality_band: 0.05\n      exploration: { share: 0.5, max_extra_cost_usd: 1 }\n',
  )
  run = commandLineIn(t.folder).run
  for (let i = 0; i < CALLS; i++)
    await rate(await ask('auto:trying', `Question ${i}`), { score: (i % 5) / 4 })
  await ask('auto:trying', 'not rated')
  const { data } = await t.openai.models.list()
  await rate(await ask(data.at(-1)!.id, 'named'), { score: 1 })
})
after(() => t.close())

async function post(path: string, body: object): Promise<Response> {
  const reply = await fetch(`${t.gateway.url}/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  await reply.text()
  assert.equal(reply.status, 200)
  return reply
}

async function ask(model: string, content: string): Promise<string> {
  const reply = await post('/chat/completions', { model, messages: [{ role: 'user', content }] })
  return reply.headers.get('x-generation-id')!
}

const rate = (generation_id: string, what: object) => post('/feedback', { generation_id, ...what })

test('another policy is judged on recorded calls, and where they cannot tell, that is said', async () => {
  const { code, stdout, stderr } = await run([
    ...['replay', '--policy', 'cheap', '--since', '1d', '--url', t.gateway.url, '--json'],
  ])
  assert.equal(code, 0, stderr)
  const report = JSON.parse(stdout)
  assert.equal(report.calls, CALLS + 1)
  assert.deepEqual(
    report.left_out.map(({ why, lines }: { why: string; lines: number }) => [why, lines]),
    [['named its model', 1]],
  )
  assert.equal(report.quality.calls, CALLS)
  assert.ok(Math.abs(report.quality.logged.mean - 0.5) < 1e-9)
  assert.equal(report.cost.calls, CALLS + 1)
  for (const { verdict, why } of [report.quality, report.cost]) {
    assert.match(verdict, /^(better|worse|no-difference-shown|cannot-tell)$/)
    assert.ok(why.length > 20)
  }
  const total = (side: 'logged' | 'on_trial') =>
    report.models.reduce((sum: number, model: Record<string, number>) => sum + model[side]!, 0)
  assert.deepEqual([total('logged'), total('on_trial')], [CALLS + 1, CALLS + 1])
})

test('for people it is a table with a verdict first, beside a running gateway or on a folder at rest', async () => {
  const { code, stdout } = await run(['replay', '--policy', 'quality', '--url', t.gateway.url])
  assert.equal(code, 0)
  assert.match(stdout, /Policy quality on 41 recorded calls/)
  assert.match(stdout, /doubly robust/)
  await t.gateway.close()
  const atRest = await run(['replay', '--policy', 'quality', '--text', 'nowhere'], {
    MERITORDER_HOME: `${t.folder}/data`,
  })
  assert.equal(atRest.code, 0, atRest.stderr)
  assert.match(atRest.stdout, /0 recorded calls[\s\S]*none of these calls was rated/)
})

test('a policy that does not exist is wrong use', async () => {
  const { code, stderr } = await run(['replay', '--policy', 'golden'])
  assert.equal(code, 2)
  assert.match(stderr, /there is no policy golden; there are .*balanced/)
})
