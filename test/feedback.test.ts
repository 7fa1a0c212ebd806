import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')

let t: TestGateway
/** One with two callers. */
let guarded: TestGateway
before(async () => {
  t = await startTestGateway()
  guarded = await startTestGateway(
    `server:\n  keys:\n    - {name: ann, sha256: ${sha256('ann-key')}}\n    - {name: ben, sha256: ${sha256('ben-key')}}\n`,
  )
})
after(async () => {
  await t.close()
  await guarded.close()
})

async function post(path: string, body: unknown, gateway = t, key?: string) {
  const reply = await fetch(gateway.gateway.url + path, {
    method: 'POST',
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: reply.status, json: (await reply.json()) as unknown }
}

/** A call that was answered; gives its generation's id. */
async function answered(gateway = t, key?: string): Promise<string> {
  const reply = await fetch(`${gateway.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content: 'hello' }] }),
  })
  await reply.json()
  return reply.headers.get('x-generation-id')!
}

/** What was said about an answer; what the gateway saw by itself is left out. */
async function told(id: string): Promise<{ kind: string; name?: string; value?: number; text?: string }[]> {
  const reply = await fetch(`${t.gateway.url}/v1/generation?id=${id}`)
  const { data } = (await reply.json()) as { data: { ratings: { kind: string }[] } }
  return data.ratings.filter(({ kind }) => kind !== 'signal')
}

test('all that can be said of an answer is kept with it, from the moment it is there', async () => {
  const id = await answered()
  const { status, json } = await post('/v1/feedback', {
    generation_id: id,
    thumb: 'up',
    score: 0.8,
    label: 'helpful',
    correction: 'hi',
    comment: 'short and right \u0000 \ud800',
    metrics: { edit_distance: 12, seconds: -0.5 },
  })
  assert.equal(status, 200)
  const { data } = json as { data: { status: string; ratings: unknown[] } }
  assert.deepEqual([data.status, data.ratings.length], ['new', 8])
  assert.deepEqual(
    (await told(id)).map(({ kind, name, value, text }) => [kind, name, value ?? text]),
    [
      ['comment', undefined, 'short and right \ufffd \ufffd'],
      ['correction', undefined, 'hi'],
      ['label', undefined, 'helpful'],
      ['metric', 'edit_distance', 12],
      ['metric', 'seconds', -0.5],
      ['score', undefined, 0.8],
      ['thumb', undefined, 1],
    ],
  )
})

test('saying it again changes nothing; saying something else replaces it and leaves the rest', async () => {
  const id = await answered()
  const say = async (what: object) =>
    ((await post('/v1/feedback', { generation_id: id, ...what })).json as { data: { status: string } }).data
      .status
  assert.equal(await say({ thumb: 'up', label: 'good' }), 'new')
  assert.equal(await say({ thumb: true }), 'unchanged')
  assert.equal(await say({ thumb: 'down' }), 'changed')
  assert.deepEqual(
    (await told(id)).map(({ kind, value, text }) => [kind, value ?? text]),
    [
      ['label', 'good'],
      ['thumb', 0],
    ],
  )
})

test('twenty ratings at once leave one of each kind', async () => {
  const id = await answered()
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, i) => post('/v1/feedback', { generation_id: id, score: i / 20 })),
  )
  assert.ok(replies.every(({ status }) => status === 200))
  assert.equal((await told(id)).length, 1)
})

test('feedback in the words of OpenRouter, Not Diamond and Pulze arrives as ours', async () => {
  const id = await answered()
  const openRouter = await post('/api/v1/generation/feedback', {
    generation_id: id,
    category: 'formatting',
    comment: 'no table',
  })
  assert.deepEqual([openRouter.status, openRouter.json], [200, { data: { success: true } }])
  const notDiamond = await post('/compat/not-diamond/report/metrics/feedback', {
    session_id: id,
    provider: { provider: 'openai', model: 'gpt-5' },
    feedback: { accuracy: 1, latency: 2 },
  })
  assert.equal(notDiamond.status, 200)
  const byItsClient = await post('/compat/not-diamond/v2/report/metrics/feedback', {
    session_id: id,
    provider: { provider: 'openai', model: 'gpt-5' },
    feedback: { speed: 3 },
  })
  assert.deepEqual([byItsClient.status, byItsClient.json], [200, { success: true }])
  const other = await answered()
  const pulze = await post(`/v1/logs/${other}/rating`, { good_answer: false, feedback: 'wrong' })
  assert.equal(pulze.status, 200)
  const said = async (generation: string) =>
    (await told(generation)).map(({ kind, name, value, text }) => [kind, name, value ?? text])
  assert.deepEqual(await said(id), [
    ['comment', undefined, 'no table'],
    ['label', undefined, 'formatting'],
    ['metric', 'latency', 2],
    ['thumb', undefined, 1],
    ['metric', 'speed', 3],
  ])
  assert.deepEqual(await said(other), [
    ['comment', undefined, 'wrong'],
    ['thumb', undefined, 0],
  ])
})

test('to others a caller’s generations do not exist', async () => {
  const id = await answered(guarded, 'ann-key')
  const rate = (key: string) => post('/v1/feedback', { generation_id: id, thumb: 'up' }, guarded, key)
  assert.equal((await rate('ben-key')).status, 404)
  assert.equal((await rate('nobody')).status, 401)
  assert.equal((await rate('ann-key')).status, 200)
})

test('what is no feedback is refused by field, and nothing of it is kept', async () => {
  const id = await answered()
  const unknown = `gen-${'0'.repeat(32)}`
  const refused: readonly (readonly [string, unknown, number, string])[] = [
    ['/v1/feedback', 'nonsense', 400, 'body'],
    ['/v1/feedback', [], 400, 'body'],
    ['/v1/feedback', { generation_id: id }, 400, 'feedback'],
    ['/v1/feedback', { thumb: 'up' }, 400, 'generation_id'],
    ['/v1/feedback', { generation_id: 'gen-1', thumb: 'up' }, 400, 'generation_id'],
    ['/v1/feedback', { generation_id: unknown, thumb: 'up' }, 404, 'generation_id'],
    ['/v1/feedback', { generation_id: id, thumb: 'sideways' }, 400, 'thumb'],
    ['/v1/feedback', { generation_id: id, score: 1.5 }, 400, 'score'],
    ['/v1/feedback', { generation_id: id, score: -0.1 }, 400, 'score'],
    ['/v1/feedback', { generation_id: id, score: '1' }, 400, 'score'],
    ['/v1/feedback', { generation_id: id, label: '' }, 400, 'label'],
    ['/v1/feedback', { generation_id: id, label: 'x'.repeat(201) }, 400, 'label'],
    ['/v1/feedback', { generation_id: id, metrics: { a: 'b' } }, 400, 'metrics.a'],
    ['/v1/feedback', `{"generation_id":"${id}","metrics":{"a":1e999}}`, 400, 'metrics.a'],
    ['/v1/feedback', { generation_id: id, thumbs: 'up' }, 400, 'thumbs'],
    ['/v1/feedback', { generation_id: id, thumb: 'up', score: 2 }, 400, 'score'],
    ['/v1/generation/feedback', { generation_id: id, category: 'rude' }, 400, 'category'],
    ['/v1/logs/gen-1/rating', { good_answer: true }, 400, 'log_id'],
    [`/v1/logs/${id}/rating`, { good_answer: null }, 400, 'good_answer'],
    ['/compat/not-diamond/report/metrics/feedback', { session_id: id, feedback: {} }, 400, 'feedback'],
    [
      '/compat/not-diamond/report/metrics/feedback',
      { session_id: id, feedback: { accuracy: 0.5 } },
      400,
      'feedback.accuracy',
    ],
  ]
  for (const [path, body, status, field] of refused) {
    const reply = await post(path, body)
    const { error } = reply.json as { error: { param: string } }
    assert.deepEqual([reply.status, error.param], [status, field], JSON.stringify(body))
  }
  assert.deepEqual(await told(id), [])
})
