import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import {
  events,
  frame,
  type Scripted,
  type ScriptedUpstream,
  startScriptedUpstream,
} from '../scripted-upstream.ts'
import {
  answerStream,
  chunk,
  done,
  ending,
  type FailingHosts,
  heardIn,
  role,
  startFailingHosts,
} from './hosts.ts'

const MODELS = ['c13', 'c14', 'c15', 'c16', 'c16b', 'c17', 'c18', 'c19']

let a: ScriptedUpstream
let b: ScriptedUpstream
let t: FailingHosts
/** What a host that never falls silent sends first, and then again and again. */
let chatter: { readonly first: string; readonly later: string }
const chattering = createServer((_request, reply) => {
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  reply.write(chatter.first)
  const timer = setInterval(() => reply.write(chatter.later), 50)
  reply.on('close', () => clearInterval(timer))
})
before(async () => {
  chattering.listen(0, '127.0.0.1')
  await once(chattering, 'listening')
  ;[a, b] = await Promise.all([startScriptedUpstream(), startScriptedUpstream()])
  t = await startFailingHosts({
    hosts: {
      a,
      b,
      chattering: { url: `http://127.0.0.1:${(chattering.address() as AddressInfo).port}` },
      claude: { url: a.url, family: 'anthropic' },
    },
    models: MODELS,
    yaml: 'timeouts: { ordinary: { first_byte_ms: 2000, idle_ms: 1000 } }',
  })
})
beforeEach(() => {
  a.seen.length = b.seen.length = 0
  b.answer(answerStream('from b'))
})
after(async () => {
  await t.close()
  chattering.closeAllConnections()
  for (const server of [a, b, chattering]) server.close()
})

const ask = async (model: string, order = ['a', 'b']) => {
  const reply = await t.ask(model, { stream: true, body: { provider: { order } } })
  return { ...reply, ...heardIn(reply.text), story: await t.story(reply.id) }
}

for (const [what, rest] of [
  ['its connection is cut', { ending: 'cut' }],
  ['it falls silent', { ending: 'hang' }],
] as const)
  test(`cases 13 and 15: where a stream has begun and ${what}, it ends with an error event and no other host's words`, async () => {
    a.answer(events([role, chunk('one '), chunk('two')], rest))
    const { content, error, isWhole, servedBy, story } = await ask('c13')
    assert.deepEqual([content, isWhole, servedBy], ['one two', false, 'a'])
    assert.match(error?.message ?? '', /^a timed out: silent|^The connection to a failed/)
    assert.equal(story.outcome, 'incomplete')
    assert.equal(b.seen.length, 0)
    await a.last().closed
  })

const BEFORE_CONTENT: Readonly<Record<string, Scripted>> = {
  'an error event': events([role, 'data: {"error":{"message":"no","type":"server_error"}}\n\n']),
  'a cut': events([role], { ending: 'cut' }),
  'its end': events([role]),
  'its closing event': events([role, done]),
  nothing: events([]),
  'a web page': { contentType: 'text/html', pieces: ['<html></html>'] },
}
for (const [what, script] of Object.entries(BEFORE_CONTENT))
  test(`case 14: a stream that brings ${what} before its first content is replaced in silence`, async () => {
    a.answer(answerStream('warm'))
    // Its failures are not in a row.
    assert.equal((await ask('c14')).servedBy, 'a')
    a.answer(script)
    const { content, roles, error, isWhole, servedBy, story } = await ask('c14')
    assert.deepEqual([content, roles, error, isWhole, servedBy], ['from b', 1, undefined, true, 'b'])
    assert.deepEqual(
      story.attempts.map(({ provider, error }) => [provider, error === undefined]),
      [
        ['a', false],
        ['b', true],
      ],
    )
  })

test('case 16: comments and pings do not keep a stream alive that says nothing: before its content another answers', async () => {
  chatter = { first: role, later: `: still here\n\n${role}` }
  const { content, isWhole, servedBy, story } = await ask('c16', ['chattering', 'b'])
  assert.deepEqual([content, isWhole, servedBy], ['from b', true, 'b'])
  assert.match(story.attempts[0]?.error?.message ?? '', /no answer within 2000 ms/)
})

test('case 16: a stream that stalls is ended with an error event after its idle time, whatever comments come', async () => {
  chatter = { first: role + chunk('half'), later: ': still here\n\n' }
  const { content, error, story } = await ask('c16b', ['chattering', 'b'])
  assert.equal(content, 'half')
  assert.match(error?.message ?? '', /silent for 1000 ms/)
  assert.equal(story.outcome, 'incomplete')
})

test('case 17: a stream without a closing event and a finish reason is incomplete, its usage estimated, and the breaker counts it', async () => {
  a.answer(events([role, chunk('one two three')]))
  for (let call = 0; call < 3; call++) {
    const { isWhole, error, story } = await ask('c17')
    assert.equal(isWhole, false)
    assert.match(error?.message ?? '', /ended the stream before the answer was finished/)
    assert.deepEqual([story.outcome, story.tokens_estimated], ['incomplete', true])
    assert.ok(story.native_tokens_completion > 0)
  }
  assert.equal((await ask('c17')).servedBy, 'b')
})

test('case 18: Anthropic’s overloaded_error inside a 200 is a failure, and the next host answers', async () => {
  const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  a.answer(events([frame(overloaded)]))
  const { content, isWhole, servedBy, story } = await ask('c18', ['claude', 'b'])
  assert.deepEqual([content, isWhole, servedBy], ['from b', true, 'b'])
  assert.match(story.attempts[0]?.error?.message ?? '', /Overloaded/)
})

test('case 19: an event of broken JSON is left out, of which the metadata tell, and the rest of the stream goes on', async () => {
  a.answer(events([role, chunk('one '), 'data: {"choices":[{"index"\n\n', chunk('two'), ending, done]))
  const { text, id } = await t.ask('c19', { stream: true, headers: { 'x-openrouter-metadata': 'enabled' } })
  assert.ok(!text.includes('data: {"choices":[{"index"\n\n'))
  assert.ok(text.includes('"one "') && text.includes('"two"') && text.endsWith(done))
  assert.ok(text.includes('"losses":[{"field":"stream","reason":"events that were no JSON: 1"}]'))
  assert.equal((await t.story(id)).outcome, 'complete')
})
