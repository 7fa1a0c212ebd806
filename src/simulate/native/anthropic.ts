import { isObject } from '../../json/is-object.ts'
import { type ChatRequest, piecesOf } from '../chat-request.ts'
import {
  jsonReply,
  namedEvent,
  type Part,
  type Reply,
  type ReplyFacts,
  streamHead,
  type Write,
} from '../reply.ts'
import type { ProviderAnswer } from '../simulated-answer.ts'
import type { NativeDialect } from './native-dialect.ts'
import {
  conversationFacts,
  type Fields,
  readBody,
  readMessages,
  readModel,
  record,
  records,
  SIGNATURE,
  textOf,
  toolOf,
  wrong,
} from './request-fields.ts'

/** Anthropic's Messages API (https://docs.anthropic.com/en/api/messages), whose events have names. */
export const anthropic: NativeDialect = {
  readRequest,
  whole,
  stream,
  refusal: ({ status, message }, headers) => jsonReply(status, errorOf(status, message), headers),
  streamError: (message) => namedEvent('finish', errorOf(500, message)),
  textPiece: (text) => delta(0, { type: 'text_delta', text }),
  malformed: Buffer.from('event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"te\n\n'),
  lines: true,
}

function readRequest(value: unknown): ChatRequest {
  const body = readBody(value)
  const model = readModel(body.model)
  const messages = readMessages(body.messages, 'messages')
  for (const [at, message] of messages.entries()) checkMessage(message, messages[at - 1], `messages.${at}`)
  const maxTokens = body.max_tokens
  if (typeof maxTokens !== 'number' || maxTokens < 1) throw wrong('max_tokens', 'max_tokens: Field required')
  const blocks = messages.flatMap(({ content }) => records(content))
  const user = messages.findLast((message) => message.role === 'user' && textOf(message.content) !== '')
  const { type: choice, name, disable_parallel_tool_use: single } = record(body.tool_choice)
  return {
    model,
    ...conversationFacts(
      [textOf(body.system), ...messages.map(({ content }) => textOf(content))],
      textOf(user?.content),
      blocks.filter((block) => block.type === 'image').length,
    ),
    stream: body.stream === true,
    includeUsage: true,
    maxTokens,
    tools: records(body.tools).map((tool, at) => toolOf(tool.name, tool.input_schema, `tools.${at}.name`)),
    toolChoice:
      choice === 'tool' && typeof name === 'string'
        ? { name }
        : choice === 'any'
          ? 'required'
          : choice === 'none'
            ? 'none'
            : 'auto',
    parallelTools: single !== true,
    answersTool: records(messages.at(-1)?.content).some((block) => block.type === 'tool_result'),
    format: readFormat(body),
    reasoning: readThinking(body, maxTokens),
  }
}

/** Refuses what the API refuses: foreign roles, empty texts, results without their call, thoughts that it did not sign. */
function checkMessage({ role, content }: Fields, before: Fields | undefined, field: string): void {
  if (role !== 'user' && role !== 'assistant')
    throw wrong(`${field}.role`, `${field}.role: Input should be 'user' or 'assistant'`)
  const uses = records(before?.content).filter((block) => block.type === 'tool_use')
  for (const [at, block] of records(content).entries()) {
    const place = `${field}.content.${at}`
    if (block.type === 'text' && block.text === '')
      throw wrong(place, `${place}: text content blocks must be non-empty`)
    if (block.type === 'thinking' && block.signature !== SIGNATURE)
      throw wrong(`${place}.signature`, `${place}: Invalid \`signature\` in \`thinking\` block`)
    if (block.type === 'tool_result' && !uses.some(({ id }) => id === block.tool_use_id))
      throw wrong(
        place,
        `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${block.tool_use_id}`,
      )
  }
}

function readThinking({ thinking }: Fields, maxTokens: number): boolean {
  const { type, budget_tokens: budget } = record(thinking)
  if (type !== 'enabled') return type === 'adaptive'
  if (typeof budget !== 'number' || budget < 1024)
    throw wrong('thinking.budget_tokens', 'thinking.budget_tokens: must be greater than or equal to 1024')
  if (budget >= maxTokens)
    throw wrong('max_tokens', '`max_tokens` must be greater than `thinking.budget_tokens`')
  return true
}

function readFormat({ output_config: config, output_format: older }: Fields): ChatRequest['format'] {
  const { type, schema } = record(record(config).format ?? older)
  return type === 'json_schema' && isObject(schema) ? { schema } : 'text'
}

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const

function whole(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const { reasoning, text, toolCalls, finishReason } = answer
  const content = [
    ...(reasoning === '' ? [] : [{ type: 'thinking', thinking: reasoning, signature: SIGNATURE }]),
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...toolCalls.map((call, at) => ({ ...toolUse(facts, call.name, at), input: JSON.parse(call.arguments) })),
  ]
  const usage = { ...inputUsage(answer), output_tokens: answer.completionTokens }
  return jsonReply(200, { ...frame(facts), content, stop_reason: STOP_REASONS[finishReason], usage })
}

function stream(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const { reasoning, text, toolCalls, finishReason, completionTokens } = answer
  let index = 0
  const block = (start: object, deltas: readonly object[], opensWith: Part): Write[] => {
    const at = index++
    return [
      namedEvent(opensWith, { type: 'content_block_start', index: at, content_block: start }),
      ...deltas.map((one) => delta(at, one)),
      namedEvent('frame', { type: 'content_block_stop', index: at }),
    ]
  }
  const thoughts = [
    ...piecesOf(reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })),
    { type: 'signature_delta', signature: SIGNATURE },
  ]
  const texts = piecesOf(text).map((piece) => ({ type: 'text_delta', text: piece }))
  const started = { ...frame(facts), content: [], usage: { ...inputUsage(answer), output_tokens: 1 } }
  const stopped = { stop_reason: STOP_REASONS[finishReason], stop_sequence: null }
  return [
    streamHead('text/event-stream; charset=utf-8'),
    namedEvent('frame', { type: 'message_start', message: started }),
    ...(reasoning === '' ? [] : block({ type: 'thinking', thinking: '', signature: '' }, thoughts, 'frame')),
    namedEvent('frame', { type: 'ping' }),
    ...(text === '' ? [] : block({ type: 'text', text: '' }, texts, 'frame')),
    ...toolCalls.flatMap((call, at) =>
      block(
        { ...toolUse(facts, call.name, at), input: {} },
        ['', ...piecesOf(call.arguments)].map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
        'content',
      ),
    ),
    namedEvent('finish', {
      type: 'message_delta',
      delta: stopped,
      usage: { output_tokens: completionTokens },
    }),
    namedEvent('done', { type: 'message_stop' }),
  ]
}

function frame({ id, model }: ReplyFacts) {
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    stop_reason: null,
    stop_sequence: null,
  }
}

function toolUse({ id }: ReplyFacts, name: string, at: number) {
  return { type: 'tool_use', id: `toolu_${id}_${at}`, name }
}

function inputUsage({ promptTokens }: ProviderAnswer) {
  return { input_tokens: promptTokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
}

function delta(index: number, value: object): Write {
  return namedEvent('content', { type: 'content_block_delta', index, delta: value })
}

/** https://docs.anthropic.com/en/api/errors */
const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

function errorOf(status: number, message: string) {
  return { type: 'error', error: { type: ERROR_TYPES[status] ?? 'api_error', message } }
}
