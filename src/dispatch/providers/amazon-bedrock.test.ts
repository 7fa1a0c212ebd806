import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import {
  jsonOf,
  type SeenRequest,
  startTranslation,
  type Translation,
} from '../../../test/translated-provider.ts'

const messages = [{ role: 'user' as const, content: 'hello' }]
const answer = {
  output: { message: { role: 'assistant', content: [{ text: 'hi' }] } },
  stopReason: 'end_turn',
  metrics: { latencyMs: 1 },
  usage: {
    inputTokens: 1,
    outputTokens: 4,
    totalTokens: 325,
    cacheReadInputTokens: 20,
    cacheWriteInputTokens: 300,
  },
}

let t: Translation
before(async () => {
  t = await startTranslation('amazon-bedrock')
})
beforeEach(() => {
  t.endpoint = { baseUrl: `${t.providerUrl}?region=eu-west-1` }
  t.key = 'AKIAEXAMPLE:secret/of+it:session=='
  t.seen.length = 0
  t.answer(jsonOf(answer))
})
after(() => t.close())

const send = (body: object = {}) => t.openai.chat.completions.create({ model: 'any', messages, ...body })

test('an access key signs the request for its region, as AWS documents it', async () => {
  await send()
  const seen = t.seen[0]!
  assert.equal(seen.path, '/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse')
  const { authorization, ...headers } = seen.headers
  assert.match(
    authorization!,
    /^AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE\/\d{8}\/eu-west-1\/bedrock\/aws4_request,/,
  )
  assert.equal(headers['x-amz-security-token'], 'session==')
  assert.ok(authorization!.endsWith(`Signature=${signatureOf(seen)}`))
  assert.equal(JSON.stringify(seen.headers).includes('secret/of+it'), false)
})

test('an API key goes out as a bearer token, and needs no region', async () => {
  t.key = 'bedrock-api-key-abc'
  t.endpoint = { baseUrl: t.providerUrl }
  await send()
  assert.equal(t.seen[0]?.headers.authorization, 'Bearer bedrock-api-key-abc')
})

test('an access key whose region nobody names is not used', async () => {
  t.endpoint = { baseUrl: t.providerUrl }
  await assert.rejects(send(), /names no AWS region: write it as \?region=/)
  assert.equal(t.seen.length, 0)
})

test('no credentials are taken from the environment', async () => {
  const environment = {
    AWS_BEARER_TOKEN_BEDROCK: 'bearer-of-the-environment',
    AWS_SESSION_TOKEN: 'session-of-the-environment',
    AWS_REGION: 'us-west-2',
  }
  const before = { ...process.env }
  Object.assign(process.env, environment)
  try {
    t.key = 'AKIAEXAMPLE:secret'
    await send()
    const headers = JSON.stringify(t.seen[0]?.headers)
    assert.doesNotMatch(headers, /of-the-environment|us-west-2/)
  } finally {
    for (const name of Object.keys(environment))
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
  }
})

test('tokens read from and written to the cache are part of the prompt, and told apart', async () => {
  const { usage } = await send()
  assert.equal(usage?.prompt_tokens, 321)
  assert.deepEqual(usage?.prompt_tokens_details, { cached_tokens: 20, cache_write_tokens: 300 })
})

for (const message of [
  'Invocation of model ID anthropic.claude-sonnet-5 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
  'The provided model identifier is invalid.',
])
  test(`a model that is not offered here is no fault of the caller: ${message.slice(0, 30)}…`, async () => {
    t.health.length = 0
    t.answer(jsonOf({ message }, { status: 400 }))
    await assert.rejects(send(), { status: 502 })
    assert.deepEqual(t.health, [`-${t.model}`])
  })

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, step by step. */
function signatureOf({ path, headers, body }: SeenRequest): string {
  const { authorization = '' } = headers
  const [, scope = '', names = ''] =
    /Credential=[^/]+\/([^,]+), *SignedHeaders=([^,]+)/.exec(authorization) ?? []
  const canonical = [
    'POST',
    path.split('/').map(encodeURIComponent).join('/'),
    '',
    ...names.split(';').map((name) => `${name}:${headers[name]}`),
    '',
    names,
    sha256(JSON.stringify(body)),
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n')
  const key = scope
    .split('/')
    .reduce<string | Buffer>((secret, part) => hmac(secret, part), 'AWS4secret/of+it')
  return hmac(key, toSign).toString('hex')
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
