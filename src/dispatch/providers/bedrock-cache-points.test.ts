import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LanguageModelV4Prompt } from '@ai-sdk/provider'
import { withCachePoints } from './bedrock-cache-points.ts'

const anthropic = { cacheControl: { type: 'ephemeral' } }
const prompt: LanguageModelV4Prompt = [
  { role: 'system', content: 'be brief', providerOptions: { anthropic } },
  {
    role: 'user',
    content: [
      {
        type: 'text',
        text: 'a',
        providerOptions: { anthropic: { cacheControl: { type: 'ephemeral', ttl: '1h' } } },
      },
      { type: 'text', text: 'b' },
    ],
  },
]

test('Anthropic’s cache points become Converse’s, where they stand and for as long', () => {
  const [system, user] = withCachePoints(prompt, 'eu.anthropic.claude-sonnet-5')
  assert.deepEqual(system?.providerOptions, { anthropic, amazonBedrock: { cachePoint: { type: 'default' } } })
  const [first, second] = user!.content as { providerOptions?: { amazonBedrock?: object } }[]
  assert.deepEqual(first?.providerOptions?.amazonBedrock, { cachePoint: { type: 'default', ttl: '1h' } })
  assert.equal(second?.providerOptions, undefined)
})

test('a model that takes none is given none', () => {
  assert.equal(withCachePoints(prompt, 'meta.llama3-3-70b-instruct-v1:0'), prompt)
})
