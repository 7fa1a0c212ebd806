import type { WireFamily } from '../src/market/families.ts'
import { bedrockFramed } from './bedrock-event-stream.ts'
import { GOOGLE_CREDENTIALS } from './google-login.ts'

/** What a family says in the tests of translation. */
export interface Replies {
  /** One answer, streamed and whole: reasoning, text, a tool call without arguments and one with, 5 + 9 tokens. */
  readonly events: readonly object[]
  readonly whole: object
  /** So many of the events come until the text has, which is in the last of them. */
  readonly untilText: number
  /** Its own word for the end of that answer; null where it has none. */
  readonly native: string | null
  /** The header that its key, `sk-upstream`, goes out in. */
  readonly key: Readonly<Record<string, string>>
  /** The body of a refusal. */
  readonly refusal: (message: string) => object
  /** The event that ends a stream because it is overloaded, with the words `too much`. */
  readonly overloaded: object
  /** The status that this event means; absent where it tells none. */
  readonly overloadedStatus?: number
  /** How the events of a stream go over the wire; by default as server-sent events. */
  readonly framing?: { readonly contentType: string; readonly framed: (events: readonly object[]) => Buffer }
  /** The key that goes out so, where it is not `sk-upstream` itself. */
  readonly credentials?: string
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

const bedrockUsage = { inputTokens: 5, outputTokens: 9, totalTokens: 14 }
const delta = (contentBlockIndex: number, value: object) => ({
  contentBlockDelta: { contentBlockIndex, delta: value },
})
const opened = (contentBlockIndex: number, toolUseId: string, name: string) => ({
  contentBlockStart: { contentBlockIndex, start: { toolUse: { toolUseId, name } } },
})
const closed = (contentBlockIndex: number) => ({ contentBlockStop: { contentBlockIndex } })
const bedrockEvents = [
  { messageStart: { role: 'assistant' } },
  delta(0, { reasoningContent: { text: 'hm' } }),
  delta(0, { reasoningContent: { signature: 's' } }),
  closed(0),
  delta(1, { text: TEXT }),
  closed(1),
  opened(2, 't1', 'now'),
  closed(2),
  opened(3, 't2', 'add'),
  delta(3, { toolUse: { input: '{"a":' } }),
  delta(3, { toolUse: { input: '1}' } }),
  closed(3),
  { messageStop: { stopReason: 'tool_use' } },
  { metadata: { usage: bedrockUsage, metrics: { latencyMs: 1 } } },
]
const bedrockWhole = {
  output: {
    message: {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'hm', signature: 's' } } },
        { text: TEXT },
        { toolUse: { toolUseId: 't1', name: 'now', input: {} } },
        { toolUse: { toolUseId: 't2', name: 'add', input: { a: 1 } } },
      ],
    },
  },
  stopReason: 'tool_use',
  usage: bedrockUsage,
  metrics: { latencyMs: 1 },
}

const mistralUsage = { prompt_tokens: 5, completion_tokens: 9, total_tokens: 14 }
const thinking = [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }]
const mistralEvents = [
  chunk({ role: 'assistant', content: thinking }),
  chunk({ content: TEXT }),
  chunk(called(0, 't1', 'now', '{}')),
  chunk(called(1, 't2', 'add', '{"a":1}')),
  { ...chunk({ content: '' }, { finish_reason: 'tool_calls' }), usage: mistralUsage },
]
const mistralWhole = {
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: [...thinking, { type: 'text', text: TEXT }],
        tool_calls: openAiWhole.choices[0]!.message.tool_calls,
      },
      finish_reason: 'tool_calls',
    },
  ],
  usage: mistralUsage,
}

const cohereUsage = { tokens: { input_tokens: 5, output_tokens: 9 } }
const cohereDelta = (type: string, index: number, message: object) => ({ type, index, delta: { message } })
const cohereCall = (index: number, id: string, name: string, text: string) =>
  cohereDelta('tool-call-start', index, {
    tool_calls: { id, type: 'function', function: { name, arguments: text } },
  })
const cohereEvents = [
  { type: 'message-start', id: 'm', delta: { message: { role: 'assistant', content: [] } } },
  cohereDelta('content-start', 0, { content: { type: 'thinking', thinking: '' } }),
  cohereDelta('content-delta', 0, { content: { thinking: 'hm' } }),
  { type: 'content-end', index: 0 },
  cohereDelta('content-start', 1, { content: { type: 'text', text: '' } }),
  cohereDelta('content-delta', 1, { content: { text: TEXT } }),
  { type: 'content-end', index: 1 },
  cohereCall(0, 't1', 'now', ''),
  { type: 'tool-call-end', index: 0 },
  cohereCall(1, 't2', 'add', '{"a":'),
  cohereDelta('tool-call-delta', 1, { tool_calls: { function: { arguments: '1}' } } }),
  { type: 'tool-call-end', index: 1 },
  { type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage: cohereUsage } },
]
const cohereWhole = {
  id: 'm',
  message: {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'hm' },
      { type: 'text', text: TEXT },
    ],
    tool_calls: openAiWhole.choices[0]!.message.tool_calls,
  },
  finish_reason: 'TOOL_CALL',
  usage: cohereUsage,
}

const OPENAI: Replies = {
  events: openAiEvents,
  whole: openAiWhole,
  untilText: 2,
  native: 'tool_calls',
  key: { authorization: 'Bearer sk-upstream' },
  refusal: (message) => ({ error: { message, type: 'some_error' } }),
  overloaded: { error: { code: 529, message: 'too much' } },
  overloadedStatus: 529,
}

const responsesUsage = {
  input_tokens: 5,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 14,
}
const thoughts = { id: 'rs_1', type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] }
const words = { type: 'output_text', text: TEXT, annotations: [], logprobs: [] }
const said = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [words] }
const functionCall = (call_id: string, name: string, text: string) => ({
  id: `fc_${call_id}`,
  type: 'function_call',
  status: 'completed',
  call_id,
  name,
  arguments: text,
})
const responsesWhole = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'gpt-5-codex',
  output: [thoughts, said, functionCall('t1', 'now', '{}'), functionCall('t2', 'add', '{"a":1}')],
  usage: responsesUsage,
}
const running = { ...responsesWhole, status: 'in_progress', output: [], usage: null }
const responsesEvents = [
  { type: 'response.created', response: running },
  { type: 'response.in_progress', response: running },
  { type: 'response.output_item.added', output_index: 0, item: { ...thoughts, summary: [] } },
  {
    type: 'response.reasoning_summary_part.added',
    item_id: 'rs_1',
    output_index: 0,
    summary_index: 0,
    part: { type: 'summary_text', text: '' },
  },
  {
    type: 'response.reasoning_summary_text.delta',
    item_id: 'rs_1',
    output_index: 0,
    summary_index: 0,
    delta: 'hm',
  },
  { type: 'response.output_item.done', output_index: 0, item: thoughts },
  { type: 'response.output_item.added', output_index: 1, item: { ...said, content: [] } },
  {
    type: 'response.output_text.delta',
    item_id: 'msg_1',
    output_index: 1,
    content_index: 0,
    delta: TEXT,
    logprobs: [],
  },
  { type: 'response.output_item.done', output_index: 1, item: said },
  { type: 'response.output_item.added', output_index: 2, item: functionCall('t1', 'now', '') },
  { type: 'response.output_item.done', output_index: 2, item: functionCall('t1', 'now', '{}') },
  { type: 'response.output_item.added', output_index: 3, item: functionCall('t2', 'add', '') },
  ...['{"a":', '1}'].map((delta) => ({
    type: 'response.function_call_arguments.delta',
    item_id: 'fc_t2',
    output_index: 3,
    delta,
  })),
  { type: 'response.output_item.done', output_index: 3, item: functionCall('t2', 'add', '{"a":1}') },
  { type: 'response.completed', response: responsesWhole },
].map((event, sequence_number) => ({ ...event, sequence_number }))

export const REPLIES: Readonly<Record<WireFamily, Replies>> = {
  'openai-compatible': OPENAI,
  'openai-responses': {
    ...OPENAI,
    events: responsesEvents,
    whole: responsesWhole,
    untilText: 8,
    native: null,
    overloaded: {
      type: 'error',
      sequence_number: 0,
      error: { type: 'overloaded', code: 'server_is_overloaded', message: 'too much', param: null },
    },
    overloadedStatus: 503,
  },
  azure: { ...OPENAI, key: { 'api-key': 'sk-upstream' } },
  perplexity: OPENAI,
  anthropic: {
    events: anthropicEvents,
    whole: anthropicWhole,
    untilText: 7,
    native: 'tool_use',
    key: { 'x-api-key': 'sk-upstream' },
    refusal: (message) => ({ type: 'error', error: { type: 'some_error', message } }),
    overloaded: { type: 'error', error: { type: 'overloaded_error', message: 'too much' } },
    overloadedStatus: 529,
  },
  google: {
    events: googleEvents,
    whole: googleWhole,
    untilText: 2,
    native: 'STOP',
    key: { 'x-goog-api-key': 'sk-upstream' },
    refusal: (message) => ({ error: { code: 400, message, status: 'SOME_ERROR' } }),
    overloaded: { error: { code: 529, message: 'too much', status: 'UNAVAILABLE' } },
    overloadedStatus: 529,
  },
  // Gemini, at a project's address and with a token.
  vertex: {
    events: googleEvents,
    whole: googleWhole,
    untilText: 2,
    native: 'STOP',
    key: { authorization: 'Bearer ya29.token' },
    refusal: (message) => ({ error: { code: 400, message, status: 'SOME_ERROR' } }),
    overloaded: { error: { code: 529, message: 'too much', status: 'UNAVAILABLE' } },
    overloadedStatus: 529,
    credentials: GOOGLE_CREDENTIALS,
  },
  'amazon-bedrock': {
    events: bedrockEvents,
    whole: bedrockWhole,
    untilText: 5,
    native: 'tool_use',
    key: { authorization: 'Bearer sk-upstream' },
    refusal: (message) => ({ message }),
    overloaded: { serviceUnavailableException: { message: 'too much' } },
    overloadedStatus: 503,
    framing: { contentType: 'application/vnd.amazon.eventstream', framed: bedrockFramed },
  },
  mistral: {
    events: mistralEvents,
    whole: mistralWhole,
    untilText: 2,
    native: 'tool_calls',
    key: { authorization: 'Bearer sk-upstream' },
    refusal: (message) => ({ object: 'error', message, type: 'some_error', param: null, code: null }),
    overloaded: { object: 'error', message: 'too much', type: 'overloaded', raw_status_code: 503 },
    overloadedStatus: 503,
  },
  cohere: {
    events: cohereEvents,
    whole: cohereWhole,
    untilText: 6,
    native: 'TOOL_CALL',
    key: { authorization: 'Bearer sk-upstream' },
    refusal: (message) => ({ id: 'm', message }),
    overloaded: { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'too much' } },
  },
}
