import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { MeritorderError } from '../errors.ts'
import { parseUsd } from '../money.ts'
import { parseCatalog } from './catalog.ts'
import { describeCatalog } from './catalog-facts.ts'
import { catalogFromModelsDev } from './models-dev.ts'

const data = process.env.MERITORDER_DATA ?? '../shared/data'
const version = 'models.dev test'

const host = (models: unknown, more: object = {}) => ({
  name: 'Acme',
  npm: '@ai-sdk/openai-compatible',
  api: 'https://acme.example/v1/',
  env: ['ACME_ACCOUNT_ID', 'ACME_API_KEY'],
  doc: 'https://acme.example/docs',
  models,
  ...more,
})
const snapshot = (models: unknown, providers: unknown) => ({ source: 'test', models, providers })

test('an api.json becomes a catalog: one host, one model, prices and abilities', () => {
  const { providers, models, endpoints } = catalogFromModelsDev(
    {
      acme: host({
        'llama-3.3-70b-versatile': {
          id: 'llama-3.3-70b-versatile',
          name: 'Llama 3.3 70B',
          family: 'llama',
          release_date: '2024-12-06',
          knowledge: '2023-12',
          open_weights: true,
          reasoning: false,
          tool_call: true,
          status: 'beta',
          cost: {
            input: 0.59,
            output: 0.79,
            cached_input: 0.1,
            input_audio: 1,
            output_audio: 2,
            reasoning: 3,
          },
          limit: { context: 131072, output: 32768 },
          modalities: { input: ['text', 'pdf', 'smell'], output: ['text'] },
        },
      }),
      openrouter: host({ 'meta-llama/llama-3.3-70b-instruct:free': {} }),
    },
    { version },
  )
  assert.deepEqual(providers[0], {
    slug: 'acme',
    name: 'Acme',
    family: 'openai-compatible',
    baseUrl: 'https://acme.example/v1',
    keyVariables: ['ACME_API_KEY'],
    documentation: 'https://acme.example/docs',
  })
  assert.deepEqual(endpoints[0], {
    id: 'acme/llama-3.3-70b-versatile',
    provider: 'acme',
    model: 'meta-llama/llama-3.3-70b-instruct',
    upstreamModel: 'llama-3.3-70b-versatile',
    price: {
      prompt: '0.00000059',
      completion: '0.00000079',
      cacheRead: '0.0000001',
      reasoning: '0.000003',
      audioInput: '0.000001',
      audioOutput: '0.000002',
    },
    contextTokens: 131072,
    maxCompletionTokens: 32768,
    input: ['text', 'file'],
    output: ['text'],
    supports: { tools: true, structuredOutput: false, reasoning: false, temperature: true },
    status: 'beta',
  })
  assert.deepEqual(models, [
    {
      slug: 'meta-llama/llama-3.3-70b-instruct',
      name: 'Llama 3.3 70B',
      family: 'llama',
      releaseDate: '2024-12-06',
      knowledgeCutoff: '2023-12',
      openWeights: true,
      reasoning: false,
      activeParameters: { low: 70, high: 70 },
      totalParameters: { low: 70, high: 70 },
    },
  ])
})

test('endpoints inherit from their base model, less what they omit and over what they say themselves', () => {
  const base = {
    name: 'GLM 9',
    tool_call: true,
    structured_output: true,
    reasoning: true,
    limit: { context: 1000, input: 900, output: 100 },
    modalities: { input: ['text', 'image'], output: ['text'] },
  }
  const own = {
    base_model: 'zhipuai/glm-9',
    base_model_omit: ['structured_output', 'limit.input'],
    reasoning: false,
    limit: { context: 500 },
    modalities: { input: ['text'] },
  }
  const { endpoints } = catalogFromModelsDev(
    snapshot({ 'zhipuai/glm-9': base }, { acme: host({ 'glm-9': own }) }),
    {
      version,
    },
  )
  const { model, contextTokens, maxPromptTokens, maxCompletionTokens, input, output, supports } =
    endpoints[0]!
  assert.equal(model, 'z-ai/glm-9')
  assert.deepEqual([contextTokens, maxPromptTokens, maxCompletionTokens], [500, undefined, 100])
  assert.deepEqual([input, output], [['text'], ['text']])
  assert.deepEqual(supports, { tools: true, structuredOutput: false, reasoning: false, temperature: true })
})

test('context tiers come in ascending order, from either spelling', () => {
  const price = (cost: object) =>
    catalogFromModelsDev({ acme: host({ m: { cost } }) }, { version }).endpoints[0]?.price?.tiers
  const tier = (size: number, input: number) => ({ tier: { type: 'context', size }, input, output: 2 })
  assert.deepEqual(price({ input: 1, output: 2, tiers: [tier(256_000, 3), tier(128_000, 2)] }), [
    { aboveTokens: 128_000, prompt: '0.000002', completion: '0.000002' },
    { aboveTokens: 256_000, prompt: '0.000003', completion: '0.000002' },
  ])
  assert.deepEqual(
    price({ input: 1, output: 2, context_over_200k: { input: 4, output: 5, cache_read: 1 } }),
    [{ aboveTokens: 200_000, prompt: '0.000004', completion: '0.000005', cacheRead: '0.000001' }],
  )
})

test('Anthropic’s models have a price for caches of an hour wherever they keep Anthropic’s ratio for five minutes', () => {
  const price = (id: string, cost: object) =>
    catalogFromModelsDev({ acme: host({ [id]: { cost } }) }, { version }).endpoints[0]?.price
  const cost = { input: 3, output: 15, cache_read: 0.3, cache_write: 3.75 }
  const tiers = [{ tier: { size: 200_000 }, input: 6, output: 22.5, cache_write: 7.5 }]
  const claude = price('anthropic/claude-sonnet-4.5', { ...cost, tiers })
  assert.equal(claude?.cacheWrite1h, '0.000006')
  assert.equal(claude?.tiers?.[0]?.cacheWrite1h, '0.000012')
  assert.equal(price('anthropic/claude-sonnet-4.5', { ...cost, cache_write: 3 })?.cacheWrite1h, undefined)
  assert.equal(price('acme/m', cost)?.cacheWrite1h, undefined)
})

test('DeepSeek’s prices have its hours, another host’s for the same model have none', () => {
  const m = { cost: { input: 1, output: 2 } }
  const { endpoints } = catalogFromModelsDev({ deepseek: host({ m }), acme: host({ m }) }, { version })
  assert.deepEqual(
    endpoints.map(({ provider, price }) => [provider, price?.hours?.length]),
    [
      ['acme', undefined],
      ['deepseek', 2],
    ],
  )
})

test('known models keep their slug and size although the data no longer name them', () => {
  const size = { activeParameters: { low: 3, high: 5 }, totalParameters: { low: 30, high: 50 } }
  const known = { slug: 'qwen/qwen-zephyr', name: 'Z', openWeights: false, reasoning: false, ...size }
  const { models } = catalogFromModelsDev(
    { acme: host({ 'qwen-zephyr': {} }) },
    { version, known: { version, providers: [], models: [known], endpoints: [] } },
  )
  assert.deepEqual(
    models.map(({ slug, activeParameters }) => [slug, activeParameters]),
    [['qwen/qwen-zephyr', size.activeParameters]],
  )
})

test('an endpoint of a known catalog keeps its model, where the data alone would not tell it', () => {
  const before = snapshot(
    { 'zhipuai/glm-9': {} },
    { acme: host({ 'acme-chat': { base_model: 'zhipuai/glm-9' } }) },
  )
  const known = catalogFromModelsDev(before, { version })
  const { endpoints } = catalogFromModelsDev({ acme: host({ 'acme-chat': {} }) }, { version, known })
  assert.equal(known.endpoints[0]?.model, 'z-ai/glm-9')
  assert.deepEqual(endpoints, known.endpoints)
})

test('data of another form are refused with the field that is wrong', () => {
  const refusals: [unknown, RegExp][] = [
    [null, /not models\.dev's catalog/],
    [[], /not models\.dev's catalog/],
    [{}, /lists no provider/],
    ['<html>', /not models\.dev's catalog/],
    [{ acme: host({ m: { cost: { input: -1, output: 1 } } }) }, /acme\.models\.m\.cost\.input/],
    [{ acme: host({ m: { cost: { input: '1', output: 1 } } }) }, /acme\.models\.m\.cost\.input/],
    [{ acme: host({ m: { limit: { context: 1.5 } } }) }, /limit\.context/],
    [snapshot({}, { acme: { name: 'Acme' } }), /providers\.acme/],
  ]
  for (const [value, message] of refusals)
    assert.throws(
      () => catalogFromModelsDev(value, { version }),
      (error) =>
        error instanceof MeritorderError && error.code === 'unprocessable' && message.test(error.message),
      JSON.stringify(value)?.slice(0, 80),
    )
})

test('names of the JavaScript language are only names', () => {
  const value = JSON.parse(
    '{"constructor": {"name": "c", "npm": "constructor", "models": {"constructor": {"base_model": "constructor", "modalities": {"input": ["constructor"]}}, "toString": {}}}}',
  )
  const catalog = catalogFromModelsDev(value, { version })
  assert.deepEqual(parseCatalog(JSON.parse(JSON.stringify(catalog))), catalog)
  assert.equal(catalog.providers[0]?.family, 'unsupported')
  assert.deepEqual(catalog.endpoints[0]?.input, [])
})

const snapshotFile = join(data, 'catalog-models-dev.json')
const missing = existsSync(snapshotFile) ? false : `no ${snapshotFile}: set MERITORDER_DATA`

test('the snapshot of models.dev becomes a catalog of the promised size', { skip: missing }, () => {
  const value: unknown = JSON.parse(readFileSync(snapshotFile, 'utf8'))
  const catalog = catalogFromModelsDev(value, { version })
  const facts = describeCatalog(catalog)
  assert.ok(facts.shared_models >= 220, `${facts.shared_models} models at two or more providers`)
  assert.ok(facts.endpoints >= 2000 && facts.providers >= 60)
  assert.ok(facts.endpoints_callable_with_price >= 2000 && facts.providers_callable >= 60)
  assert.deepEqual(catalogFromModelsDev(value, { version }), catalog, 'the same data give the same catalog')
  parseCatalog(catalog)
  for (const { price } of catalog.endpoints)
    for (const amount of [price?.prompt, price?.completion, price?.cacheRead]) if (amount) parseUsd(amount)
})
