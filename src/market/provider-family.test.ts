import assert from 'node:assert/strict'
import test from 'node:test'
import { endpointDialect, hostDialect, keyVariables } from './provider-family.ts'

test('a host without an address in models.dev gets its documented one', () => {
  assert.deepEqual(hostDialect('groq', '@ai-sdk/groq', undefined), {
    family: 'openai-compatible',
    baseUrl: 'https://api.groq.com/openai/v1',
  })
  assert.deepEqual(hostDialect('anthropic', '@ai-sdk/anthropic', undefined), {
    family: 'anthropic',
    baseUrl: 'https://api.anthropic.com/v1',
  })
  assert.equal(hostDialect('google', '@ai-sdk/google', undefined).family, 'google')
})

test('addresses lose trailing slashes and the path of the one call', () => {
  const npm = '@ai-sdk/openai-compatible'
  assert.equal(hostDialect('a', npm, 'https://a.example/v1/').baseUrl, 'https://a.example/v1')
  assert.equal(hostDialect('a', npm, 'https://a.example/v1/chat/completions').baseUrl, 'https://a.example/v1')
})

test('what needs another login than a key is unsupported', () => {
  for (const [slug, npm] of [
    ['amazon-bedrock', '@ai-sdk/amazon-bedrock/mantle'],
    ['cloudflare-ai-gateway', 'ai-gateway-provider'],
    ['acme', 'unheard-of'],
    ['acme', 'constructor'],
  ] as const)
    assert.deepEqual(hostDialect(slug, npm, 'https://x.example/v1'), { family: 'unsupported' })
  assert.equal(
    hostDialect('github-copilot', '@ai-sdk/openai-compatible', 'https://x.example').family,
    'unsupported',
  )
})

test('the clouds are spoken to in their own families, at an address that the account fills', () => {
  for (const [slug, npm, family, place] of [
    ['amazon-bedrock', '@ai-sdk/amazon-bedrock', 'amazon-bedrock', `\${AWS_REGION}`],
    ['azure', '@ai-sdk/azure', 'azure', `\${AZURE_RESOURCE_NAME}`],
    ['google-vertex', '@ai-sdk/google-vertex', 'vertex', `\${GOOGLE_VERTEX_PROJECT}`],
  ] as const) {
    const dialect = hostDialect(slug, npm, undefined)
    assert.equal(dialect.family, family)
    assert.ok(dialect.baseUrl?.includes(place))
  }
})

test('whatever a project sells on Vertex is reached with its tokens; Azure serves all but Claude through one API', () => {
  const api = 'https://other.example/v1'
  const vertex = {
    slug: 'google-vertex',
    npm: '@ai-sdk/google-vertex',
    dialect: { family: 'vertex' },
  } as const
  for (const npm of ['@ai-sdk/google-vertex/anthropic', '@ai-sdk/openai-compatible'])
    assert.deepEqual(endpointDialect(vertex, 'x', { npm, api }), {})
  const azure = { slug: 'azure', npm: '@ai-sdk/azure', dialect: { family: 'azure' } } as const
  assert.deepEqual(endpointDialect(azure, 'x', { npm: '@ai-sdk/openai-compatible', api }), {})
  assert.deepEqual(endpointDialect(azure, 'x', { npm: '@ai-sdk/anthropic', api }), {
    family: 'anthropic',
    baseUrl: api,
  })
})

test('what models.dev lists beside keys is no key', () => {
  assert.deepEqual(keyVariables('acme', ['ACME_ACCOUNT', 'ACME_API_KEY']), ['ACME_API_KEY'])
  assert.deepEqual(keyVariables('acme', ['ACME_LOGIN']), ['ACME_LOGIN'])
  assert.deepEqual(keyVariables('amazon-bedrock', ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']), [
    'AWS_BEARER_TOKEN_BEDROCK',
    'AWS_ACCESS_KEY_ID',
  ])
})

test('a model sold in another wire family than its host says so', () => {
  const npm = '@ai-sdk/openai-compatible'
  const host = { slug: 'opencode', npm, dialect: hostDialect('opencode', npm, 'https://opencode.ai/zen/v1') }
  assert.deepEqual(endpointDialect(host, 'glm-5', {}), {})
  assert.deepEqual(endpointDialect(host, 'claude-sonnet-5', { npm: '@ai-sdk/anthropic' }), {
    family: 'anthropic',
  })
  assert.deepEqual(endpointDialect(host, 'gpt-5.5', { npm: '@ai-sdk/openai' }), {
    family: 'openai-responses',
  })
  assert.deepEqual(endpointDialect(host, 'x', { api: 'https://other.example/v1' }), {
    baseUrl: 'https://other.example/v1',
  })
})

test("OpenAI's models that only the Responses API serves are spoken to in it", () => {
  const npm = '@ai-sdk/openai'
  const host = { slug: 'openai', npm, dialect: hostDialect('openai', npm, undefined) }
  assert.deepEqual(endpointDialect(host, 'gpt-5.1-codex', {}), { family: 'openai-responses' })
  assert.deepEqual(endpointDialect(host, 'o3-pro', {}), { family: 'openai-responses' })
  assert.deepEqual(endpointDialect(host, 'gpt-5.1', {}), {})
})

test('Responses of a host with a login of its own cannot be spoken to yet', () => {
  const npm = '@ai-sdk/amazon-bedrock'
  const host = { slug: 'amazon-bedrock', npm, dialect: hostDialect('amazon-bedrock', npm, undefined) }
  const mantle = { npm: `${npm}/mantle`, api: 'https://bedrock-mantle.example/v1' }
  assert.deepEqual(endpointDialect(host, 'openai.gpt-5.5', { ...mantle, shape: 'responses' }), {
    family: 'unsupported',
  })
})
