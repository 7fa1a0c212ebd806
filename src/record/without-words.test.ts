import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleCall } from '../../test/record-sample.ts'
import type { RecordedCall } from './generation.ts'
import { redact } from './redaction/redact.ts'
import { redactCall } from './redaction/redact-call.ts'
import { withoutWords } from './without-words.ts'

const LINE =
  'Dear Anna Smith, write to anna.smith@example.com or call +49 30 901820; card 4111 1111 1111 1111.\n'

function redactable(content: string, answer = LINE): RecordedCall {
  const { generation } = sampleCall({ id: 'gen-1' })
  const request = Buffer.from(JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }))
  return { generation: { ...generation, storage: 'redacted' }, request, answer }
}

const textOf = ({ request, answer }: RecordedCall) =>
  `${request && Buffer.from(request).toString()} ${answer}`

test('a large call is redacted as a small one is, but not on the thread of the gateway', async () => {
  const large = redactable(LINE.repeat(3_000), LINE.repeat(1_000))
  // Once before, so that the second time is no faster for being the second.
  const here = redactCall(large)
  const before = process.threadCpuUsage()
  redactCall(large)
  const inline = process.threadCpuUsage(before)
  const after = process.threadCpuUsage()
  const apart = await withoutWords(large)
  const cost = process.threadCpuUsage(after)
  assert.equal(textOf(apart), textOf(here))
  assert.deepEqual(apart.generation, here.generation)
  assert.ok(!textOf(apart).includes('example.com'))
  const [alone, waited] = [inline, cost].map(({ user, system }) => user + system)
  assert.ok(waited! < alone! / 2, `${waited} µs of ${alone}`)
})

test('a large text alone is redacted there too', async () => {
  const text = LINE.repeat(1_000)
  assert.equal(await redact(text), (await redact(LINE)).repeat(1_000))
})

test('many large calls at once get each its own back', async () => {
  const calls = Array.from({ length: 8 }, (_, i) => redactable(`${LINE.repeat(200)} number ${i}`))
  const redacted = await Promise.all(calls.map((call) => withoutWords(call)))
  for (const [i, one] of redacted.entries()) assert.ok(textOf(one).includes(` number ${i}"`))
})

test('however deep JSON within a text is nested, it is looked into or read as text', async () => {
  for (const levels of [500, 5_000, 100_000]) {
    const call = redactable(`${'['.repeat(levels)}"anna@example.com"${']'.repeat(levels)}`)
    const { generation, ...kept } = await withoutWords(call)
    assert.equal(generation.storage, 'redacted', `${levels} levels`)
    assert.ok(textOf({ generation, ...kept }).includes('[email]'))
  }
})

test('what cannot be redacted is kept without its words, and says so, wherever it failed', async () => {
  for (const levels of [3_000, 30_000]) {
    const { generation, answer } = redactable('')
    const request = Buffer.from(`${'['.repeat(levels)}"anna@example.com"${']'.repeat(levels)}`)
    const kept = await withoutWords({ generation, request, answer })
    assert.deepEqual([kept.generation.storage, kept.request, kept.answer], ['metadata', null, null])
  }
})
