import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type ScriptedUpstream, startScriptedUpstream } from '../scripted-upstream.ts'
import { answer, type FailingHosts, refusal, startFailingHosts } from './hosts.ts'

const CALLS = 1000

let a: ScriptedUpstream
let b: ScriptedUpstream
let t: FailingHosts
before(async () => {
  ;[a, b] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()])
  t = await startFailingHosts({ hosts: { a, b }, models: ['c9', 'c10', 'c10b', 'c11', 'c12', 'c23'] })
})
beforeEach(() => {
  a.seen.length = b.seen.length = 0
  a.answer(refusal(500))
  b.answer(answer())
})
after(async () => {
  await t.close()
  a.close()
  b.close()
})

test(`case 9: a host that is dead for ${CALLS} calls is asked three times and by a probe now and then; every caller is answered`, async () => {
  const startedAt = performance.now()
  const ask = async () => {
    const { status, servedBy } = await t.ask('c9')
    assert.deepEqual([status, servedBy], [200, 'b'])
  }
  for (let call = 0; call < 3; call++) await ask()
  assert.equal(a.seen.length, 3)
  for (let round = 0; round < (CALLS - 3) / 8; round++) await Promise.all(Array.from({ length: 8 }, ask))
  // Open for 5 s, then 10, 20 …: the probes of this time, and no more.
  const seconds = (performance.now() - startedAt) / 1000
  assert.ok(a.seen.length <= 3 + Math.ceil(Math.log2(seconds / 5 + 1)), `${a.seen.length} in ${seconds} s`)
})

test('case 10: where every host is left alone one call a second is let through, and the others get 503 with Retry-After at once', async () => {
  b.answer(refusal(500))
  assert.equal((await t.ask('c10')).status, 502)
  assert.deepEqual([a.seen.length, b.seen.length], [3, 3])
  const before = a.seen.length + b.seen.length
  const replies = await Promise.all(Array.from({ length: 10 }, () => t.ask('c10')))
  const refused = replies.filter(({ status }) => status === 503)
  assert.ok(refused.length >= 6, `${refused.length} of 10`)
  assert.ok(a.seen.length + b.seen.length - before <= 4)
  for (const { headers, text } of refused) {
    assert.equal(headers.get('retry-after'), '1')
    assert.match(text, /No endpoint can be asked now: a has failed repeatedly, b has failed repeatedly/)
  }
})

test('case 10: where every host has asked for rest, nobody is asked, and the caller gets the shortest wait', async () => {
  a.answer(refusal(429, { 'retry-after': '60' }))
  b.answer(refusal(429, { 'retry-after': '40' }))
  assert.equal((await t.ask('c10b')).status, 429)
  const { status, headers } = await t.ask('c10b')
  assert.deepEqual([status, headers.get('retry-after')], [429, '40'])
  assert.deepEqual([a.seen.length, b.seen.length], [1, 1])
})

test('case 11: the only host of a call is asked however often it has failed, and serves again the moment it can', async () => {
  const only = { body: { provider: { only: ['a'] } } }
  for (let call = 0; call < 4; call++) assert.equal((await t.ask('c11', only)).status, 502)
  assert.equal(a.seen.length, 12, 'three tries a call')
  a.answer(answer())
  assert.deepEqual((await t.ask('c11', only)).status, 200)
})

test('case 12: calls that a host refuses for what they are leave it to the other callers', async () => {
  for (const status of [400, 413, 422]) {
    a.answer(refusal(status))
    for (let call = 0; call < 4; call++) assert.equal((await t.ask('c12')).status, status)
  }
  a.answer(answer())
  assert.equal((await t.ask('c12')).servedBy, 'a')
})

test('case 23: a caller who leaves during a wait before another try has no more made', async () => {
  const leaving = new AbortController()
  a.answer(() => {
    setImmediate(() => leaving.abort())
    return refusal(500)
  })
  const asked = t.ask('c23', { body: { provider: { only: ['a'] } }, signal: leaving.signal })
  await assert.rejects(asked, { name: 'AbortError' })
  const story = await t.latest('client_closed', 'c23')
  assert.equal(story.outcome, 'client_closed')
  assert.equal(a.seen.length, story.attempts.length)
  assert.ok(story.attempts.length < 3)
})
