import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Provider } from '../market/offer.ts'
import { isOwnHost } from './account-address.ts'
import { findKeys } from './provider-keys.ts'
import type { ProviderConfig } from './schema.ts'

const OPENAI: Provider = {
  slug: 'openai',
  name: 'OpenAI',
  family: 'openai-compatible',
  baseUrl: 'https://api.openai.com/v1',
  keyVariables: ['OPENAI_API_KEY'],
}
const BEDROCK: Provider = {
  slug: 'amazon-bedrock',
  name: 'Bedrock',
  family: 'amazon-bedrock',
  baseUrl: `https://bedrock-runtime.\${AWS_REGION}.amazonaws.com`,
  keyVariables: ['AWS_BEARER_TOKEN_BEDROCK', 'AWS_ACCESS_KEY_ID'],
}
const stored = [{ provider: 'openai', host: 'api.openai.com', key: 'sk-stored' }]

function find(
  environment: Record<string, string>,
  settings?: ProviderConfig,
  known: Provider = OPENAI,
  store: typeof stored = [],
) {
  return findKeys(known.slug, known, settings, { environment, stored: store })
}

it('numbered variables hold further keys, in the order of their numbers', () => {
  const environment = {
    OPENAI_API_KEY: 'a',
    OPENAI_API_KEY_10: 'd',
    OPENAI_API_KEY_2: 'b',
    OPENAI_API_KEY_3: 'c',
    OPENAI_API_KEY_OLD: 'x',
    OPENAI_API_KEY_0: 'x',
  }
  assert.deepEqual(find(environment), {
    keys: ['a', 'b', 'c', 'd'],
    source: 'OPENAI_API_KEY, OPENAI_API_KEY_2, OPENAI_API_KEY_3, OPENAI_API_KEY_10',
  })
})

it('what the configuration names is all that is used: key, keys and key_env together, each once', () => {
  const settings = { key: 'a', keys: ['b', `\${THREE}`, 'a'], key_env: ['FOUR', 'FIVE'] }
  const found = find({ THREE: 'c', FOUR: 'd', OPENAI_API_KEY: 'x' }, settings, OPENAI, stored)
  assert.deepEqual(found, { keys: ['a', 'b', 'c', 'd'], source: 'configuration, THREE, FOUR' })
})

it('a named key that is not there counts only when no other is', () => {
  const missing = find({}, { key_env: ['FOUR', 'FIVE'] })?.missing
  assert.match(missing ?? '', /FOUR named by key_env is not set/)
  assert.match(find({}, { key_file: '/nowhere/key' })?.missing ?? '', /\/nowhere\/key cannot be read/)
})

it('stored keys come before those of the environment', () => {
  assert.deepEqual(find({ OPENAI_API_KEY: 'a' }, undefined, OPENAI, stored)?.keys, ['sk-stored', 'a'])
})

describe('a key goes to no other host than its provider’s', () => {
  const elsewhere = { base_url: 'https://proxy.example/v1' }

  it('a documented variable is not used for another address, which is said', () => {
    const found = find({ OPENAI_API_KEY: 'a' }, elsewhere)
    assert.deepEqual(found?.keys, [])
    assert.match(
      found?.note ?? '',
      /^OPENAI_API_KEY is not sent to another host .* providers\.openai\.key_env/,
    )
    assert.deepEqual(find({ OPENAI_API_KEY: 'a' }, { ...elsewhere, key_env: 'OPENAI_API_KEY' })?.keys, ['a'])
  })

  it('nor is a stored key', () => {
    const found = find({}, elsewhere, OPENAI, stored)
    assert.deepEqual(found?.keys, [])
    assert.match(found?.note ?? '', /stored key is for api\.openai\.com/)
    const forProxy = [{ provider: 'openai', host: 'proxy.example', key: 'sk-proxy' }]
    assert.deepEqual(find({}, elsewhere, OPENAI, forProxy)?.keys, ['sk-proxy'])
  })

  it('another path on the same host is the same provider', () => {
    assert.deepEqual(find({ OPENAI_API_KEY: 'a' }, { base_url: 'https://api.openai.com/v2' })?.keys, ['a'])
  })

  it('an address is the provider’s own when its host is, account or region aside', () => {
    const bedrock = BEDROCK.baseUrl!
    const cases: [string, string, boolean][] = [
      ['https://bedrock-runtime.eu-west-1.amazonaws.com', bedrock, true],
      ['http://bedrock-runtime.eu-west-1.amazonaws.com', bedrock, false],
      ['https://bedrock-runtime.eu.evil.example', bedrock, false],
      ['https://bedrock-runtime.a.b.amazonaws.com', bedrock, false],
      ['https://bedrock-runtime.eu-west-1.amazonaws.com.evil.example', bedrock, false],
      ['https://api.openai.com.evil.example/v1', OPENAI.baseUrl!, false],
      ['https://apiXopenai.com/v1', OPENAI.baseUrl!, false],
      ['https://evil.example/v1', `https://\${DATABRICKS_HOST}/v1`, false],
      ['https://mine.cloud.databricks.com/v2', `https://\${DATABRICKS_HOST}/v1`, true],
    ]
    const environment = { DATABRICKS_HOST: 'mine.cloud.databricks.com' }
    for (const [address, own, expected] of cases)
      assert.equal(isOwnHost(address, own, environment), expected, address)
  })
})

describe('clouds', () => {
  it('AWS has an API key, or an access key in two or three variables', () => {
    const access = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 's/e+c' }
    assert.equal(find({ AWS_SECRET_ACCESS_KEY: 's' }, undefined, BEDROCK), undefined)
    assert.deepEqual(find(access, undefined, BEDROCK)?.keys, ['AKIA1:s/e+c'])
    assert.deepEqual(find({ ...access, AWS_SESSION_TOKEN: 't' }, undefined, BEDROCK)?.keys, ['AKIA1:s/e+c:t'])
    assert.deepEqual(find({ ...access, AWS_BEARER_TOKEN_BEDROCK: 'b' }, undefined, BEDROCK)?.keys, [
      'b',
      'AKIA1:s/e+c',
    ])
  })
})
