import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider'
import Anthropic from '@anthropic-ai/sdk'
import fc from 'fast-check'
import { messages } from '../messages.ts'

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
  usage,
  finishReason: { unified, raw },
})

async function* streamOf(parts: readonly LanguageModelV4StreamPart[]) {
  yield* parts
}

async function written(parts: readonly LanguageModelV4StreamPart[]): Promise<string[]> {
  const events: string[] = []
  for await (const event of messages.writeStream(streamOf(parts), facts)) events.push(event)
  return events
}

/** The events' JSON. */
async function eventsOf(parts: readonly LanguageModelV4StreamPart[]) {
  return (await written(parts)).map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)))
}

/** What Anthropic's client makes of a stream. */
async function accumulated(parts: readonly LanguageModelV4StreamPart[]): Promise<Anthropic.Message> {
  const body = (await written(parts)).join('')
  const fetch = async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  const client = new Anthropic({ apiKey: 'none', fetch })
  const asked = { model: 'any', max_tokens: 1, messages: [{ role: 'user' as const, content: 'x' }] }
  return client.messages.stream(asked).finalMessage()
}

type Arrival = 'pieces' | 'whole'

interface Said {
  readonly content: LanguageModelV4Content
  readonly arrival: Arrival
}

const metadata: fc.Arbitrary<SharedV4ProviderMetadata | undefined> = fc.constantFrom(
  undefined,
  { anthropic: { signature: 'EqAB' } },
  { google: { thoughtSignature: 'g' } },
  { openai: { itemId: 'rs_1', reasoningEncryptedContent: 'e' } },
)
const arrival = fc.constantFrom<Arrival>('pieces', 'whole')
const withMetadata = <T extends object>(
  part: T,
  providerMetadata: SharedV4ProviderMetadata | undefined,
): T => (providerMetadata === undefined ? part : { ...part, providerMetadata })

const text = fc
  .record({ said: fc.string({ unit: 'grapheme' }), arrival })
  .map(({ said, arrival }): Said => ({ content: { type: 'text', text: said }, arrival }))
const thought = fc.record({ said: fc.string({ unit: 'grapheme' }), metadata, arrival }).map(
  ({ said, metadata, arrival }): Said => ({
    content: withMetadata({ type: 'reasoning', text: said }, metadata),
    arrival,
  }),
)
const redacted = fc.constant<Said>({
  content: { type: 'reasoning', text: '', providerMetadata: { anthropic: { redactedData: 'secret' } } },
  arrival: 'whole',
})
const call = fc
  .record({ input: fc.dictionary(fc.string(), fc.jsonValue()), metadata, arrival })
  .map(({ input, metadata, arrival }): Said => {
    // `__proto__` is a name that Anthropic's client itself cannot keep.
    const { ['__proto__']: _, ...named } = input
    return {
      content: withMetadata(
        { type: 'tool-call', toolCallId: '', toolName: 'f', input: JSON.stringify(named) },
        metadata,
      ),
      arrival,
    }
  })
const answer = fc.array(fc.oneof(text, thought, redacted, call), { maxLength: 6 }).map((all) =>
  all.map(({ content, arrival }, i) => ({
    content: content.type === 'tool-call' ? { ...content, toolCallId: `functions.f:${i}` } : content,
    arrival,
  })),
)

/** How a provider's package streams a part; a call may also come at once. */
function partsOf({ content, arrival }: Said, index: number): LanguageModelV4StreamPart[] {
  const id = String(index)
  const halves = (whole: string) => [whole.slice(0, 2), whole.slice(2)]
  if (content.type === 'text')
    return [
      { type: 'text-start', id },
      ...halves(content.text).map((delta) => ({ type: 'text-delta' as const, id, delta })),
      { type: 'text-end', id },
    ]
  if (content.type === 'reasoning') {
    const { text, providerMetadata: signed } = content
    return [
      withMetadata({ type: 'reasoning-start', id }, arrival === 'whole' ? signed : undefined),
      ...halves(text).map((delta) => ({ type: 'reasoning-delta' as const, id, delta })),
      withMetadata({ type: 'reasoning-end', id }, signed),
    ]
  }
  if (content.type !== 'tool-call') return []
  const { toolCallId, toolName, input, providerMetadata: signed } = content
  if (arrival === 'whole') return [content]
  return [
    withMetadata({ type: 'tool-input-start', id: toolCallId, toolName }, signed),
    ...halves(input).map((delta) => ({ type: 'tool-input-delta' as const, id: toolCallId, delta })),
    { type: 'tool-input-end', id: toolCallId },
    content,
  ]
}

test('a stream, put together by Anthropic’s client, is the whole answer', async () => {
  await fc.assert(
    fc.asyncProperty(answer, async (said) => {
      const parts = [...said.flatMap(partsOf), finish('stop', 'stop')]
      const { parsed_output: _, ...streamed } = (await accumulated(parts)) as Anthropic.Message & {
        parsed_output?: unknown
      }
      const content = said.map((one) => one.content)
      const whole = messages.writeAnswer(
        { content, finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] },
        facts,
      )
      assert.deepEqual(JSON.parse(JSON.stringify(streamed)), JSON.parse(JSON.stringify(whole)))
    }),
  )
})

test('parallel calls that come interleaved are written one after the other', async () => {
  const start = (id: string): LanguageModelV4StreamPart => ({ type: 'tool-input-start', id, toolName: id })
  const piece = (id: string, delta: string): LanguageModelV4StreamPart => ({
    type: 'tool-input-delta',
    id,
    delta,
  })
  const end = (id: string, input: string): LanguageModelV4StreamPart => ({
    type: 'tool-call',
    toolCallId: id,
    toolName: id,
    input,
  })
  const parts = [
    start('a'),
    start('b'),
    piece('b', '{"y"'),
    piece('a', '{"x"'),
    piece('b', ':2}'),
    end('b', '{"y":2}'),
  ]
  const events = await eventsOf([...parts, piece('a', ':1}'), end('a', '{"x":1}'), finish('tool-calls')])
  const blocks = events
    .filter(({ index }) => index !== undefined)
    .map(({ type, index }) => `${type} ${index}`)
  const block = (i: number) => [
    `content_block_start ${i}`,
    `content_block_delta ${i}`,
    `content_block_delta ${i}`,
    `content_block_stop ${i}`,
  ]
  assert.deepEqual(blocks, [...block(0), ...block(1)])
})

test('nothing is said before there is something to say, and a stream that is cut is not closed', async () => {
  const opening: LanguageModelV4StreamPart[] = [
    { type: 'stream-start', warnings: [] },
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', delta: '' },
  ]
  assert.deepEqual(await written(opening), [])
  const events = await eventsOf([...opening, { type: 'text-delta', id: '0', delta: 'x' }])
  assert.deepEqual(
    events.map(({ type }) => type),
    ['message_start', 'ping', 'content_block_start', 'content_block_delta'],
  )
})

test('an answer of nothing is a message without content, and every ending has its stop_reason', async () => {
  const reasonOf = async (...[unified, raw]: Parameters<typeof finish>) =>
    (await eventsOf([finish(unified, raw)])).find(({ type }) => type === 'message_delta').delta.stop_reason
  assert.deepEqual(
    [
      await reasonOf('stop', 'end_turn'),
      await reasonOf('stop', 'stop_sequence'),
      await reasonOf('stop', 'pause_turn'),
      await reasonOf('length', 'length'),
      await reasonOf('length', 'model_context_window_exceeded'),
      await reasonOf('content-filter', 'SAFETY'),
      await reasonOf('tool-calls', 'tool_use'),
      await reasonOf('other', 'eos'),
    ],
    [
      'end_turn',
      'stop_sequence',
      'pause_turn',
      'max_tokens',
      'model_context_window_exceeded',
      'refusal',
      'tool_use',
      'end_turn',
    ],
  )
})

test('arguments that are no JSON object are wrapped in a whole answer, as Anthropic advises', () => {
  const content = [{ type: 'tool-call' as const, toolCallId: 't', toolName: 'f', input: '{"a":' }]
  const finishReason = { unified: 'tool-calls' as const, raw: 'tool_calls' }
  const { content: blocks } = messages.writeAnswer({ content, finishReason, usage, warnings: [] }, facts) as {
    content: { input?: object }[]
  }
  assert.deepEqual(blocks[0]?.input, { INVALID_JSON: '{"a":' })
})
