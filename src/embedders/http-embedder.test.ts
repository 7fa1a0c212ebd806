import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { Agent } from 'undici'
import { type FakeEmbeddings, startFakeEmbeddings } from '../../test/fake-embeddings.ts'
import type { HttpEmbedderSettings } from '../config/embedder-settings.ts'
import { MeritorderError } from '../errors.ts'
import { httpEmbedder } from './http-embedder.ts'

let host: FakeEmbeddings
const dispatcher = new Agent()
before(async () => {
  host = await startFakeEmbeddings()
})
beforeEach(() => {
  host.behave({})
  host.asked.length = 0
})
after(async () => {
  await dispatcher.destroy()
  await host.close()
})

function embedder(changed: Partial<HttpEmbedderSettings> = {}) {
  const settings: HttpEmbedderSettings = {
    kind: 'http',
    name: 'word-counter',
    model: 'word-counter',
    baseUrl: host.baseUrl,
    key: 'sk-secret',
    batch: 32,
    timeoutMs: 1_000,
    ...changed,
  }
  return httpEmbedder(settings, dispatcher)
}

const soon = () => AbortSignal.timeout(5_000)

async function failure(embed: Promise<unknown>): Promise<MeritorderError> {
  try {
    await embed
  } catch (error) {
    assert.ok(error instanceof MeritorderError, String(error))
    return error
  }
  return assert.fail('nothing was thrown')
}

test('vectors come in the order of their texts, scaled to length 1, and the key is sent', async () => {
  const vectors = await embedder().embed(['red red blue', 'green', 'blue red red'], soon())
  assert.deepEqual(vectors[0], vectors[2])
  assert.notDeepEqual(vectors[0], vectors[1])
  for (const vector of vectors) assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6)
  assert.deepEqual(
    host.asked.map(({ model, key }) => [model, key]),
    [['word-counter', 'Bearer sk-secret']],
  )
})

test('a length of vectors that is asked for is sent along', async () => {
  const [vector] = await embedder({ dimensions: 16 }).embed(['red'], soon())
  assert.equal(vector?.length, 16)
})

test('a host that takes too long is left in time', async () => {
  host.behave({ delayMs: 2_000 })
  const started = performance.now()
  const error = await failure(embedder().embed(['red'], AbortSignal.timeout(50)))
  assert.equal(error.code, 'timeout')
  assert.match(error.message, /word-counter.*embedder\.timeout_ms/)
  assert.ok(performance.now() - started < 1_000)
})

test('what a host refuses is told in its words, without the key', async () => {
  const body = JSON.stringify({ error: { message: 'no such key: sk-secret' } })
  for (const [status, code] of [
    [401, 'invalid_request'],
    [404, 'invalid_request'],
    [429, 'rate_limit_exceeded'],
    [503, 'provider_unavailable'],
  ] as const) {
    host.behave({ status, body })
    const error = await failure(embedder().embed(['red'], soon()))
    assert.equal(error.code, code)
    assert.match(error.message, new RegExp(`word-counter at .*answered ${status}: no such key: \\[secret\\]`))
  }
})

test('an answer that is no embeddings, or not of these texts, is refused', async () => {
  const row = (index: number, embedding: unknown) => ({ index, embedding })
  const bodies: readonly [unknown, RegExp][] = [
    ['<html>', /sent no embeddings/],
    [{ data: [row(0, 'AAAA'), row(1, 'AAAA')] }, /sent no embeddings/],
    [{ data: [row(0, [1, null]), row(1, [1, 2])] }, /sent no embeddings/],
    [{ data: [row(0, []), row(1, [])] }, /sent no embeddings/],
    [{ data: [row(0, [1, 2])] }, /sent 1 embeddings for 2 texts/],
    [{ data: [row(0, [1, 2]), row(0, [1, 2])] }, /sent 2 embeddings for 2 texts/],
    [{ data: [row(0, [1, 2]), row(1, [1, 2, 3])] }, /of different lengths/],
    [{ pad: 'x'.repeat(600_000) }, /more than 524288 bytes/],
  ]
  for (const [value, words] of bodies) {
    host.behave({ body: typeof value === 'string' ? value : JSON.stringify(value) })
    assert.match((await failure(embedder().embed(['red', 'blue'], soon()))).message, words)
  }
})

test('a host that is not there is named', async () => {
  const error = await failure(embedder({ baseUrl: 'http://127.0.0.1:1/v1' }).embed(['red'], soon()))
  assert.match(
    error.message,
    /word-counter at http:\/\/127\.0\.0\.1:1\/v1 cannot be reached \(ECONNREFUSED\)/,
  )
})
