import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { callFacts } from '../../../test/call-facts.ts'
import { GOOGLE_CREDENTIALS, type GoogleLogin, withGoogleLogin } from '../../../test/google-login.ts'
import { candidateAt, jsonOf, startTranslation, type Translation } from '../../../test/translated-provider.ts'
import { REPLIES, TEXT } from '../../../test/translated-replies.ts'
import { chatCompletions } from '../../receive/dialects/chat-completions.ts'
import { readCall } from '../../receive/read-call.ts'
import { createPools } from '../pools.ts'
import { vertex } from './vertex.ts'

const PROJECT = '/v1/projects/p/locations/eu'

let t: Translation
let login: GoogleLogin
before(async () => {
  t = await startTranslation('vertex')
})
beforeEach(() => {
  login = withGoogleLogin(createPools({ connectTimeoutMs: 1000, mayBePrivate: () => true }))
  t.seen.length = 0
})
after(() => t.close())

/** Calls a model, and tells what the caller would have had. */
async function call(
  upstreamModel: string,
  apiKey = GOOGLE_CREDENTIALS,
  send = vertex(login),
  stream = false,
) {
  const candidate = candidateAt('vertex', `${t.providerUrl}${PROJECT}`, { upstreamModel })
  const body = { model: 'any', stream, messages: [{ role: 'user', content: 'hello' }] }
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let [status, said] = [0, '']
  send(
    { call: readCall(Buffer.from(JSON.stringify(body)), {}, callFacts(chatCompletions)), candidate, apiKey },
    {
      head: (head) => {
        status = head.status
      },
      usage: () => {},
      data: (piece) => {
        said += piece
        return undefined
      },
      end: () => resolve(said),
      fail: reject,
    },
  )
  return { text: await promise, status }
}

for (const [what, id, path, family] of [
  ['Gemini', 'gemini-2.5-pro', '/publishers/google/models/gemini-2.5-pro:generateContent', 'google'],
  [
    'Claude',
    'claude-sonnet-4-5@20250929',
    '/publishers/anthropic/models/claude-sonnet-4-5@20250929:rawPredict',
    'anthropic',
  ],
  ['an open model', 'zai-org/glm-5-maas', '/endpoints/openapi/chat/completions', 'openai-compatible'],
] as const)
  test(`${what} is called at its own path, with a token and without a key`, async () => {
    t.answer(jsonOf(REPLIES[family].whole))
    const { text } = await call(id)
    assert.ok(text.includes(JSON.stringify(TEXT).slice(1, -1)))
    const { path: arrived, headers } = t.seen[0]!
    assert.equal(arrived, PROJECT + path)
    assert.equal(headers.authorization, 'Bearer ya29.token')
    assert.equal(headers['x-goog-api-key'], undefined)
    assert.equal(JSON.stringify(headers).includes('PRIVATE KEY'), false)
  })

test('Claude streams from streamRawPredict, its model in the path and its version in the body', async () => {
  t.answer({ contentType: 'text/event-stream', pieces: [framedClaude()] })
  await call('claude-opus-4-8@default', GOOGLE_CREDENTIALS, vertex(login), true)
  const { path, body } = t.seen[0]!
  assert.match(path, /claude-opus-4-8@default:streamRawPredict$/)
  assert.deepEqual([body.model, body.anthropic_version, body.stream], [undefined, 'vertex-2023-10-16', true])
})

test('one token serves many calls, and another account has another one', async () => {
  t.answer(jsonOf(REPLIES.vertex.whole))
  const send = vertex(login)
  await Promise.all([1, 2, 3].map(() => call('gemini-2.5-pro', GOOGLE_CREDENTIALS, send)))
  await call('gemini-2.5-pro', GOOGLE_CREDENTIALS, send)
  assert.equal(login.asked.length, 1)
  await call('gemini-2.5-pro', GOOGLE_CREDENTIALS.replace('meritorder@p', 'other@p'), send)
  assert.equal(login.asked.length, 2)
})

test('a token that is about to end is replaced', async () => {
  t.answer(jsonOf(REPLIES.vertex.whole))
  login.answer(200, { access_token: 'ya29.short', expires_in: 1, token_type: 'Bearer' })
  const send = vertex(login)
  await call('gemini-2.5-pro', GOOGLE_CREDENTIALS, send)
  login.answer(200, { access_token: 'ya29.next', expires_in: 3599, token_type: 'Bearer' })
  await call('gemini-2.5-pro', GOOGLE_CREDENTIALS, send)
  assert.deepEqual(
    t.seen.map(({ headers }) => headers.authorization),
    ['Bearer ya29.short', 'Bearer ya29.next'],
  )
})

test('credentials that Google refuses are a refused key, and nothing is sent to the model’s host', async () => {
  login.answer(400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' })
  const { status, text } = await call('gemini-2.5-pro')
  assert.equal(status, 401)
  assert.match(text, /Google refuses the credentials/)
  assert.equal(t.seen.length, 0)
})

test('what is no credentials says what to name', async () => {
  for (const key of ['AIza-not-json', '[]', '{"a":1}'])
    await assert.rejects(
      call('gemini-2.5-pro', key),
      /must be the JSON of Google credentials: name their file/,
    )
  assert.equal(login.asked.length, 0)
})

function framedClaude(): Buffer {
  const events = REPLIES.anthropic.events as readonly { type: string }[]
  return Buffer.from(
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  )
}
