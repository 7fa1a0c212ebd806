import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { type ScriptedUpstream, startScriptedUpstream } from '../scripted-upstream.ts'
import { answer, answerStream, type FailingHosts, heardIn, refusal, startFailingHosts } from './hosts.ts'

let a: ScriptedUpstream
let b: ScriptedUpstream
let t: FailingHosts
/** A host that is late: it answers when the other one has been asked. */
let othersAsked = Promise.withResolvers<void>()
const late = createServer(async (_request, reply) => {
  await othersAsked.promise
  reply.setHeader('content-type', 'application/json')
  reply.end(String(answer('late').pieces[0]))
})
before(async () => {
  late.listen(0, '127.0.0.1')
  await once(late, 'listening')
  ;[a, b] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()])
  t = await startFailingHosts({
    hosts: {
      a: { url: a.url, keys: ['sk-one-of-two', 'sk-two-of-two'] },
      b,
      late: { url: `http://127.0.0.1:${(late.address() as AddressInfo).port}` },
    },
    models: ['stream', 'whole', 'loses', 'fails', 'acts', 'dear', 'key'],
    yaml: [
      'policy:',
      '  policies:',
      '    hedged: { hedge: { after: 100, share: 1, max_extra_cost_usd: 0.01 } }',
      '    mean: { hedge: { after: 100, share: 1, max_extra_cost_usd: 0 } }',
      'timeouts: { ordinary: { first_byte_ms: 2000, whole_ms: 2000 } }',
    ].join('\n'),
  })
})
beforeEach(() => {
  a.seen.length = b.seen.length = 0
  a.answer({ pieces: [], ending: 'hang' })
  b.answer(answer('from b'))
  othersAsked = Promise.withResolvers()
})
after(async () => {
  await t.close()
  for (const server of [a, b, late]) server.close()
})

const attemptsOf = async (id: string) =>
  (await t.story(id)).attempts.map(({ provider, hedged = false, error, expectedCostUsd }) => ({
    provider,
    hedged,
    answered: error === undefined,
    mayCost: expectedCostUsd !== undefined,
  }))

for (const stream of [true, false])
  test(`where the first host is late, the next is asked beside it, and the first is cancelled (${stream ? 'stream' : 'whole'})`, async () => {
    if (stream) b.answer(answerStream('from b'))
    const { text, servedBy, id } = await t.ask(stream ? 'stream' : 'whole', {
      stream,
      body: { policy: 'hedged' },
    })
    assert.equal(servedBy, 'b')
    assert.equal(stream ? heardIn(text).content : JSON.parse(text).choices[0].message.content, 'from b')
    await a.last().closed
    assert.deepEqual(await attemptsOf(id), [
      { provider: 'a', hedged: false, answered: false, mayCost: true },
      { provider: 'b', hedged: true, answered: true, mayCost: false },
    ])
  })

test('where the late one answers first after all, the second is cancelled', async () => {
  b.answer(() => {
    othersAsked.resolve()
    return { pieces: [], ending: 'hang' }
  })
  const { servedBy, id } = await t.ask('loses', {
    body: { policy: 'hedged', provider: { order: ['late', 'b'] } },
  })
  assert.equal(servedBy, 'late')
  await b.last().closed
  assert.deepEqual(await attemptsOf(id), [
    { provider: 'b', hedged: true, answered: false, mayCost: true },
    { provider: 'late', hedged: false, answered: true, mayCost: false },
  ])
})

test('one that was given up while it refused its key is not asked with another', async () => {
  a.answer({ status: 401, pieces: ['{"error":'], ending: 'hang' })
  const { servedBy, tookMs } = await t.ask('key', { body: { policy: 'hedged' } })
  assert.equal(servedBy, 'b')
  assert.ok(tookMs < 1_500, `${tookMs} ms`)
  assert.equal(a.seen.length, 1)
})

test('where the second one fails, the late one is waited for', async () => {
  b.answer(() => {
    othersAsked.resolve()
    return refusal(500)
  })
  const { servedBy, text } = await t.ask('fails', {
    body: { policy: 'hedged', provider: { only: ['late', 'b'], order: ['late', 'b'] } },
  })
  assert.deepEqual([servedBy, JSON.parse(text).choices[0].message.content], ['late', 'late'])
})

for (const [what, body] of [
  ['hosts that may act for it', { policy: 'hedged', tools: [{ type: 'web_search' }] }],
  ['more money than the policy allows', { policy: 'mean' }],
  ['no policy that hedges', {}],
] as const)
  test(`a call with ${what} waits for the first host alone`, async () => {
    const { servedBy, id } = await t.ask('acts', { body })
    assert.equal(servedBy, 'b')
    const [first, second] = (await t.story(id)).attempts
    assert.deepEqual([first?.error?.code, second?.hedged], ['timeout', undefined])
    assert.ok(first!.totalMs >= 1990)
  })
