import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { MeritorderError } from '../errors.ts'
import { chatCompletions } from './dialects/chat-completions.ts'
import { readCall } from './read-call.ts'

const context = {
  dialect: chatCompletions,
  caller: { name: 'local' },
  openRouterClient: false,
  maxDepth: 256,
  defaultPolicy: 'balanced',
  storage: 'full' as const,
  receivedAt: 1_760_000_000_000,
  startedAt: 0,
}
const read = (body: unknown, headers = {}) => readCall(Buffer.from(JSON.stringify(body)), headers, context)
const hello = [{ role: 'user', content: 'hello' }]
const refusal = (field: string) => (error: unknown) =>
  error instanceof MeritorderError &&
  error.status === 400 &&
  error.detail.limit === field &&
  error.message.includes(field)

test('a minimal call is read, and its id sorts by time and is new each time', () => {
  const call = read({ model: 'auto', messages: hello })
  assert.match(call.id, /^gen-[0-9a-f]{32}$/)
  assert.notEqual(call.id, read({ messages: hello }).id)
  assert.equal(call.stream, false)
  assert.deepEqual(call.wishes.selector, { kind: 'auto' })
  assert.equal(call.wishes.policy, 'balanced')
})

test('case 54: ids go on sorting by time where the clock is set back', () => {
  const idAt = (receivedAt: number) =>
    readCall(Buffer.from(JSON.stringify({ messages: hello })), {}, { ...context, receivedAt }).id.slice(0, 16)
  const before = idAt(1_900_000_000_000)
  assert.equal(idAt(1_900_000_000_000 - 3_600_000), before)
  assert.ok(idAt(1_900_000_000_001) > before)
})

test('x-meritorder-timeout is a number of seconds', () => {
  const timeout = (value: string) => read({ messages: hello }, { 'x-meritorder-timeout': value }).timeoutMs
  assert.equal(timeout('2.5'), 2_500)
  assert.equal(read({ messages: hello }).timeoutMs, undefined)
  for (const value of ['', '0', '-1', 'soon', '1e9', 'NaN'])
    assert.throws(() => timeout(value), refusal('x-meritorder-timeout'))
})

test('a wrong type is refused, and the message names the field', () => {
  const cases: [unknown, string][] = [
    [{}, 'messages'],
    [{ messages: [] }, 'messages'],
    [{ messages: 'hi' }, 'messages'],
    [{ messages: [null] }, 'messages[0]'],
    [{ messages: [{ content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    [{ messages: [{ role: 'user', content: [{ text: 'x' }] }] }, 'messages[0].content[0]'],
    [{ messages: [{ role: 'user', content: [{ type: 'text' }] }] }, 'messages[0].content[0].text'],
    [{ messages: hello, stream: 'yes' }, 'stream'],
    [{ messages: hello, tools: {} }, 'tools'],
    [{ messages: hello, response_format: 'json' }, 'response_format'],
    [{ messages: hello, max_tokens: 0 }, 'max_tokens'],
    [{ messages: hello, max_completion_tokens: 1.5 }, 'max_completion_tokens'],
    [{ messages: hello, modalities: [1] }, 'modalities'],
    [{ messages: hello, model: 7 }, 'model'],
    [{ messages: hello, models: 'a' }, 'models'],
    [{ messages: hello, policy: 1 }, 'policy'],
    [{ messages: hello, provider: [] }, 'provider'],
    [{ messages: hello, provider: { only: [''] } }, 'provider.only'],
    [{ messages: hello, provider: { max_cost: -1 } }, 'provider.max_cost'],
    [{ messages: hello, provider: { allow_fallbacks: 'no' } }, 'provider.allow_fallbacks'],
    [{ messages: hello, plugins: {} }, 'plugins'],
    [{ messages: hello, plugins: [{ id: 'auto-router', allowed_models: 'x' }] }, 'plugins[].allowed_models'],
  ]
  for (const [body, field] of cases) assert.throws(() => read(body), refusal(field), field)
})

test('null counts as absent', () => {
  const call = read({
    messages: hello,
    stream: null,
    tools: null,
    response_format: null,
    max_tokens: null,
    provider: null,
    model: null,
  })
  assert.equal(call.request.tools, undefined)
  assert.equal(call.wishes.requested, 'auto')
})

test('what is no JSON object is refused with a reason', () => {
  for (const text of ['', '{', '[]', '"x"', 'null', '{"messages":[]]'])
    assert.throws(() => readCall(Buffer.from(text), {}, context), refusal('body'), text)
})

test('whatever bytes arrive, reading them ends in a call or a 400', () => {
  const bodies = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc
      .record({
        messages: fc.jsonValue(),
        model: fc.jsonValue(),
        provider: fc.jsonValue(),
        plugins: fc.jsonValue(),
      })
      .map((b) => Buffer.from(JSON.stringify(b))),
  )
  fc.assert(
    fc.property(bodies, (bytes) => {
      try {
        readCall(bytes, {}, context)
      } catch (error) {
        assert.ok(error instanceof MeritorderError && error.status === 400, String(error))
      }
    }),
  )
})

test('selectors: slug, fallback order, auto, auto with a policy, a glob, and an allowlist beside auto', () => {
  const wishes = (body: object) => read({ messages: hello, ...body }).wishes
  assert.deepEqual(wishes({ model: 'a/b' }).selector, { kind: 'models', models: ['a/b'] })
  assert.deepEqual(wishes({ model: 'a/b', models: ['c/d', 'a/b'] }).selector, {
    kind: 'models',
    models: ['a/b', 'c/d'],
  })
  assert.deepEqual(wishes({ model: 'openrouter/auto' }).selector, { kind: 'auto' })
  assert.equal(wishes({ model: 'auto:cheap' }).policy, 'cheap')
  assert.deepEqual(wishes({ model: 'anthropic/*' }).limits.allowedModels, ['anthropic/*'])
  assert.deepEqual(wishes({ model: 'auto', models: ['a/*', 'b/c'] }).limits.allowedModels, ['a/*', 'b/c'])
})

test('models without a model field are a fallback order', () => {
  assert.deepEqual(read({ messages: hello, models: ['a/b', 'c/d'] }).wishes.selector, {
    kind: 'models',
    models: ['a/b', 'c/d'],
  })
})

test('the body wins over the header when both name a policy', () => {
  const headers = { 'x-meritorder-policy': 'fast' }
  assert.equal(read({ messages: hello }, headers).wishes.policy, 'fast')
  assert.equal(read({ messages: hello, policy: 'cheap' }, headers).wishes.policy, 'cheap')
})

test("OpenRouter's limits and ours are read from the provider object and the auto-router plugin", () => {
  const { limits, allowFallbacks, providerOrder, sort, preferences } = read({
    messages: hello,
    provider: {
      only: ['groq'],
      ignore: ['x'],
      order: ['groq'],
      allow_fallbacks: true,
      sort: { by: 'latency', partition: 'none' },
      preferred_max_latency: { p90: 2 },
      max_cost: 0.01,
      max_latency: 2,
      max_carbon: 1,
      min_quality: 0.5,
    },
    plugins: [
      { id: 'web', enabled: false },
      { id: 'auto-router', allowed_models: ['a/*'], excluded_models: ['a/b'] },
    ],
  }).wishes
  assert.deepEqual(limits, {
    allowedModels: ['a/*'],
    excludedModels: ['a/b'],
    onlyProviders: ['groq'],
    ignoredProviders: ['x'],
    maxCostUsd: 0.01,
    maxLatencyMs: 2000,
    maxCarbonGrams: 1,
    minQuality: 0.5,
  })
  assert.equal(allowFallbacks, true)
  assert.deepEqual(providerOrder, ['groq'])
  assert.deepEqual(sort, { by: 'latency', acrossModels: true })
  assert.deepEqual(preferences, { maxFirstByteMs: { p90: 2000 } })
})

test('a preset and :thinking are sent on as what they stand for, and nothing else changes the bytes', () => {
  const presets = { short: { model: 'a/b', parameters: { max_tokens: 5 } } }
  const bytes = Buffer.from(JSON.stringify({ model: '@preset/short', messages: hello, seed: 1 }))
  const call = readCall(bytes, {}, { ...context, presets })
  assert.deepEqual(JSON.parse(call.bytes.toString()), {
    max_tokens: 5,
    model: 'a/b',
    messages: hello,
    seed: 1,
  })
  assert.deepEqual(
    call.members.map(({ key, valueStart, valueEnd }) => [
      key,
      call.bytes.toString('utf8', valueStart, valueEnd),
    ]),
    [
      ['max_tokens', '5'],
      ['model', '"a/b"'],
      ['messages', JSON.stringify(hello)],
      ['seed', '1'],
    ],
  )
  assert.equal(call.request.max_tokens, 5)
  assert.deepEqual(read({ model: 'a/b:thinking', messages: hello }).body.reasoning, { enabled: true })
  const own = { model: 'a/b:thinking', messages: hello, reasoning_effort: 'low' }
  assert.equal(read(own).body.reasoning, undefined)
  const plain = Buffer.from(JSON.stringify({ messages: hello }))
  assert.equal(readCall(plain, {}, { ...context, presets }).bytes, plain)
})
