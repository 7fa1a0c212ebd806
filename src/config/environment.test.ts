import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Provider } from '../market/offer.ts'
import { enabledProviders } from './environment.ts'
import { loadConfig } from './load.ts'
import type { Config, ProviderConfig } from './schema.ts'

const known: Provider[] = [
  provider('groq', ['GROQ_API_KEY'], 'https://api.groq.com/openai/v1'),
  provider('cloudflare', ['CF_API_KEY'], `https://cf.example/\${CF_ACCOUNT_ID}/v1`),
  provider('google', ['GOOGLE_API_KEY', 'GEMINI_API_KEY'], undefined, 'google'),
  provider('bedrock', ['AWS_BEARER_TOKEN_BEDROCK'], undefined, 'unsupported'),
  provider('odd', ['ODD_SETTING'], 'https://odd.example/v1'),
]

function provider(
  slug: string,
  variables: string[],
  baseUrl?: string,
  family: Provider['family'] = 'openai-compatible',
): Provider {
  return { slug, name: slug, family, keyVariables: variables, ...(baseUrl !== undefined && { baseUrl }) }
}

function find(environment: Record<string, string>, providers: Record<string, ProviderConfig> = {}) {
  const { config } = loadConfig({ environment: { MERITORDER_CONFIG: '' }, cwd: '/nowhere' })
  const changed: Config = { ...config, providers }
  const { enabled, unusable } = enabledProviders(known, changed, { environment, stored: [] })
  return {
    enabled: enabled.map((one) => [one.provider.slug, one.source, one.keys[0], one.provider.baseUrl]),
    unusable: unusable.map((one) => [one.slug, one.reason]),
  }
}

it('nothing is enabled without a key', () => {
  assert.deepEqual(find({ PATH: '/bin', GROQ_API_KEY: '', AWS_REGION: 'eu-1' }), {
    enabled: [],
    unusable: [],
  })
})

it('a documented key variable enables its provider, and says which one did', () => {
  assert.deepEqual(find({ GROQ_API_KEY: ' gsk ', ODD_SETTING: 'o' }).enabled, [
    ['groq', 'GROQ_API_KEY', 'gsk', 'https://api.groq.com/openai/v1'],
    ['odd', 'ODD_SETTING', 'o', 'https://odd.example/v1'],
  ])
})

it('any of several documented variables is enough', () => {
  assert.deepEqual(find({ GEMINI_API_KEY: 'g' }).enabled, [['google', 'GEMINI_API_KEY', 'g', undefined]])
})

it('a variable that the address mentions fills it', () => {
  assert.deepEqual(find({ CF_ACCOUNT_ID: 'a1' }).enabled, [])
  assert.deepEqual(find({ CF_ACCOUNT_ID: 'a1', CF_API_KEY: 'k' }).enabled, [
    ['cloudflare', 'CF_API_KEY', 'k', 'https://cf.example/a1/v1'],
  ])
})

it('a provider that is found but cannot be called is reported with what is missing', () => {
  const found = find({ CF_API_KEY: 'k', AWS_BEARER_TOKEN_BEDROCK: 't' })
  assert.deepEqual(found.enabled, [])
  assert.match(found.unusable[0]?.[1] ?? '', /set CF_ACCOUNT_ID, or providers\.cloudflare\.base_url/)
  assert.match(found.unusable[1]?.[1] ?? '', /not supported yet/)
})

it('`enabled: false` wins over a key', () => {
  assert.deepEqual(find({ GROQ_API_KEY: 'k' }, { groq: { enabled: false } }).enabled, [])
})

it('a host of your own needs a base URL and may take its key from any variable, or none', () => {
  const url = 'http://10.0.0.5:8000/v1/'
  assert.deepEqual(find({}, { acme: { base_url: url } }).enabled, [
    ['acme', 'configuration', undefined, 'http://10.0.0.5:8000/v1'],
  ])
  assert.deepEqual(find({ K: 's' }, { acme: { base_url: url, key: `\${K}` } }).enabled[0]?.slice(1, 3), [
    'K',
    's',
  ])
  assert.deepEqual(find({ K: 's' }, { acme: { base_url: url, key_env: 'K' } }).enabled[0]?.slice(1, 3), [
    'K',
    's',
  ])
  assert.deepEqual(find({}, { acme: { base_url: url, key: 'sk' } }).enabled[0]?.slice(1, 3), [
    'configuration',
    'sk',
  ])
})

it('a key that is referred to and not set is reported, without falling back to no key', () => {
  const settings = { base_url: 'http://10.0.0.5/v1', key_env: 'ABSENT' }
  assert.deepEqual(find({}, { acme: settings }), {
    enabled: [],
    unusable: [['acme', 'the variable ABSENT named by key_env is not set']],
  })
})
