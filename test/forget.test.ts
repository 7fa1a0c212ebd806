import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway('record: { storage: full }\n')
})
after(() => t.close())

const CANARY = `canary${randomBytes(12).toString('hex')}`

async function post(path: string, body: object) {
  const reply = await fetch(`${t.gateway.url}/v1${path}`, { method: 'POST', body: JSON.stringify(body) })
  const text = await reply.text()
  assert.equal(reply.status, 200, text)
  return { id: reply.headers.get('x-generation-id') ?? '', value: JSON.parse(text) }
}

const ask = (user: string, content: string) =>
  post('/chat/completions', { model: 'auto', user, messages: [{ role: 'user', content }] })

async function forget(user: string) {
  const path = `/v1/users/${encodeURIComponent(user)}`
  const reply = await fetch(`${t.gateway.url}${path}`, { method: 'DELETE' })
  assert.equal(reply.status, 200)
  return (await reply.json()) as {
    deleted: Record<string, number>
    remaining: Record<string, number>
    not_covered: string[]
  }
}

async function usersRecorded(): Promise<string[]> {
  const reply = await fetch(`${t.gateway.url}/v1/generations`)
  const { data } = (await reply.json()) as { data: { tags: { user?: string } }[] }
  return data.map(({ tags }) => tags.user ?? '')
}

test('everything of a user goes: calls, bodies, ratings, stored answers, arenas and the journal; others stay', async () => {
  const user = 'a/b "ü" 100%'
  const { id } = await ask(user, CANARY)
  await ask(user, `${CANARY} again`)
  await ask('other', 'hello')
  await post('/responses', { model: 'auto', input: CANARY, user, store: true })
  await post('/feedback', { generation_id: id, thumb: 'up', comment: CANARY })
  const arena = await post('/arena', { user, messages: [{ role: 'user', content: CANARY }] })
  await post(`/arena/${arena.value.id}/vote`, { winner: 'a' })

  const { deleted, remaining, not_covered: notCovered } = await forget(user)
  assert.equal(deleted.generations, 5)
  assert.equal(deleted.generation_bodies, 5)
  assert.equal(deleted.ratings, 2)
  assert.equal(deleted.responses, 1)
  assert.equal(deleted.arenas, 1)
  assert.equal(deleted.comparisons, 1)
  assert.deepEqual(new Set(Object.values(remaining)), new Set([0]))
  assert.deepEqual(Object.keys(remaining).sort(), Object.keys(deleted).sort())
  assert.ok(notCovered.some((one) => one.includes('imported')))
  assert.deepEqual(await usersRecorded(), ['other'])
  assert.equal((await fetch(`${t.gateway.url}/v1/generation?id=${id}`)).status, 404)

  const journal = join(t.folder, 'data', 'journal')
  for (const name of readdirSync(journal))
    assert.equal(readFileSync(join(journal, name)).includes(CANARY), false, name)

  const again = await forget(user)
  assert.deepEqual(new Set(Object.values(again.deleted)), new Set([0]))
})

test('a user is found by each of his names, whatever dialect he was named in', async () => {
  const words = [{ role: 'user', content: 'hello' }]
  await post('/messages', { model: 'auto', max_tokens: 9, metadata: { user_id: 'm-1' }, messages: words })
  await post('/chat/completions', { model: 'auto', safety_identifier: 's-1', messages: words })
  await post('/responses', { model: 'auto', safety_identifier: 's-1', input: 'hello' })
  const all = { user: 'u-1', safety_identifier: 's-1', metadata: { user_id: 'm-1' } }
  await post('/chat/completions', { ...all, model: 'auto', messages: words })
  await post('/chat/completions', { model: 'auto', prompt_cache_key: 's-1', messages: words })

  assert.equal((await forget('s-1')).deleted.generations, 3)
  const { deleted, remaining } = await forget('m-1')
  assert.equal(deleted.generations, 1)
  assert.deepEqual(new Set(Object.values(remaining)), new Set([0]))
  assert.equal((await forget('u-1')).deleted.generations, undefined)
  assert.deepEqual(await usersRecorded(), ['', 'other'])
})

test('a user whose name is longer than what is kept of it is forgotten by the whole of it, and not with his like', async () => {
  const long = 'n'.repeat(600)
  const like = `${long}2`
  await ask(long, 'hello')
  await post('/responses', { model: 'auto', safety_identifier: long, input: 'hello' })
  await ask(like, 'hello')
  const { deleted, remaining } = await forget(long)
  assert.equal(deleted.generations, 2)
  assert.deepEqual(new Set(Object.values(remaining)), new Set([0]))
  assert.equal((await forget(like)).deleted.generations, 1)
})

test('calls go on while users are forgotten, and those of others are all there', async () => {
  const calls = Array.from({ length: 40 }, (_, i) => ask(i % 2 === 0 ? 'gone' : 'stays', `call ${i}`))
  const first = forget('gone')
  await Promise.all([...calls, first, forget('nobody')])
  await forget('gone')
  const users = await usersRecorded()
  assert.equal(users.filter((user) => user === 'stays').length, 20)
  assert.equal(users.includes('gone'), false)
})
