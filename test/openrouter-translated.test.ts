import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { WireFamily } from '../src/market/families.ts'
import { jsonOf, startTranslation, type Translation } from './translated-provider.ts'

const started: Translation[] = []
after(async () => {
  for (const translation of started) await translation.close()
})

/** What a provider of this family is sent for a chat completion. */
async function sentTo(family: WireFamily, answer: object, body: object): Promise<Record<string, unknown>> {
  const t = await startTranslation(family)
  started.push(t)
  t.key = 'sk-upstream'
  t.answer(jsonOf(answer))
  const messages = [{ role: 'user' as const, content: 'hello' }]
  await t.openai.chat.completions.create({ model: 'any', messages, ...body })
  return t.seen[0]!.body
}

const CLAUDE = {
  type: 'message',
  id: 'm',
  model: 'c',
  content: [{ type: 'text', text: 'hi' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 4 },
}
const GEMINI = {
  candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
}

/** A tool loop as OpenRouter's clients send it back: thoughts of both vendors, one of them signed a tool call. */
const LOOP = [
  { role: 'user', content: 'Weather?' },
  {
    role: 'assistant',
    content: null,
    reasoning: 'I look it up.',
    reasoning_details: [
      { type: 'reasoning.text', text: 'I look', format: 'anthropic-claude-v1', index: 0 },
      {
        type: 'reasoning.text',
        text: ' it up.',
        signature: 'c-sig',
        format: 'anthropic-claude-v1',
        index: 0,
      },
      { type: 'reasoning.encrypted', data: 'g-sig', id: 'call_1', format: 'google-gemini-v1', index: 1 },
    ],
    tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
  },
  { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
]
const tools = [
  { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } },
]

test('Claude gets its signed thought, a thinking budget and cache points, and nothing that Gemini signed', async () => {
  const body = await sentTo('anthropic', CLAUDE, {
    messages: [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'Long.', cache_control: { type: 'ephemeral', ttl: '1h' } },
          { type: 'text', text: 'Short.' },
        ],
      },
      ...LOOP,
    ],
    tools,
    reasoning: { max_tokens: 2000 },
    max_tokens: 3000,
  })
  assert.deepEqual(body.thinking, { type: 'enabled', budget_tokens: 2000 })
  assert.deepEqual(body.system, [
    { type: 'text', text: 'Long.', cache_control: { type: 'ephemeral', ttl: '1h' } },
    { type: 'text', text: 'Short.' },
  ])
  const [, assistant] = body.messages as { content: object[] }[]
  assert.deepEqual(assistant?.content, [
    { type: 'thinking', thinking: 'I look it up.', signature: 'c-sig' },
    { type: 'tool_use', id: 'call_1', name: 'weather', input: {} },
  ])
  assert.equal(JSON.stringify(body).includes('g-sig'), false)
})

test('Gemini gets the signature of its tool call and a thinking budget, and nothing that Claude signed', async () => {
  const body = await sentTo('google', GEMINI, { messages: LOOP, tools, reasoning: { max_tokens: 2000 } })
  const { thinkingConfig } = body.generationConfig as { thinkingConfig: unknown }
  assert.deepEqual(thinkingConfig, { thinkingBudget: 2000, includeThoughts: true })
  const [, model] = body.contents as { parts: { functionCall?: object; thoughtSignature?: string }[] }[]
  const call = model?.parts.find((part) => part.functionCall !== undefined)
  assert.equal(call?.thoughtSignature, 'g-sig')
  assert.equal(JSON.stringify(body).includes('c-sig'), false)
})

test('a model that does not think is not asked to, which is told', async () => {
  const t = await startTranslation('anthropic')
  started.push(t)
  t.key = 'sk-upstream'
  t.endpoint = { supports: { tools: true, structuredOutput: true, reasoning: false, temperature: true } }
  t.answer(jsonOf(CLAUDE))
  const messages = [{ role: 'user' as const, content: 'hello' }]
  const body = { model: 'any', messages, reasoning: { max_tokens: 2000 } }
  await t.openai.chat.completions.create(body)
  assert.equal('thinking' in t.seen[0]!.body, false)
  const { losses } = await t.sealed()
  assert.deepEqual(
    losses.map(({ field }) => field),
    ['reasoning'],
  )
})
