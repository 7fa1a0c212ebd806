import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Catalog, Endpoint } from '../market/offer.ts'
import { assembleMarket } from './assemble-market.ts'
import { loadConfig } from './load.ts'
import type { LocalModel, LocalServer } from './local-servers.ts'
import type { ProviderConfig } from './schema.ts'

const catalog: Catalog = {
  version: 'test',
  providers: [
    {
      slug: 'groq',
      name: 'Groq',
      family: 'openai-compatible',
      baseUrl: 'https://groq.example/v1',
      keyVariables: ['G'],
    },
    {
      slug: 'lmstudio',
      name: 'LMStudio',
      family: 'openai-compatible',
      baseUrl: 'http://127.0.0.1:1/v1',
      keyVariables: ['L'],
    },
  ],
  models: ['meta-llama/llama-3.3-70b-instruct', 'qwen/qwen3-8b'].map((slug) => ({
    slug,
    name: slug,
    openWeights: true,
    reasoning: slug.startsWith('qwen'),
  })),
  endpoints: [
    endpoint('groq', 'llama-3.3-70b-versatile', 'meta-llama/llama-3.3-70b-instruct'),
    endpoint('groq', 'qwen3-8b', 'qwen/qwen3-8b'),
    endpoint('lmstudio', 'qwen3-8b', 'qwen/qwen3-8b'),
  ],
}

function endpoint(provider: string, upstreamModel: string, model: string): Endpoint {
  return {
    id: `${provider}/${upstreamModel}`,
    provider,
    model,
    upstreamModel,
    price: { prompt: '0.000001', completion: '0.000002' },
    input: ['text'],
    output: ['text'],
    supports: { tools: true, structuredOutput: false, reasoning: true, temperature: true },
  }
}

function server(slug: string, ...models: LocalModel[]): LocalServer {
  return { slug, name: slug, baseUrl: `http://127.0.0.1:9/${slug}/v1`, models }
}

function assemble(
  environment: Record<string, string>,
  providers: Record<string, ProviderConfig> = {},
  localServers: LocalServer[] = [],
  sold = catalog,
) {
  const { config } = loadConfig({ environment: {}, cwd: '/nowhere' })
  return assembleMarket({
    catalog: sold,
    config: { ...config, providers },
    environment,
    localServers,
    storedKeys: [],
  })
}

const ids = (market: { catalog: Catalog }) => market.catalog.endpoints.map(({ id }) => id)

it('without keys and servers there is nothing to buy', () => {
  const market = assemble({})
  assert.deepEqual(market.catalog, { version: 'test', providers: [], models: [], endpoints: [] })
  assert.equal(market.keys.size, 0)
})

it('a key brings its provider, the endpoints of it, and the models of these', () => {
  const market = assemble({ G: 'secret' })
  assert.deepEqual(ids(market), ['groq/llama-3.3-70b-versatile', 'groq/qwen3-8b'])
  assert.equal(market.catalog.models.length, 2)
  assert.deepEqual(market.keys.get('groq'), ['secret'])
  assert.deepEqual(
    market.found.map(({ provider, source, endpoints }) => [provider.slug, source, endpoints]),
    [['groq', 'G', 2]],
  )
})

describe('a host from the configuration', () => {
  it('sells what it lists, at its exact price, under the canonical slug', () => {
    const market = assemble(
      {},
      {
        acme: {
          base_url: 'http://10.0.0.5/v1',
          models: [
            { id: 'Llama-3.3-70B-Instruct', price: { prompt: 0.15, completion: 0.0000001 }, context: 8192 },
            { id: 'acme-7b' },
          ],
        },
      },
    )
    const [known, own] = market.catalog.endpoints
    assert.equal(known?.model, 'meta-llama/llama-3.3-70b-instruct')
    assert.deepEqual(known?.price, { prompt: '0.00000015', completion: '0.0000000000001' })
    assert.equal(known?.contextTokens, 8192)
    assert.equal(known?.supports.structuredOutput, false)
    assert.equal(own?.model, 'acme/acme-7b')
    assert.equal(own?.price, undefined)
    assert.ok(market.catalog.models.some(({ slug }) => slug === 'acme/acme-7b'))
    assert.equal(market.keys.size, 0)
  })

  it('may change the price of a known endpoint and leaves the others alone', () => {
    const models = [{ id: 'qwen3-8b', price: { prompt: 1, completion: 1 } }]
    const market = assemble({ G: 'k' }, { groq: { models } })
    assert.deepEqual(
      market.catalog.endpoints.map(({ price }) => price?.completion),
      ['0.000002', '0.000001'],
    )
  })
})

it('data policies, quantization and distillation are taken from the configuration, for a host and for one of its models', () => {
  const { catalog: sold } = assemble(
    { G: 'secret' },
    {
      groq: {
        data_policy: { training: false, retention_days: 30 },
        models: [{ id: 'qwen3-8b', quantization: 'fp8', data_policy: { zdr: true }, distillable: true }],
      },
    },
  )
  assert.deepEqual(sold.providers[0]!.dataPolicy, { training: false, retentionDays: 30 })
  const [plain, changed] = sold.endpoints
  assert.equal(plain!.dataPolicy, undefined)
  assert.equal(changed!.quantization, 'fp8')
  assert.deepEqual(changed!.dataPolicy, { zdr: true })
  assert.equal(changed!.distillable, true)
})

describe('what is publicly known of a host', () => {
  const source = { url: 'https://groq.example/privacy', date: '2026-11-26' }
  const known: Catalog = {
    ...catalog,
    providers: catalog.providers.map((provider) => ({
      ...provider,
      dataPolicy: { training: false, retentionDays: 30, zdrAvailable: true },
      headquarters: 'US',
      regions: ['US'],
      sources: { training: source, retention_days: source, headquarters: source, regions: source },
    })),
  }
  const provider = (settings: ProviderConfig) =>
    assemble({ G: 'secret' }, { groq: settings }, [], known).catalog.providers[0]!

  it('is corrected by what the configuration states, fact by fact', () => {
    const { dataPolicy, headquarters, regions, sources } = provider({
      data_policy: { retention_days: 0 },
      regions: ['SE', 'FI'],
    })
    assert.deepEqual(dataPolicy, { training: false, retentionDays: 0, zdrAvailable: true })
    assert.deepEqual([headquarters, regions], ['US', ['SE', 'FI']])
    assert.deepEqual(sources, { training: source, headquarters: source })
  })

  it('stays true of an account with an agreement of its own', () => {
    const { dataPolicy, sources } = provider({ data_policy: { zdr: true } })
    assert.deepEqual(dataPolicy, { training: false, retentionDays: 30, zdrAvailable: true, zdr: true })
    assert.deepEqual(sources, known.providers[0]!.sources)
  })

  it('is not said of another host that the configuration puts in its place', () => {
    const moved = provider({ base_url: 'https://proxy.example/v1', key: 'own', headquarters: 'CH' })
    const { dataPolicy, headquarters, regions, sources } = moved
    assert.deepEqual([dataPolicy, headquarters, regions, sources], [undefined, 'CH', undefined, undefined])
  })
})

it('a region in the address of a cloud is a fact of its endpoints, unless the configuration states another', () => {
  const host = { base_url: 'https://bedrock-runtime.eu-west-3.amazonaws.com', key: 'own' }
  const regions = (settings: ProviderConfig) =>
    assemble({}, { acme: { models: [{ id: 'one' }], ...settings } }).catalog.endpoints[0]!.regions
  assert.deepEqual(regions(host), ['FR'])
  assert.deepEqual(regions({ ...host, models: [{ id: 'one', regions: ['DE'] }] }), ['DE'])
  assert.equal(regions({ ...host, regions: ['DE'] }), undefined)
})

describe('a server on this machine', () => {
  it('sells its models for nothing, known ones under their canonical slug', () => {
    const market = assemble({}, {}, [
      server('ollama', { id: 'llama3.3:70b' }, { id: 'my-tune:latest' }),
      server('llama-cpp', { id: '/models/Qwen3-8B.Q4_K_M.gguf', contextTokens: 4096 }),
      server('vllm', { id: 'chat', knownAs: 'Qwen/Qwen3-8B' }),
    ])
    assert.deepEqual(
      market.catalog.endpoints.map(({ model, upstreamModel, contextTokens }) => [
        model,
        upstreamModel,
        contextTokens,
      ]),
      [
        ['meta-llama/llama-3.3-70b-instruct', 'llama3.3:70b', undefined],
        ['local/my-tune:latest', 'my-tune:latest', undefined],
        ['qwen/qwen3-8b', '/models/Qwen3-8B.Q4_K_M.gguf', 4096],
        ['qwen/qwen3-8b', 'chat', undefined],
      ],
    )
    assert.ok(market.catalog.endpoints.every(({ price }) => price?.prompt === '0'))
  })

  it('replaces what the catalog lists for it', () => {
    const market = assemble({ L: 'k' }, {}, [server('lmstudio', { id: 'other' })])
    assert.deepEqual(ids(market), ['lmstudio/other'])
    assert.equal(market.keys.size, 0)
  })

  it('is left alone when the file switches it off or gives its own address', () => {
    const found = [server('ollama', { id: 'a' })]
    assert.deepEqual(ids(assemble({}, { ollama: { enabled: false } }, found)), [])
    const own: ProviderConfig = { base_url: 'http://10.0.0.9/v1', models: [{ id: 'b' }] }
    assert.deepEqual(ids(assemble({}, { ollama: own }, found)), ['ollama/b'])
  })
})

it('the practice market sells nothing that costs money', () => {
  const { config } = loadConfig({ environment: {}, cwd: '/nowhere' })
  const practice: Catalog = {
    ...catalog,
    version: 'practice',
    providers: [{ ...catalog.providers[0]!, simulated: true }],
  }
  const market = assembleMarket({
    catalog,
    config,
    environment: { L: 'key' },
    localServers: [],
    storedKeys: [],
    practice,
  })
  assert.equal(market.catalog.version, 'practice')
  assert.equal(market.keys.size, 0)
  assert.deepEqual(
    market.found.map(({ endpoints }) => endpoints),
    [2],
  )
})

describe('an endpoint with an address of its own', () => {
  const own: Endpoint = {
    ...endpoint('groq', 'claude', 'qwen/qwen3-8b'),
    baseUrl: `https://\${ACCOUNT}.groq.example/claude`,
  }
  const stock: Catalog = { ...catalog, endpoints: [...catalog.endpoints, own] }
  const addressOf = (environment: Record<string, string>, settings?: ProviderConfig) => {
    const { config } = loadConfig({ environment: {}, cwd: '/nowhere' })
    const providers = settings === undefined ? {} : { groq: settings }
    const sources = { catalog: stock, config: { ...config, providers }, localServers: [], storedKeys: [] }
    const { endpoints } = assembleMarket({ ...sources, environment: { G: 'k', ...environment } }).catalog
    return endpoints.find(({ id }) => id === own.id)?.baseUrl
  }

  it('is sold where the account is known', () => {
    assert.equal(addressOf({}), undefined)
    assert.equal(addressOf({ ACCOUNT: 'me' }), 'https://me.groq.example/claude')
  })

  it('is not sold where the provider’s calls go to another host: its key there is not for this address', () => {
    const account = { ACCOUNT: 'me' }
    assert.equal(addressOf(account, { base_url: 'https://proxy.example/v1', key: 'k' }), undefined)
    assert.notEqual(addressOf(account, { base_url: 'https://groq.example/v2' }), undefined)
  })
})
