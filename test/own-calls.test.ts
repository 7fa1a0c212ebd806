import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
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

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')
const keyOf = (name: string) => `key-of-${name}`
const key = (name: string, limits: string) =>
  `    - { name: ${name}, sha256: ${sha256(keyOf(name))}, ${limits} }\n`

/** A gateway for one call at a time, some of whose keys may make no more calls than a test makes with them. */
let t: ComparedModels
before(async () => {
  t = await startComparedModels(`
record: { storage: full }
learn:
  duels: { share: 1, judge: ${JUDGE}, daily_budget: 100 }
server:
  keys:
${key('anna', 'calls_per_minute: 2, max_calls: 1')}${key('ben', 'calls_per_minute: 2, max_calls: 1, storage: metadata')}${key('carl', 'calls_per_minute: 1')}${key('dora', 'max_calls: 1')}
admission: { max_calls: 8 }
`)
  // No duel begins before it is known what was spent today.
  await listed('dora')
})
after(() => t.close())

beforeEach(() => {
  t.upstream.answer(({ body }) => {
    if (body.model !== 'judge') return answerOf(String(body.model), `I am ${body.model}.`)
    return answerOf('judge', JSON.stringify({ reason: 'r', winner: 'tie' }))
  })
})

const listed = async (name: string) =>
  (await t.get<{ data: readonly ListedComparison[] }>('/comparisons?limit=100', keyOf(name))).data

interface Story {
  readonly storage: string
  readonly caller: string
  readonly tags: { readonly app?: string }
}

const QUESTION = { messages: [{ role: 'user', content: 'Name a river.' }] }
const AMONG_TWO = {
  ...QUESTION,
  model: 'auto',
  plugins: [{ id: 'auto-router', allowed_models: [STRONG, WEAK] }],
}

test('an arena is one call to the limits of its key, and a vote another', async () => {
  const arena = await t.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, keyOf('anna'))
  assert.equal(arena.status, 200, JSON.stringify(arena.body))
  const vote = await t.post(`/arena/${arena.body.id}/vote`, { winner: 'a' }, keyOf('anna'))
  assert.equal(vote.status, 200, JSON.stringify(vote.body))
  const third = await t.post('/arena', { ...QUESTION, models: [STRONG, WEAK] }, keyOf('anna'))
  assert.equal(third.status, 429)
})

test('duels take nothing of what a key may call, and keep no more of its calls than it allows', async () => {
  for (const call of [1, 2]) {
    const { status, body } = await t.post('/chat/completions', AMONG_TWO, keyOf('ben'))
    assert.equal(status, 200, JSON.stringify(body))
    while ((await listed('ben')).length < call) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal((await t.post('/chat/completions', AMONG_TWO, keyOf('ben'))).status, 429)
  const { data } = await t.get<{ data: readonly Story[] }>('/generations?limit=100', keyOf('ben'))
  assert.equal(data.filter(({ tags }) => tags.app === 'meritorder judge').length, 4)
  for (const { storage, caller } of data) assert.deepEqual([storage, caller], ['metadata', 'ben'])
})

test('whoever only says that he is the gateway is counted, duelled and recorded as any other', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${t.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keyOf('carl')}`, ...headers },
      body: JSON.stringify(AMONG_TWO),
    })
  const forged = {
    'x-meritorder-own': `duel ${'0'.repeat(64)}`,
    'x-title': 'meritorder duel',
    'x-openrouter-title': 'meritorder judge',
  }
  assert.equal((await ask(forged)).status, 200)
  assert.equal((await ask(forged)).status, 429)
  while ((await listed('carl')).length < 1) await new Promise((resolve) => setTimeout(resolve, 20))
  const { data } = await t.get<{ data: readonly Story[] }>('/generations?limit=100', keyOf('carl'))
  // Had the call's own name stood, its duel would not be known as one and be duelled in turn.
  assert.deepEqual(data.map(({ tags }) => tags.app).sort(), [
    'meritorder duel',
    ...['meritorder judge', 'meritorder judge', 'meritorder judge'],
  ])
})

test('the calls of an arena end when its caller leaves', async () => {
  t.upstream.answer(() => ({ pieces: [' '], ending: 'hang' }))
  t.upstream.seen.length = 0
  const leaving = new AbortController()
  const asked = fetch(`${t.url}/v1/arena`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keyOf('dora')}` },
    body: JSON.stringify({ ...QUESTION, models: [STRONG, WEAK] }),
    signal: leaving.signal,
  })
  while (t.upstream.seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
  leaving.abort()
  await assert.rejects(asked)
  await Promise.all(t.upstream.seen.map(({ closed }) => closed))
})
