import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import {
  answerOf,
  type ComparedModels,
  JUDGE,
  type ListedComparison,
  STRONG,
  startComparedModels,
  WEAK,
} from './compared-models.ts'

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')

let t: ComparedModels
before(async () => {
  t = await startComparedModels(`
server:
  keys:
    - { name: anna, sha256: ${sha256('key-of-anna')} }
    - { name: ben, sha256: ${sha256('key-of-ben')} }
`)
})
after(() => t.close())

const ANNA = 'key-of-anna'
const BEN = 'key-of-ben'
const listed = async (key: string) =>
  (await t.get<{ data: readonly ListedComparison[] }>('/comparisons', key)).data

interface Candidate {
  readonly model: string
  readonly experience?: { readonly shift: number }
}

interface Story {
  readonly model: string
  readonly caller: string
  readonly tags: Readonly<Record<string, string>>
}

const QUESTION = { messages: [{ role: 'user', content: 'Name a river.' }] }

test('without names the chosen model meets the one whose comparison with it tells most', async () => {
  const { status, body } = await t.post('/arena', QUESTION, ANNA)
  assert.equal(status, 200, JSON.stringify(body))
  // Before the vote: it may change what is chosen.
  const { body: routed } = await t.post('/route', { ...QUESTION, model: 'auto' }, ANNA)
  const { body: voted } = await t.post(`/arena/${body.id}/vote`, { winner: 'tie' }, ANNA)
  assert.notEqual(voted.a.model, voted.b.model)
  assert.ok([voted.a.model, voted.b.model].includes(routed.model))
})

test('two anonymous answers come, and the vote tells whose they are and counts for both models', async () => {
  const { status, body, headers } = await t.post(
    '/arena',
    { ...QUESTION, models: [STRONG, WEAK], user: 'u1' },
    ANNA,
  )
  assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual([body.answers.a.message.content, body.answers.b.message.content].sort(), [
    'I am strong.',
    'I am weak.',
  ])
  const told = JSON.stringify({ ...body, answers: undefined })
  for (const secret of [STRONG, WEAK, 'gen-', 'cost']) assert.ok(!told.includes(secret), secret)
  assert.equal(headers.get('x-meritorder-model'), null)

  const voted = await t.post(`/arena/${body.id}/vote`, { winner: 'a' }, ANNA)
  assert.equal(voted.status, 200, JSON.stringify(voted.body))
  const strongIsA = body.answers.a.message.content === 'I am strong.'
  assert.deepEqual([voted.body.a.model, voted.body.b.model], strongIsA ? [STRONG, WEAK] : [WEAK, STRONG])

  const [comparison] = await listed(ANNA)
  assert.ok(comparison !== undefined)
  assert.deepEqual(
    [comparison.winner, comparison.judge, comparison.source, comparison.model_a, comparison.tags.user],
    ['a', 'person', 'arena', voted.body.a.model, 'u1'],
  )
  assert.ok(comparison.intents.length > 0)
  const { data: story } = await t.get<{ data: Story }>(`/generation?id=${voted.body.a.generation_id}`, ANNA)
  assert.deepEqual(
    [story.model, story.caller, story.tags.app],
    [voted.body.a.model, 'anna', 'meritorder arena'],
  )
})

test('the same vote again changes nothing, and another one is refused: whoever voted knows the models', async () => {
  const { body } = await t.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, ANNA)
  const first = await t.post(`/arena/${body.id}/vote`, { winner: 'both_bad' }, ANNA)
  assert.equal(first.body.winner, 'tie')
  const again = await t.post(`/arena/${body.id}/vote`, { winner: 'tie' }, ANNA)
  assert.deepEqual([again.status, again.body], [200, first.body])
  const other = await t.post(`/arena/${body.id}/vote`, { winner: 'b' }, ANNA)
  assert.equal(other.status, 409)
  assert.match(other.body.error.message, /the first vote stands/)
  const mine = await listed(ANNA)
  assert.equal(mine.filter(({ id }) => id === `cmp-${body.id.slice(6)}`).length, 1)
})

test('of two votes at once one is told that it counts, and it is the one that does', async () => {
  for (let round = 0; round < 5; round++) {
    const { body } = await t.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, ANNA)
    const vote = (winner: string) => t.post(`/arena/${body.id}/vote`, { winner }, ANNA)
    const votes = await Promise.all([vote('a'), vote('b'), vote('tie')])
    const [won, ...others] = votes.toSorted((x, y) => x.status - y.status)
    assert.deepEqual([won?.status, ...others.map(({ status }) => status)], [200, 409, 409])
    const comparison = (await listed(ANNA)).find(({ id }) => id === `cmp-${body.id.slice(6)}`)
    assert.equal(comparison?.winner, won?.body.winner)
    for (const { body: refused } of others)
      assert.ok(refused.error.message.includes(`(${comparison?.winner})`), refused.error.message)
  }
})

test('votes are learned from at once: the winner is predicted better, as the explanation says', async () => {
  const shiftOf = async (model: string) => {
    const { body } = await t.post<{ candidates: Candidate[] }>('/route', { ...QUESTION, model: 'auto' }, ANNA)
    return body.candidates.find((candidate) => candidate.model === model)?.experience?.shift ?? 0
  }
  const before = (await shiftOf(STRONG)) - (await shiftOf(WEAK))
  for (let i = 0; i < 3; i++) {
    const { body } = await t.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, ANNA)
    const winner = body.answers.a.message.content === 'I am strong.' ? 'a' : 'b'
    await t.post(`/arena/${body.id}/vote`, { winner }, ANNA)
  }
  for (;;) {
    if ((await shiftOf(STRONG)) - (await shiftOf(WEAK)) > before) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

test('votes on unknown and on foreign arenas do not exist for who sends them', async () => {
  const { body } = await t.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, ANNA)
  for (const [id, key] of [
    [body.id, BEN],
    [`arena-${'0'.repeat(32)}`, ANNA],
    ["arena-' or 1=1", ANNA],
  ] as const) {
    const { status, body: refused } = await t.post(
      `/arena/${encodeURIComponent(id)}/vote`,
      { winner: 'a' },
      key,
    )
    assert.equal(status, 404, id)
    assert.match(refused.error.message, /never opened here, or by another caller/)
  }
  assert.deepEqual(await listed(BEN), [])
})

for (const [what, body, message] of [
  ['one model', { ...QUESTION, models: [STRONG] }, /2 to 20 different models/],
  ['a model against itself', { ...QUESTION, models: [STRONG, STRONG] }, /different models/],
  ['a stream', { ...QUESTION, stream: true }, /stream must be false/],
  ['a model that nobody sells', { ...QUESTION, models: [STRONG, 'no/body'] }, /no\/body/],
  ['no messages', { models: [STRONG, WEAK] }, /messages/],
] as const)
  test(`${what} is refused, and opens no arena`, async () => {
    const { status, body: refused } = await t.post('/arena', body, ANNA)
    assert.ok(status >= 400 && status < 500, String(status))
    assert.match(refused.error.message, message)
  })

test('a vote that is none is refused with what it can be', async () => {
  const { body } = await t.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, ANNA)
  for (const vote of [{}, { winner: 'me' }, { winner: 1 }, { winner: 'a', sure: true }])
    assert.equal((await t.post(`/arena/${body.id}/vote`, vote, ANNA)).status, 400, JSON.stringify(vote))
})

test('when one of the two does not answer there is no arena', async () => {
  t.upstream.answer(({ body }) =>
    body.model === 'weak' ? { status: 500, pieces: ['{}'] } : answerOf(String(body.model), 'I am here.'),
  )
  const { status, body } = await t.post('/arena', { ...QUESTION, models: [WEAK, JUDGE] }, ANNA)
  assert.ok(status >= 500)
  assert.equal(body.id, undefined)
})

// The last one: it stops the gateway.
test('an arena whose calls a stopping gateway can no longer make is told so, and is asked to come again', async () => {
  const { port } = new URL(t.url)
  const body = JSON.stringify(QUESTION)
  const caller = connect(Number(port), '127.0.0.1')
  const said = text(caller)
  caller.write(
    `POST /v1/arena HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${ANNA}\r\ncontent-length: ${body.length}\r\n\r\n`,
  )
  while (!(await t.get<{ calls: { running: number } }>('/../health')).calls.running);
  const closed = t.close()
  const isReached = () =>
    fetch(t.url).then(
      () => true,
      () => false,
    )
  while (await isReached());
  caller.write(body)
  assert.match(await said, /^HTTP\/1\.1 503 [\s\S]*retry-after: 1[\s\S]*This gateway is stopping/i)
  await closed
})
