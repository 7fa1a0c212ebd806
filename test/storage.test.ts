import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex')
const KEYS = ['full', 'redacted', 'hashed', 'metadata', 'off']
const lines = KEYS.map((mode) => `    - { name: ${mode}, sha256: ${sha256(mode)}, storage: ${mode} }`)

let t: TestGateway
before(async () => {
  t = await startTestGateway(`server:\n  keys:\n${lines.join('\n')}\nrecord: { storage: full }\n`)
})
after(() => t.close())

const headersOf = (key: string) => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' })

async function ask(key: string, content: string, headers: Record<string, string> = {}, rest: object = {}) {
  const reply = await fetch(`${t.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { ...headersOf(key), ...headers },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...rest }),
  })
  const body = await reply.text()
  return { status: reply.status, body, id: reply.headers.get('x-generation-id') ?? '' }
}

async function story(key: string, id: string) {
  const reply = await fetch(`${t.gateway.url}/v1/generation?id=${id}`, { headers: headersOf(key) })
  return { status: reply.status, data: JSON.parse(await reply.text()).data }
}

test('each mode keeps what it says', async () => {
  const words = 'Write to jane.doe@example.com, please.'
  const kept: Record<string, Awaited<ReturnType<typeof story>>> = {}
  for (const mode of KEYS) kept[mode] = await story(mode, (await ask(mode, words)).id)
  assert.equal(kept.full?.data.request.messages[0].content, words)
  assert.equal(kept.redacted?.data.request.messages[0].content, 'Write to [email], please.')
  assert.equal(kept.redacted?.data.request.model, 'auto')
  assert.equal(typeof kept.redacted?.data.answer, 'string')
  for (const mode of ['hashed', 'metadata']) {
    assert.equal(kept[mode]?.data.request, null)
    assert.equal(kept[mode]?.data.answer, null)
    assert.equal(kept[mode]?.data.storage, mode)
    assert.ok(kept[mode]?.data.intents.length > 0)
  }
  assert.match(kept.hashed?.data.prompt_hash, /^[0-9a-f]{24}$/)
  assert.equal(kept.metadata?.data.prompt_hash, null)
  assert.equal(kept.off?.status, 404)
})

test('the same prompt has the same hash, another one another', async () => {
  const hashOf = async (content: string) =>
    (await story('hashed', (await ask('hashed', content)).id)).data.prompt_hash
  const first = await hashOf('one')
  assert.equal(await hashOf('one'), first)
  assert.notEqual(await hashOf('two'), first)
})

test('a call may ask that less be kept, never more', async () => {
  const { id } = await ask('full', 'hush', { 'x-meritorder-storage': 'metadata' })
  assert.equal((await story('full', id)).data.storage, 'metadata')
  for (const asked of ['full', 'redacted', 'everything', 'metadata, full', '']) {
    const refused = await ask('hashed', 'hush', { 'x-meritorder-storage': asked })
    assert.equal(refused.status, 400, asked)
    assert.match(refused.body, /x-meritorder-storage must be one of hashed, metadata, off/)
  }
})

test('what callers say about an answer whose words are not kept is kept without words', async () => {
  const { id } = await ask('hashed', 'hush')
  const rate = (body: object) =>
    fetch(`${t.gateway.url}/v1/feedback`, {
      method: 'POST',
      headers: headersOf('hashed'),
      body: JSON.stringify({ generation_id: id, ...body }),
    })
  assert.equal((await rate({ thumb: 'up', score: 0.5 })).status, 200)
  const refused = await rate({ score: 0.5, correction: 'as it should have been' })
  assert.equal(refused.status, 400)
  assert.match(await refused.text(), /hashed.*thumb/)
})

test('personal data in a comment on a redacted call is replaced', async () => {
  const { id } = await ask('redacted', 'hush')
  const reply = await fetch(`${t.gateway.url}/v1/feedback`, {
    method: 'POST',
    headers: headersOf('redacted'),
    body: JSON.stringify({ generation_id: id, comment: 'Ask jane.doe@example.com' }),
  })
  assert.match(await reply.text(), /Ask \[email\]/)
})
