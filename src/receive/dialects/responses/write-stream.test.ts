import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import fc from 'fast-check'
import { validatorOf } from '../../../../test/openapi-schema.ts'
import { createReplyReader } from './read-reply.ts'
import { writeStream } from './write-stream.ts'

const facts = { id: 'gen-0123', model: 'a/b', provider: 'p', created: 5, asked: {} }
const usage = {
  inputTokens: { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 4, text: 4, reasoning: 0 },
}
const finish: LanguageModelV4StreamPart = {
  type: 'finish',
  usage,
  finishReason: { unified: 'stop', raw: 'stop' },
}

interface Event {
  readonly type: string
  readonly sequence_number: number
  readonly output_index?: number
  readonly item?: { readonly id: string; readonly type: string }
  readonly delta?: string
  readonly text?: string
  readonly arguments?: string
  readonly response?: { readonly output: readonly object[] }
}

async function written(parts: readonly LanguageModelV4StreamPart[]): Promise<Event[]> {
  let text = ''
  for await (const piece of writeStream(
    (async function* () {
      yield* parts
    })(),
    facts,
  ))
    text += piece
  return text
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.slice(event.indexOf('\ndata: ') + 7)) as Event)
}

/** Blocks of a stream: each begins, comes in pieces and ends; some vendors leave it open. */
const pieces = fc.array(fc.string({ maxLength: 4 }), { maxLength: 3 })
const signed = fc.constantFrom(
  undefined,
  { anthropic: { signature: 's' } },
  { google: { thoughtSignature: 't' } },
)
const block = fc
  .record({
    kind: fc.constantFrom('text', 'reasoning', 'tool', 'source', 'file'),
    pieces,
    signed,
    open: fc.boolean(),
  })
  .map(
    ({ kind, pieces, signed, open }) =>
      (id: string) =>
        partsOf(kind, id, pieces, signed, open),
  )

function partsOf(
  kind: string,
  id: string,
  pieces: readonly string[],
  signed: { [vendor: string]: { [name: string]: string } } | undefined,
  open: boolean,
): LanguageModelV4StreamPart[] {
  const metadata = signed === undefined ? {} : { providerMetadata: signed }
  if (kind === 'source') return [{ type: 'source', sourceType: 'url', id, url: `https://x.example/${id}` }]
  if (kind === 'file') return [{ type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AAAA' } }]
  if (kind === 'tool') {
    const deltas = pieces.map((delta): LanguageModelV4StreamPart => ({ type: 'tool-input-delta', id, delta }))
    return [
      { type: 'tool-input-start', id, toolName: 'f' },
      ...deltas,
      { type: 'tool-input-end', id },
      { type: 'tool-call', toolCallId: id, toolName: 'f', input: pieces.join(''), ...metadata },
    ]
  }
  const name = kind === 'text' ? 'text' : 'reasoning'
  return [
    { type: `${name}-start`, id },
    ...pieces.map((delta): LanguageModelV4StreamPart => ({ type: `${name}-delta`, id, delta })),
    ...(open ? [] : [{ type: `${name}-end`, id, ...metadata } as const]),
  ]
}

test('whatever a provider streams, the events are OpenAI’s, in order, and add up to the response at their end', async () => {
  const validate = validatorOf('openai', 'ResponseStreamEvent')
  await fc.assert(
    fc.asyncProperty(fc.array(block, { maxLength: 6 }), async (blocks) => {
      const events = await written([...blocks.flatMap((parts, at) => parts(`b${at}`)), finish])
      for (const event of events) validate(event)
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        events.map((_, at) => at),
      )
      const added = events.filter(({ type }) => type === 'response.output_item.added')
      const done = events.filter(({ type }) => type === 'response.output_item.done')
      assert.deepEqual(
        added.map((event) => [event.output_index, event.item?.id, event.item?.type]),
        done
          .toSorted((a, b) => a.output_index! - b.output_index!)
          .map((event) => [event.output_index, event.item?.id, event.item?.type]),
      )
      const last = events.at(-1)
      assert.equal(last?.type, 'response.completed')
      assert.deepEqual(
        last?.response?.output,
        done.toSorted((a, b) => a.output_index! - b.output_index!).map(({ item }) => item),
      )
      for (const kind of ['output_text', 'reasoning_summary_text', 'function_call_arguments']) {
        const of = (ending: string) => events.filter(({ type }) => type === `response.${kind}.${ending}`)
        const whole = of('done').map((event) => event.text ?? event.arguments)
        const pieced = of('done').map((event) =>
          of('delta')
            .filter((delta) => delta.output_index === event.output_index)
            .map(({ delta }) => delta)
            .join(''),
        )
        assert.deepEqual(pieced, whole)
      }
    }),
    { numRuns: 50 },
  )
})

test('parts that end without a finish get no closing event, and a call without an answer no event at all', async () => {
  const cut = await written([
    { type: 'text-start', id: 'a' },
    { type: 'text-delta', id: 'a', delta: 'x' },
  ])
  assert.equal(cut.at(-1)?.type, 'response.output_text.delta')
  assert.deepEqual(await written([{ type: 'stream-start', warnings: [] }]), [])
})

test('tools that the provider ran itself are not the client’s', async () => {
  const own = { providerExecuted: true, toolName: 'web_search' } as const
  const events = await written([
    { type: 'tool-input-start', id: 's', ...own },
    { type: 'tool-input-delta', id: 's', delta: '{}' },
    { type: 'tool-call', toolCallId: 's', input: '{}', ...own },
    finish,
  ])
  assert.deepEqual(events.at(-1)?.response?.output, [])
})

test('the reply reader hears of a stream what was written into it', async () => {
  const said = createReplyReader()
  const parts = [
    ...partsOf('reasoning', 'r', ['hm'], undefined, false),
    ...partsOf('text', 't', ['a', 'b'], undefined, false),
    ...partsOf('tool', 'c', ['{}'], undefined, false),
    finish,
  ]
  const kinds = (await written(parts)).map((event) => said.readEvent(JSON.stringify(event)).kind)
  assert.deepEqual(kinds.slice(0, 5), [...Array(4).fill('preamble'), 'content'])
  assert.equal(kinds.at(-1), 'end')
  assert.equal(said.text(), 'ab{"tool_calls":[{"name":"f","arguments":"{}"}]}')
  assert.deepEqual(
    [said.finishReason(), said.reasoningCharacters(), said.events?.()],
    ['tool_calls', 2, kinds.length],
  )
  assert.deepEqual([said.usage()?.promptTokens, said.usage()?.completionTokens], [3, 4])
  assert.equal(said.whole?.()?.status, 'completed')
})

test('nonsense in place of any event is passed on, never thrown at', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (data) => {
      createReplyReader().readEvent(data)
    }),
  )
  const types = ['response.completed', 'response.failed', 'error', 'response.output_item.done']
  fc.assert(
    fc.property(
      fc.constantFrom(...types),
      fc.dictionary(fc.constantFrom('response', 'item', 'error'), fc.jsonValue()),
      (type, rest) => {
        createReplyReader().readEvent(JSON.stringify({ type, ...rest }))
        createReplyReader().read(rest)
      },
    ),
  )
})
