import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway('record: { storage: full }\n')
})
after(() => t.close())

async function ask(content: string, rest: object = {}, storage = 'full') {
  const reply = await fetch(`${t.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'x-meritorder-storage': storage },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...rest }),
  })
  const { choices } = (await reply.json()) as { choices: { message: { content: string } }[] }
  return { id: reply.headers.get('x-generation-id') ?? '', text: choices[0]?.message.content ?? '' }
}

async function ratings(id: string) {
  const reply = await fetch(`${t.gateway.url}/v1/generation?id=${id}`)
  const { data } = (await reply.json()) as {
    data: { ratings: { kind: string; name?: string; value?: number; source: string }[] }
  }
  return data.ratings.map(({ kind, name, value, source }) => ({ kind, name, value, source }))
}

/** A signal is written once the caller has the answer: whoever asks at once may be too early. */
async function someRatings(id: string) {
  const started = performance.now()
  for (let found = await ratings(id); ; found = await ratings(id)) {
    if (found.length > 0) return found
    assert.ok(performance.now() - started < 60_000, 'no signal came')
  }
}

const signal = (name: string, value: number) => ({ kind: 'signal', name, value, source: 'meritorder' })

test('an answer that was asked for again is marked, and counts as unrated', async () => {
  const { id } = await ask('once more')
  assert.deepEqual(await ratings(id), [])
  await ask('once more', {}, 'off')
  assert.deepEqual(await ratings(id), [])
  await ask('once more', { temperature: 1 })
  assert.deepEqual(await someRatings(id), [signal('regenerated', 1)])
  const rated = await fetch(`${t.gateway.url}/v1/generations?rated=any`)
  assert.deepEqual(((await rated.json()) as { data: unknown[] }).data, [])
})

test('an answer in words where JSON was asked for says so', async () => {
  const { id, text } = await ask('a list', { response_format: { type: 'json_object' } })
  const isJson = () => {
    try {
      JSON.parse(text)
      return 1
    } catch {
      return 0
    }
  }
  assert.deepEqual(await someRatings(id), [signal('json_valid', isJson())])
})

test('a correction tells how far the answer was from it', async () => {
  const { id, text } = await ask('to be corrected')
  const body = JSON.stringify({ generation_id: id, correction: `${text}!` })
  await fetch(`${t.gateway.url}/v1/feedback`, { method: 'POST', body })
  const [distance] = (await ratings(id)).filter(({ kind }) => kind === 'signal')
  assert.deepEqual(distance, signal('edit_distance', 1 / (text.length + 1)))
})
