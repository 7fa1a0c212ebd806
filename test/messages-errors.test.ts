import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import Anthropic from '@anthropic-ai/sdk'
import { CLAUDE, GEMINI, type MessagesGateway, OPEN, startMessagesGateway } from './messages-gateway.ts'
import { events, frame, json } from './scripted-upstream.ts'
import { REPLIES } from './translated-replies.ts'

let t: MessagesGateway
before(async () => {
  t = await startMessagesGateway()
})
after(() => t.close())

const ask = { max_tokens: 100, messages: [{ role: 'user' as const, content: 'hello' }] }

const STATUSES = [
  { status: 429, type: 'rate_limit_error', seen: 429, kind: Anthropic.RateLimitError },
  { status: 529, type: 'overloaded_error', seen: 529, kind: Anthropic.InternalServerError },
  { status: 500, type: 'api_error', seen: 502, kind: Anthropic.InternalServerError },
  { status: 402, type: 'billing_error', seen: 402, kind: Anthropic.PaymentRequiredError },
]

const HOSTS = [
  { model: CLAUDE, refusal: REPLIES.anthropic.refusal },
  { model: GEMINI, refusal: REPLIES.google.refusal },
  { model: OPEN, refusal: REPLIES['openai-compatible'].refusal },
]

// A gateway for each, because a host that has asked for rest gets it.
for (const { status, type, seen, kind } of STATUSES)
  describe(`an upstream’s ${status} is a ${type} for the official client`, () => {
    let own: MessagesGateway
    before(async () => {
      own = await startMessagesGateway()
    })
    after(() => own.close())
    for (const { model, refusal } of HOSTS)
      test(model, async () => {
        own.upstream.answer(json(refusal('of the host'), { status, headers: { 'retry-after': '7' } }))
        await assert.rejects(own.client.messages.create({ model, ...ask }), (error) => {
          assert.ok(error instanceof kind)
          const { apiMessage, requestID, headers } = error
          assert.deepEqual([error.status, error.type, headers?.get('retry-after')], [seen, type, '7'])
          assert.match(apiMessage ?? '', /of the host/)
          assert.match(requestID ?? '', /^gen-/)
          return true
        })
      })
  })

test('an error event in the middle of a stream is the client’s own error event, with what the provider said', async () => {
  const script = [
    { type: 'message_start', message: { content: [], usage: { input_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hel' } },
    { type: 'error', error: { type: 'overloaded_error', message: 'too much' } },
  ]
  t.upstream.answer(events(script.map(frame)))
  const stream = t.client.messages.stream({ model: CLAUDE, ...ask })
  await assert.rejects(stream.done(), (error) => {
    assert.ok(error instanceof Anthropic.APIError)
    assert.equal(error.type, 'overloaded_error')
    assert.match(error.apiMessage ?? '', /too much/)
    return true
  })
})

test('an error event before the first content of a stream is an HTTP error', async () => {
  const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
  const start = { type: 'message_start', message: { content: [], usage: { input_tokens: 1 } } }
  for (const script of [[error], [start, { type: 'ping' }, error]]) {
    t.upstream.answer(events(script.map(frame)))
    await assert.rejects(
      t.client.messages.create({ model: CLAUDE, ...ask, stream: true }),
      (thrown) => thrown instanceof Anthropic.APIError && thrown.status === 529,
    )
  }
})

test('a model that nobody sells here is a 404, and so is a path below that is not served', async () => {
  const refused = (error: unknown) => {
    assert.ok(error instanceof Anthropic.NotFoundError)
    assert.equal(error.type, 'not_found_error')
    return true
  }
  await assert.rejects(t.client.messages.create({ model: 'gpt-4o', ...ask }), refused)
  await assert.rejects(t.client.messages.batches.list(), refused)
})

test('who has no key, or a wrong one, gets Anthropic’s authentication_error; x-api-key is as good as a bearer token', async () => {
  const sha256 = createHash('sha256').update('mo-secret').digest('hex')
  const guarded = await startMessagesGateway(`server: { keys: [{ name: app, sha256: ${sha256} }] }\n`)
  guarded.upstream.answer(
    json({ type: 'message', content: [], usage: { input_tokens: 1, output_tokens: 1 } }),
  )
  const clientWith = (keys: { apiKey: string | null; authToken?: string }) =>
    new Anthropic({ baseURL: guarded.url, maxRetries: 0, ...keys })
  try {
    await assert.rejects(
      clientWith({ apiKey: 'wrong' }).messages.create({ model: CLAUDE, ...ask }),
      (error) => error instanceof Anthropic.AuthenticationError && error.type === 'authentication_error',
    )
    for (const keys of [{ apiKey: 'mo-secret' }, { apiKey: null, authToken: 'mo-secret' }])
      await clientWith(keys).messages.create({ model: CLAUDE, ...ask })
    assert.equal(JSON.stringify(guarded.upstream.last().headers).includes('mo-secret'), false)
  } finally {
    await guarded.close()
  }
})

test('a body over the limit is a request_too_large', async () => {
  const small = await startMessagesGateway('server: { max_body_bytes: 2000 }\n')
  try {
    const body = JSON.stringify({ model: CLAUDE, ...ask, system: 'x'.repeat(3000) })
    const reply = await fetch(`${small.url}/v1/messages`, { method: 'POST', body })
    const { error } = (await reply.json()) as { error: { type: string } }
    assert.deepEqual([reply.status, error.type], [413, 'request_too_large'])
  } finally {
    await small.close()
  }
})

const user = (content: unknown) => ({ role: 'user', content })
const said = (content: unknown) => ({ role: 'assistant', content })
const use = (id: string, input: unknown = {}) => ({ type: 'tool_use', id, name: 'weather', input })
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'x' })
const imageOf = (source: object) => user([{ type: 'image', source }])
const weather = { name: 'weather', input_schema: { type: 'object' } }

const BAD: readonly [string, object, string][] = [
  ['no limit on the answer', { max_tokens: undefined }, 'max_tokens'],
  ['a limit of nothing', { max_tokens: 0 }, 'max_tokens'],
  ['no messages', { messages: [] }, 'messages'],
  ['messages that are a text', { messages: 'hello' }, 'messages'],
  ['an unknown role', { messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
  ['no content', { messages: [user(undefined)] }, 'messages[0].content'],
  ['empty content', { messages: [user('')] }, 'messages[0].content'],
  ['an empty list of blocks', { messages: [user([])] }, 'messages[0].content'],
  ['a text that is none', { messages: [user([{ type: 'text', text: 7 }])] }, 'messages[0].content[0].text'],
  ['a block without a type', { messages: [user([{}])] }, 'messages[0].content[0]'],
  ['an unknown block', { messages: [user([{ type: 'hologram' }])] }, 'messages[0].content[0].type'],
  ['a result without a call', { messages: [user([result('t1')])] }, 'messages[0].content[0].tool_use_id'],
  [
    'a result for a call that was answered',
    { messages: [user('x'), said([use('t1')]), user([result('t1')]), user([result('t1')])] },
    'messages[3].content[0].tool_use_id',
  ],
  ['a call without a result', { messages: [user('x'), said([use('t1')]), user('y')] }, 'messages[2].content'],
  ['a call at the end', { messages: [user('x'), said([use('t1')])] }, 'messages[2]'],
  [
    'one of two results missing',
    { messages: [user('x'), said([use('t1'), use('t2')]), user([result('t2')])] },
    'messages[2].content',
  ],
  [
    'arguments that are no object',
    { messages: [user('x'), said([use('t1', 'x')])] },
    'messages[1].content[0].input',
  ],
  ['a tool without a schema', { tools: [{ name: 'weather' }] }, 'tools[0].input_schema'],
  [
    'a schema of no object',
    { tools: [{ name: 'weather', input_schema: { type: 'string' } }] },
    'tools[0].input_schema.type',
  ],
  [
    'a choice of a missing tool',
    { tools: [weather], tool_choice: { type: 'tool', name: 'other' } },
    'tool_choice.name',
  ],
  [
    'an image by http',
    { messages: [imageOf({ type: 'url', url: 'http://10.0.0.1/x.png' })] },
    'messages[0].content[0].source.url',
  ],
  [
    'a PDF as an image',
    { messages: [imageOf({ type: 'base64', media_type: 'application/pdf', data: 'eA==' })] },
    'messages[0].content[0].source.media_type',
  ],
  [
    'a data URL for base64',
    { messages: [imageOf({ type: 'base64', media_type: 'image/png', data: 'data:image/png;base64,eA==' })] },
    'messages[0].content[0].source.data',
  ],
  ['a budget that is none', { thinking: { type: 'enabled' } }, 'thinking.budget_tokens'],
  ['an unknown effort', { output_config: { effort: 'heroic' } }, 'output_config.effort'],
  ['a stream that is no boolean', { stream: 'yes' }, 'stream'],
]

for (const [what, differs, field] of BAD)
  test(`${what}: a 400 that names ${field}, before anybody is asked`, async () => {
    const asked = t.upstream.seen.length
    const reply = await fetch(`${t.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({ model: OPEN, ...ask, ...differs }),
    })
    const body = (await reply.json()) as {
      type: string
      error: { type: string; error_type: string; message: string }
    }
    assert.deepEqual([reply.status, body.type], [400, 'error'])
    assert.deepEqual([body.error.type, body.error.error_type], ['invalid_request_error', 'invalid_request'])
    assert.ok(body.error.message.startsWith(`${field} must be`), body.error.message)
    assert.equal(t.upstream.seen.length, asked)
  })

test('what Anthropic’s hosts alone have sends a call there, and is a 400 for a model that is sold elsewhere', async () => {
  const tools = [{ type: 'web_search_20250305', name: 'web_search' }, weather]
  const stored = [imageOf({ type: 'file', file_id: 'f' })]
  const post = (body: object) =>
    fetch(`${t.url}/v1/messages`, { method: 'POST', body: JSON.stringify({ ...ask, ...body }) })
  for (const hosted of [{ tools }, { messages: stored }]) {
    t.upstream.answer(json(REPLIES.anthropic.whole))
    assert.equal((await post({ model: 'auto', ...hosted })).status, 200)
    assert.match(t.upstream.last().path, /^\/anthropic/)
    const reply = await post({ model: OPEN, ...hosted })
    const { error, metadata } = (await reply.json()) as { error: { type: string }; metadata: object }
    assert.deepEqual([reply.status, error.type], [400, 'invalid_request_error'])
    assert.equal('limit' in metadata && metadata.limit, 'hosted_tools')
  }
})

test('an image of 30 MB passes through a translation whole', async () => {
  const data = Buffer.alloc(22_500_000, 'meritorder').toString('base64')
  t.upstream.answer(json({ choices: [{ index: 0, message: { content: 'big' }, finish_reason: 'stop' }] }))
  const source = { type: 'base64' as const, media_type: 'image/png' as const, data }
  const messages = [{ role: 'user' as const, content: [{ type: 'image' as const, source }] }]
  const answer = await t.client.messages.create({ model: OPEN, max_tokens: 9, messages })
  assert.equal(answer.content[0]?.type === 'text' && answer.content[0].text, 'big')
  assert.ok(t.upstream.last().bytes.length > 30_000_000)
})
