import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OpenRouter } from '@openrouter/sdk'
import { validatorOf } from './openapi-schema.ts'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway()
})
after(() => t.close())

test('@openrouter/sdk reads the record of a call that it made, with what the call told it', async () => {
  const client = new OpenRouter({ serverURL: `${t.gateway.url}/api/v1`, apiKey: 'none' })
  const made = await client.chat.send({
    chatRequest: {
      model: 'auto',
      messages: [{ role: 'user', content: 'hi' }],
      user: 'ann',
      stream: false,
    },
  })
  assert.ok('choices' in made)
  const { data } = await client.generations.getGeneration({ id: made.id })
  assert.deepEqual([data.id, data.model, data.externalUser], [made.id, made.model, 'ann'])
  assert.deepEqual([data.totalCost, data.usage, data.isByok], [made.usage?.cost, made.usage?.cost, false])
  assert.equal(data.nativeTokensCompletion, made.usage?.completionTokens)
  assert.equal(data.apiType, 'completions')
  const { data: story } = (await (
    await fetch(`${t.gateway.url}/api/v1/generation?id=${made.id}`)
  ).json()) as { data: { latency: number; total_ms: number; generation_time: number } }
  // OpenRouter's description lists its own providers by name; these are others.
  validatorOf('openrouter', 'GenerationResponse')({ data: { ...story, provider_responses: null } })
  assert.equal(story.generation_time, story.total_ms)
})
