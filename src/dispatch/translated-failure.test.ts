import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, beforeEach, describe, test } from 'node:test'
import { request } from 'undici'
import {
  jsonOf,
  type Script,
  startTranslation,
  streamed,
  streamOf,
  type Translation,
} from '../../test/translated-provider.ts'
import { REPLIES, TEXT } from '../../test/translated-replies.ts'
import { FAMILIES } from '../market/families.ts'

const messages = [{ role: 'user' as const, content: 'hello' }]

for (const family of FAMILIES)
  describe(`failures of ${family}`, () => {
    let t: Translation
    before(async () => {
      t = await startTranslation(family)
    })
    beforeEach(() => {
      t.endpoint = {}
      t.health.length = 0
      t.seen.length = 0
    })
    after(() => t.close())
    const { events, whole, untilText, refusal, overloaded, overloadedStatus } = REPLIES[family]
    /** Without fallbacks: an endpoint that fails for a moment is not asked again. */
    const send = (body: object = {}) => {
      const call = { model: 'any', messages, provider: { allow_fallbacks: false }, ...body }
      return request(t.url, { method: 'POST', body: JSON.stringify(call) })
    }
    test('an error inside a whole reply of status 200 is the host’s failure, not a fault of the request', async () => {
      const code = 'server_error'
      t.answer(jsonOf({ error: { message: 'own words', type: code, param: null, code } }))
      const reply = await send()
      const { error } = await json(reply)
      assert.deepEqual([reply.statusCode, error.metadata.error_type], [502, 'provider_unavailable'])
      assert.deepEqual(t.health, [`-${t.model}`])
    })
    for (const [status, expected, type] of [
      [401, 502, 'provider_unavailable'],
      [402, 402, 'payment_required'],
      [403, 502, 'provider_unavailable'],
      [404, 502, 'provider_unavailable'],
      [408, 504, 'timeout'],
      [409, 502, 'provider_unavailable'],
      [500, 502, 'provider_unavailable'],
      [503, 503, 'provider_overloaded'],
      [529, 503, 'provider_overloaded'],
      [302, 502, 'provider_unavailable'],
    ] as const)
      for (const stream of [false, true])
        test(`${status} means what it means on the pass-through path (${stream ? 'stream' : 'whole'}), with the provider’s words`, async () => {
          t.answer(jsonOf(refusal('own words'), { status, headers: { location: 'http://127.0.0.1:1/' } }))
          const reply = await send({ stream })
          const { error } = await json(reply)
          assert.deepEqual([reply.statusCode, error.metadata.error_type], [expected, type])
          assert.match(error.message, new RegExp(`^${family} .*\\(${status}\\): own words$`))
          assert.equal((await t.sealed()).attempts[0]?.status, status)
          assert.deepEqual(t.health, [`-${t.model}`])
          assert.equal(t.seen.length, 1)
        })

    test('429 keeps the wait that the provider asks for', async () => {
      t.answer(jsonOf(refusal('slow down'), { status: 429, headers: { 'retry-after': '7' } }))
      const reply = await send()
      assert.deepEqual([reply.statusCode, reply.headers['retry-after']], [429, '7'])
      await reply.body.dump()
    })

    for (const status of [400, 413, 422])
      test(`${status} is the caller’s own: the provider’s message in OpenAI’s shape, the endpoint not blamed`, async () => {
        t.answer(jsonOf(refusal('messages.0: too odd'), { status }))
        const reply = await send({ stream: true })
        const { error } = await json(reply)
        assert.deepEqual([reply.statusCode, error.message, error.code], [status, 'messages.0: too odd', null])
        assert.equal(error.metadata.provider_name, family)
        assert.deepEqual(t.health, [])
      })

    const html: Script = { contentType: 'text/html', pieces: [Buffer.from('<html>Sorry</html>')] }
    const unusable: [string, Script, RegExp][] = [
      ['an HTML page with status 200', html, /no answer but text\/html/],
      ['an HTML page with status 502', { ...html, status: 502 }, /failed \(502\)/],
      [
        'nothing',
        { contentType: 'application/json', pieces: [], ending: 'cut' },
        /connection .* failed|broken answer/,
      ],
    ]
    for (const [what, script, message] of unusable)
      for (const stream of [false, true])
        test(`${what} is no answer (${stream ? 'stream' : 'whole'})`, async () => {
          t.answer(script)
          const reply = await send({ stream })
          const { error } = await json(reply)
          assert.equal(error.metadata.error_type, 'provider_unavailable')
          assert.match(error.message, message)
          assert.deepEqual(t.health, [`-${t.model}`])
        })

    test('half a JSON and an object that is no message are no answers', async () => {
      for (const text of [JSON.stringify(whole).slice(0, 40), '{}', '[]', '']) {
        t.answer({ contentType: 'application/json', pieces: [Buffer.from(text)] })
        const reply = await send()
        assert.equal(reply.statusCode, 502, text)
        await reply.body.dump()
      }
    })

    test('a provider that cannot be connected to is a 502', async () => {
      t.endpoint = { baseUrl: await closedAddress() }
      const { error } = await json(await send())
      assert.match(error.message, /The connection to .* failed \(ECONNREFUSED\)/)
    })

    const begun = streamed(family, events.slice(0, untilText))
    const cuts: [string, Script, RegExp][] = [
      [
        'an error event',
        streamOf([begun, streamed(family, [overloaded])], family),
        /reported an error: too much/,
      ],
      ['a broken connection', { ...streamOf([begun], family), ending: 'cut' }, /connection to .* failed/],
      ['an early end', streamOf([begun], family), /before the answer was finished|broken answer/],
      ['an event that is no JSON', streamOf([begun, Buffer.from('data: {"a\n\n')], family), /broken answer/],
    ]
    for (const [what, script, message] of cuts)
      test(`${what} in the middle of a stream is told to the caller, never a clean end`, async () => {
        t.answer(script)
        const text = await (await send({ stream: true })).body.text()
        assert.ok(text.includes(JSON.stringify(TEXT).slice(1, -1)))
        assert.equal(text.includes('[DONE]'), false)
        const last = JSON.parse(text.trimEnd().split('\n\n').at(-1)!.slice(6))
        assert.match(last.error.message, message)
        const { outcome, error } = await t.sealed()
        assert.equal(outcome, 'incomplete')
        assert.match(error?.message ?? '', message)
      })

    test('an error event before any content is a refusal with its own status', async () => {
      t.answer(streamOf([streamed(family, [overloaded])], family))
      const reply = await send({ stream: true })
      const { error } = await json(reply)
      const expected =
        overloadedStatus === undefined ? [502, 'provider_unavailable'] : [503, 'provider_overloaded']
      assert.deepEqual([reply.statusCode, error.metadata.error_type], expected)
      assert.match(error.message, /too much/)
      assert.equal((await t.sealed()).attempts[0]?.status, overloadedStatus ?? 0)
    })
  })

/** An address where nobody listens any more. */
async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}/v1`
}

/** Our reply, as far as the tests read it. */
interface Reply {
  readonly object: string
  readonly model: string
  readonly provider: string
  readonly created: number
  readonly choices: object[]
  readonly usage: {
    readonly prompt_tokens: number
    readonly completion_tokens: number
    readonly total_tokens: number
  }
  readonly error: {
    readonly message: string
    readonly code: number
    readonly metadata: { readonly error_type: string; readonly provider_name: string }
  }
}

async function json(reply: { body: { json(): Promise<unknown> } }): Promise<Reply> {
  return (await reply.body.json()) as Reply
}
