import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { createOpenRouter } from '@openrouter/ai-sdk-provider'
import { OpenRouter } from '@openrouter/sdk'
import { generateText } from 'ai'
import OpenAI from 'openai'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

const PRESETS = `
presets:
  brief:
    system_prompt: Answer in one word.
    model: meta-llama/llama-3.3-70b-instruct
    provider: { ignore: [simulated-atlas] }
    parameters: { temperature: 0.3, max_tokens: 50 }
`

let t: TestGateway
let openai: OpenAI
let openRouter: OpenRouter
before(async () => {
  t = await startTestGateway(PRESETS)
  const url = `${t.gateway.url}/api/v1`
  const headers = { 'X-OpenRouter-Metadata': 'enabled' }
  openai = new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0, defaultHeaders: headers })
  openRouter = new OpenRouter({ serverURL: url, apiKey: 'none', retryConfig: { strategy: 'none' } })
})
beforeEach(() => t.simulator.clearFaults())
after(() => t.close())

const messages = [{ role: 'user' as const, content: 'Say hello.' }]
const model = 'meta-llama/llama-3.3-70b-instruct'

interface Metadata {
  readonly attempts: readonly { readonly provider: string; readonly model: string }[]
  readonly losses?: readonly { readonly field: string; readonly reason: string }[]
}

/** What OpenAI's client gets for a body with OpenRouter's additions. */
async function ask(
  body: object,
): Promise<{ provider: string; metadata: Metadata; sent: Record<string, unknown> }> {
  const request = { model, messages, ...body } as OpenAI.ChatCompletionCreateParamsNonStreaming
  const { data, response } = await openai.chat.completions.create(request).withResponse()
  const { openrouter_metadata: metadata } = data as unknown as { openrouter_metadata: Metadata }
  const sent = t.simulator.seen.at(-1)?.body as Record<string, unknown>
  return { provider: response.headers.get('x-meritorder-provider') ?? '', metadata, sent }
}

async function refusal(body: object): Promise<{ status: number; message: string; availability: unknown }> {
  try {
    await ask(body)
  } catch (error) {
    assert.ok(error instanceof OpenAI.APIError)
    const { availability } = error.error as { availability?: unknown }
    return { status: error.status, message: error.message, availability }
  }
  return assert.fail('nothing was refused')
}

test('OpenAI’s client steers with an extra body, and none of it reaches the provider', async () => {
  const [first] = (await ask({})).metadata.attempts
  const ordered = await ask({ provider: { order: ['simulated-atlas'], allow_fallbacks: false } })
  assert.equal(ordered.provider, 'simulated-atlas')
  const ignored = await ask({
    provider: { ignore: [first!.provider] },
    session_id: 's',
    trace: { trace_id: 't' },
  })
  assert.notEqual(ignored.provider, first!.provider)
  assert.deepEqual(Object.keys(ignored.sent).sort(), ['messages', 'model'])
})

test('a demand that nobody is known to meet is a 404 in OpenRouter’s words that counts what each limit removed', async () => {
  const { status, message, availability } = await refusal({
    provider: { quantizations: ['fp16'], ignore: ['simulated-atlas'] },
  })
  assert.equal(status, 404)
  assert.match(message, /provider\.ignore removed 1, provider\.quantizations removed 4/)
  const { code, excluded_by } = availability as { code: string; excluded_by: string[] }
  assert.equal(code, 'constraint_filtered')
  assert.deepEqual(excluded_by, ['allowed_providers', 'quantization'])
})

test('what is contradictory, misspelt or cannot be had is a 400 that says what is allowed', async () => {
  const cases: [object, RegExp][] = [
    [
      { provider: { only: ['simulated-atlass'] } },
      /no provider "simulated-atlass"\. Did you mean simulated-atlas/,
    ],
    [{ provider: { sort: 'quickest' } }, /provider\.sort must be one of price, throughput/],
    [
      { provider: { max_price: { prompt: -1 } } },
      /provider\.max_price\.prompt must be a number of at least 0/,
    ],
    [
      { provider: { preferred_max_latency: { p99: 'NaN' } } },
      /provider\.preferred_max_latency\.p99 must be a number of at least 0/,
    ],
    [
      { provider: { max_latency: { p99: 1 } } },
      /provider\.max_latency\.p99 must be one of first_byte, total/,
    ],
    [{ model: `${model}:online` }, /web search/],
    [{ model: `${model}:nitro`, provider: { sort: 'price' } }, /provider\.sort is price/],
    [{ plugins: [{ id: 'web' }] }, /plugin "web" is not supported/],
    [{ tools: [{ type: 'openrouter:web_search' }] }, /openrouter:web_search is run by OpenRouter only/],
    [{ metadata: { k: 'v'.repeat(513) } }, /metadata\.k must be text of at most 512/],
  ]
  for (const [body, message] of cases) {
    const { status, message: said } = await refusal(body)
    assert.equal(status, 400, said)
    assert.match(said, message)
  }
})

test('sort and suffixes choose the host', async () => {
  assert.equal((await ask({ provider: { sort: 'price' } })).provider, 'simulated-estuary')
  assert.equal((await ask({ model: `${model}:floor` })).provider, 'simulated-estuary')
  const dear = { provider: { max_price: { prompt: '0.6' }, order: ['simulated-atlas', 'simulated-dynamo'] } }
  assert.equal((await ask(dear)).provider, 'simulated-dynamo')
})

test('a preset is merged into what is sent, what the call says wins, and an unknown one is a 404', async () => {
  const { sent, provider } = await ask({ model: '@preset/brief', temperature: 0 })
  assert.notEqual(provider, 'simulated-atlas')
  assert.equal(sent.temperature, 0)
  assert.equal(sent.max_tokens, 50)
  assert.deepEqual(sent.messages, [{ role: 'system', content: 'Answer in one word.' }, ...messages])
  assert.equal('preset' in sent, false)
  const { status, message } = await refusal({ preset: 'nobody' })
  assert.equal(status, 404)
  assert.match(message, /There are: brief/)
})

test('a conversation that is too long is refused, and shortened where that is asked for, which is told', async () => {
  const long = Array.from({ length: 40 }, (_, i) => ({
    role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
    content: `${i} ${'word '.repeat(7000)}`,
  }))
  const body = { messages: [...long, ...messages], max_tokens: 100 }
  const { message } = await refusal(body)
  assert.match(message, /context_length removed/)
  const { metadata, sent } = await ask({ ...body, plugins: [{ id: 'context-compression' }] })
  assert.match(metadata.losses?.[0]?.reason ?? '', /messages of the middle left out/)
  const kept = sent.messages as { content: string }[]
  assert.ok(kept.length < long.length)
  assert.deepEqual([kept[0]?.content.slice(0, 2), kept.at(-1)?.content], ['0 ', 'Say hello.'])
  assert.equal((await ask({ ...body, messages, transforms: ['middle-out'] })).metadata.losses, undefined)
})

test('of the models that are listed the next answers while the first is down', async () => {
  t.simulator.setFault({ fault: 'status:503', model: 'gpt-5-mini' })
  const { metadata } = await ask({ model: 'openai/gpt-5-mini', models: ['anthropic/claude-haiku-4.5'] })
  assert.deepEqual(
    metadata.attempts.map((attempt) => attempt.model),
    ['openai/gpt-5-mini', 'anthropic/claude-haiku-4.5'],
  )
})

test('OpenRouter’s own SDK is understood: provider preferences, plugins, session and metadata', async () => {
  const result = await openRouter.chat.send({
    chatRequest: {
      model: 'openrouter/auto',
      messages,
      sessionId: 'conversation-1',
      metadata: { team: 'a' },
      plugins: [{ id: 'auto-router', allowedModels: ['openai/*'] }],
      provider: {
        order: ['simulated-atlas'],
        dataCollection: 'allow',
        sort: { by: 'price', partition: 'model' },
        maxPrice: { prompt: '100' },
        preferredMaxLatency: { p50: 100 },
      },
    },
  })
  assert.ok('choices' in result)
  assert.match(String(result.model), /gpt/)
})

test('OpenRouter’s provider for the AI SDK is understood: models, reasoning, provider preferences and usage', async () => {
  const openrouter = createOpenRouter({ baseURL: `${t.gateway.url}/api/v1`, apiKey: 'none' })
  const { text } = await generateText({
    model: openrouter('openai/gpt-oss-120b', {
      models: [model],
      reasoning: { effort: 'low' },
      user: 'u',
      provider: { order: ['simulated-dynamo'], allow_fallbacks: true, sort: 'latency' },
      usage: { include: true },
    }),
    prompt: 'Say hello.',
    maxRetries: 0,
  })
  assert.ok(text.length > 0)
  const sent = t.simulator.seen.at(-1)?.body as Record<string, unknown>
  assert.equal(sent.reasoning_effort, 'low')
  for (const field of ['reasoning', 'models', 'provider', 'usage']) assert.equal(field in sent, false, field)
})
