import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LanguageModelV4Content, SharedV4ProviderMetadata } from '@ai-sdk/provider'
import fc from 'fast-check'
import { messages } from '../messages.ts'

const facts = { id: 'gen-1', model: 'author/name', provider: 'host', created: 5, asked: {} }
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
}
const user = (content: unknown) => ({ role: 'user', content })

/** The conversation as other vendors are told it. */
function promptOf(conversation: readonly unknown[], rest: object = {}) {
  return messages.readCall({ max_tokens: 9, messages: conversation, ...rest }).options.prompt
}

const signed = fc.constantFrom<SharedV4ProviderMetadata>(
  { google: { thoughtSignature: 'g' } },
  { openai: { itemId: 'rs_1', reasoningEncryptedContent: 'e' } },
  { vertex: { thoughtSignature: 'v' } },
)
const words = fc.string({ unit: 'grapheme', minLength: 1 })
const part: fc.Arbitrary<LanguageModelV4Content> = fc.oneof(
  words.map((text) => ({ type: 'text' as const, text })),
  fc.record({ type: fc.constant('reasoning' as const), text: words, providerMetadata: signed }),
  fc.record({
    type: fc.constant('tool-call' as const),
    toolCallId: words,
    toolName: fc.constantFrom('f', 'g'),
    input: fc.constantFrom('{}', '{"a":[1,{"b":null}]}'),
    providerMetadata: fc.constantFrom({ google: { thoughtSignature: 'g' } }, { openai: { itemId: 'fc_1' } }),
  }),
)
const answer = fc.uniqueArray(part, {
  minLength: 1,
  selector: (one) => (one.type === 'tool-call' ? one.toolCallId : one),
})

test('an answer that the client sends back is read as it was given: ids, arguments, and what vendors signed', () => {
  fc.assert(
    fc.property(answer, (content) => {
      const finishReason = { unified: 'stop' as const, raw: 'stop' }
      const message = messages.writeAnswer({ content, finishReason, usage, warnings: [] }, facts)
      const { content: blocks } = message as { content: { type: string; id?: string }[] }
      const calls = blocks.filter(({ type }) => type === 'tool_use')
      const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'done' }))
      const next = [{ type: 'text', text: 'go on' }, ...results]
      const [, read, answers] = promptOf([user('x'), { role: 'assistant', content: blocks }, user(next)])
      assert.deepEqual(read?.content, content.map(asAsked))
      if (calls.length > 0)
        assert.deepEqual(
          answers?.role === 'tool' && answers.content.map((one) => 'toolCallId' in one && one.toolCallId),
          content.flatMap((one) => (one.type === 'tool-call' ? [one.toolCallId] : [])),
        )
    }),
  )
})

/** A part of an answer as a part of a prompt. Of tool calls only a thought's signature has to go back. */
function asAsked(part: LanguageModelV4Content) {
  if (part.type === 'text') return part
  if (part.type === 'reasoning')
    return { type: part.type, text: part.text, providerOptions: part.providerMetadata }
  if (part.type !== 'tool-call') throw new Error('no part of this test')
  const { type, toolCallId, toolName, input, providerMetadata } = part
  const isSigned = providerMetadata?.google !== undefined
  return {
    type,
    toolCallId,
    toolName,
    input: JSON.parse(input),
    ...(isSigned && { providerOptions: providerMetadata }),
  }
}

test('marks of what to cache become Anthropic’s options, wherever they stand', () => {
  const control = { cache_control: { type: 'ephemeral', ttl: '1h' } }
  const marked = { anthropic: { cacheControl: { type: 'ephemeral', ttl: '1h' } } }
  const call = { type: 'tool_use', id: 't', name: 'f', input: {}, ...control }
  const result = { type: 'tool_result', tool_use_id: 't', content: 'x', ...control }
  const { options } = messages.readCall({
    max_tokens: 9,
    system: [{ type: 'text', text: 'a', ...control }],
    messages: [
      user([{ type: 'text', text: 'b', ...control }]),
      { role: 'assistant', content: [call] },
      user([result]),
    ],
    tools: [{ name: 'f', input_schema: { type: 'object' }, ...control }],
  })
  const [system, asked, called, answered] = options.prompt
  assert.deepEqual(system?.providerOptions, marked)
  for (const message of [asked, called, answered])
    assert.deepEqual(message?.role !== 'system' && message?.content[0]?.providerOptions, marked)
  assert.deepEqual(options.tools?.[0]?.type === 'function' && options.tools[0].providerOptions, marked)
})

test('what Anthropic’s own tools did is left out as a loss, and a summary of the conversation stays', () => {
  const blocks = [
    { type: 'compaction', content: 'so far' },
    { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
    { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
    { type: 'text', text: 'found' },
  ]
  const { options, losses } = messages.readCall({
    max_tokens: 9,
    messages: [user('x'), { role: 'assistant', content: blocks }, user('y')],
  })
  assert.deepEqual(options.prompt[1]?.content, [
    { type: 'text', text: 'so far' },
    { type: 'text', text: 'found' },
  ])
  assert.deepEqual(
    losses.map(({ field }) => field),
    ['messages[1].content[1]', 'messages[1].content[2]'],
  )
})

test('instructions in the middle of the conversation stay in their place', () => {
  const prompt = promptOf([user('x'), { role: 'system', content: 'now in French' }, user('y')])
  assert.deepEqual(
    prompt.map(({ role }) => role),
    ['user', 'system', 'user'],
  )
})

test('choosing sees the whole conversation: texts, media, calls, results and the schema asked for', () => {
  const { messages: chat, ...rest } = messages.readRequest({
    max_tokens: 9,
    system: [{ type: 'text', text: 'be brief' }],
    messages: [
      user('x'),
      { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }] },
      user([
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'image' }] },
        { type: 'document', source: { type: 'base64' } },
        { type: 'document', source: { type: 'text', data: 'plain' } },
        { type: 'text', text: 'y' },
      ]),
    ],
    output_config: { format: { type: 'json_schema' } },
    tools: [{ name: 'f' }],
  })
  assert.deepEqual(
    chat.map(({ role }) => role),
    ['system', 'user', 'assistant', 'tool', 'user'],
  )
  assert.deepEqual(chat[3]?.content, [{ type: 'image' }])
  assert.deepEqual(chat[4]?.content, [
    { type: 'document' },
    { type: 'text', text: 'plain' },
    { type: 'text', text: 'y' },
  ])
  assert.deepEqual(rest, { max_tokens: 9, tools: [{ name: 'f' }], response_format: { type: 'json_schema' } })
})

test('base64 that is none is refused in no time, however much white space is in it', () => {
  const started = performance.now()
  const source = { type: 'base64', media_type: 'image/png', data: `A${' '.repeat(1_000_000)}!` }
  assert.throws(() => promptOf([user([{ type: 'image', source }])]), /source\.data must be base64/)
  assert.ok(performance.now() - started < 1_000)
})
