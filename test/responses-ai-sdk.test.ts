import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createOpenAI } from '@ai-sdk/openai'
import { generateText, type ModelMessage, stepCountIs, streamText, tool } from 'ai'
import { z } from 'zod'
import { startTestGateway, type TestGateway } from './start-test-gateway.ts'
import { validatedFetch } from './validated-responses.ts'

let t: TestGateway
before(async () => {
  t = await startTestGateway('record: { storage: full }\n')
})
after(() => t.close())

/** What the AI SDK sent, oldest first. */
const bodies: string[] = []
const fetch: typeof globalThis.fetch = (url, init) => {
  bodies.push(String(init?.body))
  return validatedFetch(url, init)
}
const model = () => createOpenAI({ baseURL: `${t.gateway.url}/v1`, apiKey: 'none', fetch }).responses('auto')

/** The messages that the upstream was sent with a request, and by what role. */
const rolesSent = () =>
  t.simulator.seen.map(({ body }) =>
    (body as { messages: { role: string }[] }).messages.map(({ role }) => role),
  )

test('the AI SDK runs a tool loop and goes on with it, naming what it knows to be stored', async () => {
  const weather = tool({
    description: 'The weather in a city',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `21 °C in ${city}`,
  })
  const asked = { tools: { weather }, maxRetries: 0 }
  const messages: ModelMessage[] = [{ role: 'user', content: 'What is the weather in Paris?' }]
  const first = await generateText({
    ...asked,
    model: model(),
    messages,
    toolChoice: { type: 'tool', toolName: 'weather' },
    stopWhen: stepCountIs(1),
  })
  assert.equal(first.toolResults.length, 1)
  messages.push(...first.response.messages)
  const second = await generateText({ ...asked, model: model(), messages })
  assert.ok(second.text)
  messages.push(...second.response.messages, { role: 'user', content: 'And now?' })
  const third = streamText({ ...asked, model: model(), messages })
  let text = ''
  for await (const piece of third.textStream) text += piece
  assert.ok(text)
  assert.match(bodies.at(-1) ?? '', /item_reference/)
  assert.deepEqual(rolesSent(), [
    ['user'],
    ['user', 'assistant', 'tool'],
    ['user', 'assistant', 'tool', 'assistant', 'user'],
  ])
})
