import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider'
import { writeStream } from './write-stream.ts'

const facts = { id: 'gen-1', model: 'author/name', provider: 'host', created: 5, asked: {} }
const usage: LanguageModelV4Usage = {
  inputTokens: { total: 10, noCache: 7, cacheRead: 2, cacheWrite: 1 },
  outputTokens: { total: 4, text: 3, reasoning: 1 },
}
const finish = (
  unified: LanguageModelV4FinishReason['unified'],
  raw?: string,
): LanguageModelV4StreamPart => ({
  type: 'finish',
  finishReason: { unified, raw },
  usage,
})

async function written(...parts: LanguageModelV4StreamPart[]): Promise<string[]> {
  const events: string[] = []
  for await (const event of writeStream(
    (async function* () {
      yield* parts
    })(),
    facts,
  ))
    events.push(event)
  return events
}

const parse = (event: string) => JSON.parse(event.slice('data: '.length))
const deltas = (events: string[]) =>
  events.flatMap((event) =>
    event.includes('[DONE]') ? [] : parse(event).choices.map((choice: { delta: object }) => choice.delta),
  )

test('the events are OpenAI’s to the letter: role first, pieces, reason, usage without choices, [DONE]', async () => {
  const events = await written(
    { type: 'stream-start', warnings: [] },
    { type: 'reasoning-delta', id: '0', delta: 'hm' },
    { type: 'reasoning-delta', id: '0', delta: '' },
    { type: 'text-delta', id: '1', delta: 'hi' },
    finish('stop', 'end_turn'),
  )
  const head =
    '{"id":"gen-1","object":"chat.completion.chunk","created":5,"model":"author/name","provider":"host"'
  const choice = (delta: string, ending = '"finish_reason":null') =>
    `data: ${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,${ending}}]}\n\n`
  assert.deepEqual(events, [
    choice(
      '{"role":"assistant","content":"","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","format":"unknown","index":0}]}',
    ),
    choice('{"content":"hi"}'),
    choice('{}', '"finish_reason":"stop","native_finish_reason":"end_turn"'),
    `data: ${head},"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":4,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":2,"cache_write_tokens":1},"completion_tokens_details":{"reasoning_tokens":1}}}\n\n`,
    'data: [DONE]\n\n',
  ])
})

test('tool calls stream id and name, then arguments; calls that come in one piece or without arguments are whole too', async () => {
  const events = await written(
    { type: 'tool-input-start', id: 'a', toolName: 'add' },
    { type: 'tool-input-delta', id: 'a', delta: '{"x":' },
    { type: 'tool-input-delta', id: 'a', delta: '1}' },
    { type: 'tool-call', toolCallId: 'a', toolName: 'add', input: '{"x":1}' },
    { type: 'tool-input-start', id: 'b', toolName: 'now' },
    { type: 'tool-call', toolCallId: 'b', toolName: 'now', input: '' },
    { type: 'tool-call', toolCallId: 'c', toolName: 'one', input: '{"y":2}' },
    finish('tool-calls'),
  )
  const named = (index: number, id: string, name: string, text: string) => ({
    tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }],
  })
  const piece = (index: number, text: string) => ({ tool_calls: [{ index, function: { arguments: text } }] })
  assert.deepEqual(deltas(events), [
    { role: 'assistant', content: '', ...named(0, 'a', 'add', '') },
    piece(0, '{"x":'),
    piece(0, '1}'),
    named(1, 'b', 'now', ''),
    piece(1, '{}'),
    named(2, 'c', 'one', '{"y":2}'),
    {},
  ])
})

test('tools that the provider ran itself are not given to the client', async () => {
  const events = await written(
    { type: 'tool-input-start', id: 's', toolName: 'web_search', providerExecuted: true },
    { type: 'tool-input-delta', id: 's', delta: '{}' },
    { type: 'tool-call', toolCallId: 's', toolName: 'web_search', input: '{}', providerExecuted: true },
    { type: 'text-delta', id: '1', delta: 'found' },
    finish('stop'),
  )
  assert.deepEqual(deltas(events), [{ role: 'assistant', content: 'found' }, {}])
})

test('a generated image comes as OpenRouter’s images', async () => {
  const data = { type: 'data', data: 'AAAA' } as const
  const events = await written({ type: 'file', mediaType: 'image/png', data }, finish('stop'))
  const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]
  assert.deepEqual(deltas(events), [{ role: 'assistant', content: '', images }, {}])
})

for (const [unified, expected] of [
  ['stop', 'stop'],
  ['length', 'length'],
  ['content-filter', 'content_filter'],
  ['tool-calls', 'tool_calls'],
  ['other', 'stop'],
] as const)
  test(`an answer that ends with ${unified} and nothing else is told as ${expected}`, async () => {
    const [first] = await written(finish(unified, 'RAW'))
    const { delta, finish_reason, native_finish_reason } = parse(first ?? '').choices[0]
    assert.deepEqual([finish_reason, native_finish_reason], [expected, 'RAW'])
    assert.equal(delta.role, 'assistant')
  })

test('an answer that is cut gets no end, and one without token counts none invented', async () => {
  assert.equal((await written({ type: 'text-delta', id: '1', delta: 'hi' })).length, 1)
  const unknown = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined }
  const none = {
    inputTokens: unknown,
    outputTokens: { total: undefined, text: undefined, reasoning: undefined },
  }
  const events = await written({ type: 'finish', finishReason: { unified: 'stop', raw: 'x' }, usage: none })
  assert.equal(events.join('').includes('usage'), false)
})
