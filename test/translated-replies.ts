import type { WireFamily } from '../src/market/families.ts'

/** What a family says in the tests of translation. */
export interface Replies {
  /** One answer, streamed and whole: reasoning, text, a tool call without arguments and one with, 5 + 9 tokens. */
  readonly events: readonly object[]
  readonly whole: object
  /** So many of the events come until the text has, which is in the last of them. */
  readonly untilText: number
  /** Its own word for the end of that answer. */
  readonly native: string
  /** The header that its key, `sk-upstream`, goes out in. */
  readonly key: Readonly<Record<string, string>>
  /** The body of a refusal. */
  readonly refusal: (message: string) => object
  /** The event that ends a stream because it is overloaded, with the words `too much`. */
  readonly overloaded: object
}

/** With characters of two and four bytes. */
export const TEXT = 'Ünïcode 🧗 text'

const anthropicEvents = [
  { type: 'message_start', message: { id: 'm', model: 'c', usage: { input_tokens: 5, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: TEXT } },
  { type: 'content_block_stop', index: 1 },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 't1', name: 'now', input: {} },
  },
  { type: 'content_block_stop', index: 2 },
  {
    type: 'content_block_start',
    index: 3,
    content_block: { type: 'tool_use', id: 't2', name: 'add', input: {} },
  },
  { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
  { type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '1}' } },
  { type: 'content_block_stop', index: 3 },
  { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } },
  { type: 'message_stop' },
]
const anthropicWhole = {
  type: 'message',
  id: 'm',
  model: 'c',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'text', text: TEXT },
    { type: 'tool_use', id: 't1', name: 'now', input: {} },
    { type: 'tool_use', id: 't2', name: 'add', input: { a: 1 } },
  ],
  stop_reason: 'tool_use',
  usage: { input_tokens: 5, output_tokens: 9 },
}

const parts = [
  { text: 'hm', thought: true },
  { text: TEXT },
  { functionCall: { id: 't1', name: 'now' } },
  { functionCall: { id: 't2', name: 'add', args: { a: 1 } } },
]
const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 7, thoughtsTokenCount: 2 }
const googleWhole = { candidates: [{ content: { parts }, finishReason: 'STOP' }], usageMetadata }
const googleEvents = [
  ...parts.map((part) => ({ candidates: [{ content: { parts: [part] } }] })),
  { candidates: [{ content: { parts: [] }, finishReason: 'STOP' }], usageMetadata },
]

const chunk = (delta: object, rest: object = {}) => ({
  choices: [{ index: 0, delta, finish_reason: null, ...rest }],
})
const called = (index: number, id: string, name: string, text: string) => ({
  tool_calls: [{ index, id, type: 'function', function: { name, arguments: text } }],
})
const openAiUsage = {
  prompt_tokens: 5,
  completion_tokens: 9,
  total_tokens: 14,
  completion_tokens_details: { reasoning_tokens: 2 },
}
const openAiEvents = [
  chunk({ role: 'assistant', content: '', reasoning_content: 'hm' }),
  chunk({ content: TEXT }),
  chunk(called(0, 't1', 'now', '')),
  chunk(called(1, 't2', 'add', '{"a":')),
  chunk({ tool_calls: [{ index: 1, function: { arguments: '1}' } }] }),
  chunk({}, { finish_reason: 'tool_calls' }),
  { choices: [], usage: openAiUsage },
]
const openAiWhole = {
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: TEXT,
        reasoning_content: 'hm',
        tool_calls: [called(0, 't1', 'now', '{}'), called(1, 't2', 'add', '{"a":1}')].flatMap(
          ({ tool_calls }) => tool_calls,
        ),
      },
      finish_reason: 'tool_calls',
    },
  ],
  usage: openAiUsage,
}

export const REPLIES: Readonly<Record<WireFamily, Replies>> = {
  'openai-compatible': {
    events: openAiEvents,
    whole: openAiWhole,
    untilText: 2,
    native: 'tool_calls',
    key: { authorization: 'Bearer sk-upstream' },
    refusal: (message) => ({ error: { message, type: 'some_error' } }),
    overloaded: { error: { code: 529, message: 'too much' } },
  },
  anthropic: {
    events: anthropicEvents,
    whole: anthropicWhole,
    untilText: 7,
    native: 'tool_use',
    key: { 'x-api-key': 'sk-upstream' },
    refusal: (message) => ({ type: 'error', error: { type: 'some_error', message } }),
    overloaded: { type: 'error', error: { type: 'overloaded_error', message: 'too much' } },
  },
  google: {
    events: googleEvents,
    whole: googleWhole,
    untilText: 2,
    native: 'STOP',
    key: { 'x-goog-api-key': 'sk-upstream' },
    refusal: (message) => ({ error: { code: 400, message, status: 'SOME_ERROR' } }),
    overloaded: { error: { code: 529, message: 'too much', status: 'UNAVAILABLE' } },
  },
}
