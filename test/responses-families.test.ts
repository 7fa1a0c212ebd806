import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import OpenAI from 'openai'
import { FAMILIES, type WireFamily } from '../src/market/families.ts'
import { responses } from '../src/receive/dialects/responses.ts'
import { jsonOf, startTranslation, streamed, streamOf, type Translation } from './translated-provider.ts'
import { REPLIES, TEXT } from './translated-replies.ts'
import { validatedFetch } from './validated-responses.ts'

type Item = OpenAI.Responses.ResponseOutputItem
type Input = OpenAI.Responses.ResponseInputItem[]

const tools = ['now', 'add'].map((name) => ({
  type: 'function' as const,
  name,
  strict: false,
  parameters: { type: 'object', properties: {} },
}))
const ask = { model: 'any', input: 'hello', tools }

/** The parts of an item that a client works with. */
function told(item: Item): unknown {
  if (item.type === 'reasoning') return item.summary.map(({ text }) => text).join('')
  if (item.type === 'message') return item.content.map((part) => 'text' in part && part.text).join('')
  return item.type === 'function_call' ? [item.call_id, item.name, JSON.parse(item.arguments)] : item.type
}

async function translation(family: WireFamily) {
  const t = await startTranslation(family, responses)
  const client = new OpenAI({ baseURL: t.url, apiKey: 'none', maxRetries: 0, fetch: validatedFetch })
  return { t, client }
}

for (const family of FAMILIES)
  describe(`responses of ${family}`, () => {
    let t: Translation
    let client: OpenAI
    before(async () => {
      ;({ t, client } = await translation(family))
    })
    after(() => t.close())
    const { events, whole } = REPLIES[family]
    const said = ['hm', TEXT, ['t1', 'now', {}], ['t2', 'add', { a: 1 }]]

    test('a whole answer has thoughts, text, function calls and tokens', async () => {
      t.answer(jsonOf(whole))
      const { output, output_text: text, status, usage, model } = await client.responses.create(ask)
      assert.deepEqual(output.map(told), said)
      assert.deepEqual([text, status, model], [TEXT, 'completed', t.model])
      assert.deepEqual([usage?.input_tokens, usage?.output_tokens, usage?.total_tokens], [5, 9, 14])
      const { finishReason, usage: recorded } = await t.sealed()
      assert.deepEqual([finishReason, recorded.completionTokens], ['tool_calls', 9])
    })

    test('a stream comes to the same', async () => {
      t.answer(streamOf([streamed(family, events)], family))
      const stream = client.responses.stream(ask)
      let text = ''
      for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta
      const { output, status, usage } = await stream.finalResponse()
      assert.deepEqual(output.map(told), said)
      assert.deepEqual([text, status, usage?.output_tokens], [TEXT, 'completed', 9])
      assert.equal((await t.sealed()).outcome, 'complete')
    })
  })

const results = ['t1', 't2'].map((call_id) => ({
  type: 'function_call_output' as const,
  call_id,
  output: 'ok',
}))

/** The conversation with an answer and the results of the functions that it called. */
const goneOn = (output: readonly Item[]): Input => [
  { role: 'user', content: 'hello' },
  ...(output as Input),
  ...results,
]

/** Anthropic's events, with the signature that its thoughts end with. */
const signedEvents = REPLIES.anthropic.events.toSpliced(3, 0, {
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'signature_delta', signature: 's' },
})

for (const how of ['whole', 'streamed'] as const)
  test(`what Claude signed goes back to it with a stateless client’s next call (${how})`, async () => {
    const { t, client } = await translation('anthropic')
    try {
      t.answer(
        how === 'whole'
          ? jsonOf(REPLIES.anthropic.whole)
          : streamOf([streamed('anthropic', signedEvents)], 'anthropic'),
      )
      const { output } =
        how === 'whole'
          ? await client.responses.create(ask)
          : await client.responses.stream(ask).finalResponse()
      t.answer(jsonOf(REPLIES.anthropic.whole))
      await client.responses.create({ ...ask, input: goneOn(output) })
      const { messages } = t.seen.at(-1)!.body as { messages: unknown[] }
      assert.deepEqual(messages, [
        { role: 'user', content: [{ type: 'text', text: 'hello' }] },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'text', text: TEXT },
            { type: 'tool_use', id: 't1', name: 'now', input: {} },
            { type: 'tool_use', id: 't2', name: 'add', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: ['t1', 't2'].map((tool_use_id) => ({ type: 'tool_result', tool_use_id, content: 'ok' })),
        },
      ])
    } finally {
      await t.close()
    }
  })

const signedCall = { functionCall: { id: 't1', name: 'now', args: {} }, thoughtSignature: 'sig' }
const otherCall = { functionCall: { id: 't2', name: 'add', args: { a: 1 } } }
const gemini = {
  candidates: [{ content: { parts: [{ text: 'so' }, signedCall, otherCall] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7 },
}

for (const how of ['whole', 'streamed'] as const)
  test(`what Gemini signed of a function call goes back to it with that call (${how})`, async () => {
    const { t, client } = await translation('google')
    try {
      t.answer(how === 'whole' ? jsonOf(gemini) : streamOf([streamed('google', [gemini])]))
      const { output } =
        how === 'whole'
          ? await client.responses.create(ask)
          : await client.responses.stream(ask).finalResponse()
      assert.deepEqual(
        output.map(({ type }) => type),
        ['message', 'reasoning', 'function_call', 'function_call'],
      )
      t.answer(jsonOf(gemini))
      await client.responses.create({ ...ask, input: goneOn(output) })
      const { contents } = t.seen.at(-1)!.body as { contents: { parts: unknown[] }[] }
      assert.deepEqual(contents[1]?.parts, [{ text: 'so' }, signedCall, otherCall])
    } finally {
      await t.close()
    }
  })
