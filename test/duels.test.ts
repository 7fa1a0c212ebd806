import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  answerOf,
  type ComparedModels,
  JUDGE,
  type ListedComparison,
  STRONG,
  startComparedModels,
  WEAK,
} from './compared-models.ts'

let t: ComparedModels
before(async () => {
  t = await startComparedModels(`
learn:
  duels: { share: 1, judge: ${JUDGE}, daily_budget: 0.02 }
policy:
  policies:
    two: { weights: { quality: 1 }, limits: { max_cost: 1 } }
`)
  // No duel begins before it is known what was spent today.
  await listed()
})
after(() => t.close())

/** How many calls the judge has had, and what was asked of whom. */
let judged = 0
beforeEach(() => {
  judged = 0
  t.upstream.seen.length = 0
  t.upstream.answer(({ body }) => {
    if (body.model !== 'judge') return answerOf(String(body.model), `I am ${body.model}.`)
    judged++
    const said = JSON.stringify(body.messages)
    const strongFirst = said.indexOf('I am strong') < said.indexOf('I am weak')
    return answerOf('judge', JSON.stringify({ reason: 'r', winner: strongFirst ? 'first' : 'second' }))
  })
})

const AMONG_TWO = {
  model: 'auto',
  plugins: [{ id: 'auto-router', allowed_models: [STRONG, WEAK] }],
  messages: [{ role: 'user', content: 'Name a river.' }],
}

const listed = async () =>
  (await t.get<{ data: readonly ListedComparison[] }>('/comparisons?limit=1000')).data

/** Comparisons once there are so many; the duel runs behind the answer. */
async function comparisons(least: number): Promise<readonly ListedComparison[]> {
  for (;;) {
    const data = await listed()
    if (data.length >= least) return data
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

test('another model answers the same prompt behind the caller’s back, and a judge compares both orders', async () => {
  const { status, body, headers } = await t.post('/chat/completions', AMONG_TWO)
  assert.equal(status, 200)
  const [comparison] = await comparisons(1)
  assert.ok(comparison !== undefined)
  assert.equal(judged, 2)
  assert.deepEqual([comparison.judge, comparison.source], [JUDGE, 'duel'])
  const winner = comparison.winner === 'a' ? comparison.model_a : comparison.model_b
  assert.equal(winner, STRONG)
  assert.ok([comparison.generation_a, comparison.generation_b].includes(headers.get('x-generation-id') ?? ''))
  assert.ok(Number(comparison.cost_usd) > 0)
  assert.match(body.choices[0]?.message.content ?? '', /^I am (strong|weak)\.$/)
  const { data } = await t.get<{ data: readonly { tags: { app?: string } }[] }>('/generations?limit=10')
  const apps = data.map(({ tags }) => tags.app ?? 'caller')
  assert.deepEqual(apps.sort(), ['caller', 'meritorder duel', 'meritorder judge', 'meritorder judge'])
})

test('what the leaderboard says comes from them', async () => {
  for (let i = 0; i < 3; i++) await t.post('/chat/completions', AMONG_TWO)
  await comparisons(4)
  const board = await t.get<{ standings: readonly { model: string }[]; comparisons: number }>(
    '/leaderboard?least=1',
  )
  assert.deepEqual(
    board.standings.map(({ model }) => model),
    [STRONG, WEAK],
  )
  assert.equal(board.comparisons, 4)
  assert.deepEqual(await t.get('/leaderboard?least=1'), board)
  const none = await t.get('/leaderboard?language=de')
  assert.match(none.error.message, /needs comparisons of at least two models/)
  for (const wrong of ['least=0', 'group=poetry', 'intent=a&group=code', 'style=maybe', 'since=1'])
    assert.match((await t.get(`/leaderboard?${wrong}`)).error.message, /must be/, wrong)
})

test('calls that name their model, use tools, or whose answer is cut are left alone', async () => {
  const before = (await listed()).length
  await t.post('/chat/completions', { ...AMONG_TWO, model: STRONG, plugins: undefined })
  const tool = {
    type: 'function',
    function: { name: 'river', parameters: { type: 'object', properties: {} } },
  }
  await t.post('/chat/completions', { ...AMONG_TWO, tools: [tool] })
  t.upstream.answer(({ body }) => answerOf(String(body.model), 'I am', 'length'))
  await t.post('/chat/completions', AMONG_TWO)
  assert.equal(judged, 0)
  assert.equal((await listed()).length, before)
})

for (const [where, limits] of Object.entries({
  'in provider': { provider: { max_price: { prompt: 2 } } },
  'in a policy': { policy: { weights: { quality: 1 }, limits: { max_price: { prompt: 2 } } } },
}))
  test(`the caller’s limits on who may see a prompt hold for the second answer and for the judge: ${where}`, async () => {
    const before = (await listed()).length
    // The judge is too dear for this caller: its call is refused and nothing is compared.
    await t.post('/chat/completions', { ...AMONG_TWO, ...limits })
    while (t.upstream.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    await t.post('/chat/completions', AMONG_TWO)
    await comparisons(before + 1)
    assert.equal(judged, 2)
    assert.equal((await listed()).length, before + 1)
  })

test('when the day’s budget is spent there are no more duels', async () => {
  for (let i = 0; i < 40; i++) await t.post('/chat/completions', AMONG_TWO)
  const data = await listed()
  const spent = data.reduce((sum, { cost_usd }) => sum + Number(cost_usd), 0)
  const each = spent / data.length
  assert.ok(spent <= 0.02 + 4 * each, `${spent} USD in ${data.length} duels`)
  assert.ok(data.length < 40)
})
