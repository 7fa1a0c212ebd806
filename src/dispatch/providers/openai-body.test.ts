import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { callFacts } from '../../../test/call-facts.ts'
import { candidateAt } from '../../../test/translated-provider.ts'
import type { Candidate } from '../../decide/decision.ts'
import { chatCompletions } from '../../receive/dialects/chat-completions.ts'
import type { Loss } from '../../receive/dialects/dialect.ts'
import { readCall } from '../../receive/read-call.ts'
import { STEERING_FIELDS } from '../../receive/wishes.ts'
import type { Send } from '../exchange.ts'
import { createPools, type Pools } from '../pools.ts'
import { azure } from './azure.ts'
import { openAiCompatible } from './openai-compatible.ts'

let server: Server
let origin: string
let pools: Pools
let sent = { path: '', body: '', key: '' }

before(async () => {
  pools = createPools({ connectTimeoutMs: 1000, mayBePrivate: () => true })
  server = createServer(async (incoming, reply) => {
    const { authorization, 'api-key': key = authorization } = incoming.headers
    sent = { path: incoming.url ?? '', body: await text(incoming), key: String(key) }
    reply.setHeader('content-type', 'application/json')
    reply.end('{"choices":[{"message":{"content":"hi"},"finish_reason":"stop"}]}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(async () => {
  server.close()
  await pools.close()
})

const MESSAGES = '[{"role":"user","content":"a"}]'

/** Sends a body, given as text, to a provider, and tells what arrived and what was said to be lost. */
async function send(
  slug: string,
  body: string,
  baseUrl = `${origin}/v1`,
  of: typeof azure = openAiCompatible,
  temperature = true,
) {
  const supports = { tools: true, structuredOutput: true, reasoning: true, temperature }
  const plain = candidateAt(slug === 'azure' ? 'azure' : 'openai-compatible', baseUrl, { supports })
  const candidate: Candidate = { ...plain, provider: { ...plain.provider, slug } }
  const call = readCall(Buffer.from(body), {}, callFacts(chatCompletions))
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let losses: readonly Loss[] = []
  const sender: Send = of(pools, STEERING_FIELDS)
  sender(
    { call, candidate, apiKey: 'sk-upstream' },
    {
      head: (head) => {
        losses = head.losses ?? []
      },
      data: () => undefined,
      usage: () => {},
      end: resolve,
      fail: reject,
    },
  )
  await promise
  return { ...sent, losses }
}

test('a host without habits gets the caller’s bytes, but for the model', async () => {
  const given =
    '{"model":"x", "messages" : [{"role":"user","content":"a\\u0062c","name":"n"}],"logit_bias":{"1":1.0},"max_tokens":5,"max_completion_tokens":6}'
  const { body, losses } = await send('acme', given)
  assert.equal(
    body,
    '{"messages" : [{"role":"user","content":"a\\u0062c","name":"n"}],"logit_bias":{"1":1.0},"max_tokens":5,"max_completion_tokens":6,"model":"large"}',
  )
  assert.deepEqual(losses, [])
})

test('the role developer is system where it is unknown, and stays where it is known', async () => {
  const given =
    '{"model":"x","messages":[{"role":"developer","content":"be brief"},{"role":"user","content":"a"}]}'
  const roles = async (slug: string) =>
    JSON.parse((await send(slug, given)).body).messages.map(({ role }: { role: string }) => role)
  assert.deepEqual(await roles('acme'), ['system', 'user'])
  for (const slug of ['openai', 'azure', 'openrouter', 'groq'])
    assert.deepEqual(await roles(slug), ['developer', 'user'], slug)
})

for (const [slug, asked, name] of [
  ['openai', 'max_tokens', 'max_completion_tokens'],
  ['openai', 'max_completion_tokens', 'max_completion_tokens'],
  ['ollama', 'max_completion_tokens', 'max_tokens'],
  ['deepseek', 'max_completion_tokens', 'max_tokens'],
  ['perplexity', 'max_completion_tokens', 'max_tokens'],
] as const)
  test(`${slug} is told the limit ${asked} as ${name}, and nothing is lost`, async () => {
    const { body, losses } = await send(slug, `{"model":"x","messages":${MESSAGES},"${asked}":77}`)
    assert.deepEqual(JSON.parse(body), { messages: JSON.parse(MESSAGES), [name]: 77, model: 'large' })
    assert.deepEqual(losses, [])
  })

test('what a host refuses is left out, and told as a loss', async () => {
  const given = '{"model":"x","messages":[{"role":"user","content":"a","name":"n"}],"logprobs":true,"seed":1}'
  const { body, losses } = await send('groq', given)
  assert.deepEqual(JSON.parse(body), {
    messages: [{ role: 'user', content: 'a' }],
    seed: 1,
    model: 'large',
  })
  assert.deepEqual(losses, [{ field: 'logprobs', reason: 'groq refuses it' }])
  const cerebras = await send(
    'cerebras',
    `{"model":"x","messages":${MESSAGES},"frequency_penalty":1,"store":true}`,
  )
  assert.deepEqual(JSON.parse(cerebras.body), { messages: JSON.parse(MESSAGES), model: 'large' })
})

test('what thinking models refuse is left out for them alone', async () => {
  const given = `{"model":"x","messages":${MESSAGES},"top_p":0.5,"stop":"x","presence_penalty":1}`
  const fields = async (slug: string, temperature: boolean) =>
    (await send(slug, given, undefined, undefined, temperature)).losses.map(({ field }) => field)
  assert.deepEqual(await fields('openai', true), [])
  assert.deepEqual(await fields('openai', false), ['top_p', 'presence_penalty'])
  assert.deepEqual(await fields('xai', true), ['presence_penalty', 'stop'])
})

test('a host is known by its name too, whatever the configuration calls it', async () => {
  const { habitsOf } = await import('./openai-hosts.ts')
  assert.deepEqual(habitsOf('my-groq', 'https://api.groq.com/openai/v1'), habitsOf('groq', undefined))
  assert.deepEqual(habitsOf('mine', 'https://inference.example/v1'), {})
})

test('Azure gets its own header; the deployment stands in the body, or in the path of the older API', async () => {
  const body = `{"model":"x","messages":${MESSAGES}}`
  const v1 = await send('azure', body, `${origin}/openai/v1`, azure)
  assert.deepEqual([v1.path, v1.key], ['/openai/v1/chat/completions', 'sk-upstream'])
  assert.equal(JSON.parse(v1.body).model, 'my-deployment')
  const preview = await send('azure', body, `${origin}/openai/v1?api-version=preview`, azure)
  assert.equal(preview.path, '/openai/v1/chat/completions?api-version=preview')
  const older = await send('azure', body, `${origin}/openai?api-version=2024-10-21`, azure)
  assert.equal(older.path, '/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21')
})
