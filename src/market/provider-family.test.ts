import assert from 'node:assert/strict'
import test from 'node:test'
import { endpointDialect, hostDialect } from './provider-family.ts'

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
    ['amazon-bedrock', '@ai-sdk/amazon-bedrock'],
    ['azure', '@ai-sdk/azure'],
    ['google-vertex', '@ai-sdk/google-vertex'],
    ['acme', 'unheard-of'],
    ['acme', 'constructor'],
  ] as const)
    assert.deepEqual(hostDialect(slug, npm, 'https://x.example/v1'), { family: 'unsupported' })
  assert.equal(
    hostDialect('github-copilot', '@ai-sdk/openai-compatible', 'https://x.example').family,
    'unsupported',
  )
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
