import { isObject } from '../../json/is-object.ts'
import { type ChatRequest, piecesOf } from '../chat-request.ts'
import {
  eventStep,
  jsonReply,
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
  textOf,
  toolOf,
  wrong,
} from './request-fields.ts'

/**
 * OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat), with `reasoning` as OpenRouter, Groq
 * and vLLM write it, and our `provider` beside `model`.
 */
export const chatCompletions: NativeDialect = {
  readRequest,
  whole,
  stream,
  refusal: ({ status, message, param }, headers) =>
    jsonReply(status, { error: openAiErrorOf(status, message, param ?? null) }, headers),
  streamError: (message, facts) =>
    eventStep('finish', { ...frame(facts), error: openAiErrorOf(500, message, null) }),
  textPiece: (text, facts) => deltaStep(facts, 'content', { content: text }),
  malformed: Buffer.from('data: {"choices":[{"delta":{"content":"bro\n\n'),
  lines: true,
}

function readRequest(value: unknown): ChatRequest {
  const body = readBody(value)
  const model = readModel(body.model)
  const messages = readMessages(body.messages, 'messages')
  const maxTokens = body.max_completion_tokens ?? body.max_tokens
  const user = messages.findLast((message) => message.role === 'user')
  const images = messages
    .flatMap(({ content }) => records(content))
    .filter((part) => part.type === 'image_url')
  return {
    model,
    ...conversationFacts(
      messages.map(({ content }) => textOf(content)),
      textOf(user?.content),
      images.length,
    ),
    stream: body.stream === true,
    includeUsage: record(body.stream_options).include_usage === true,
    ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    parallelTools: body.parallel_tool_calls !== false,
    answersTool: messages.at(-1)?.role === 'tool',
    format: readFormat(body.response_format),
    reasoning: asksForThoughts(body),
  }
}

function asksForThoughts({ reasoning_effort: effort, reasoning }: Fields): boolean {
  if (typeof effort === 'string') return effort !== 'none'
  return isObject(reasoning) && reasoning.enabled !== false && reasoning.effort !== 'none'
}

function readTools(tools: unknown): ChatRequest['tools'] {
  if (tools === undefined || tools === null) return []
  if (!Array.isArray(tools)) throw wrong('tools', 'tools must be an array')
  return tools.map((tool, at) => {
    const { name, parameters } = record(record(tool).function)
    return toolOf(name, parameters, `tools[${at}]`)
  })
}

function readToolChoice(choice: unknown): ChatRequest['toolChoice'] {
  if (choice === 'none' || choice === 'required') return choice
  const { name } = record(record(choice).function)
  return typeof name === 'string' ? { name } : 'auto'
}

function readFormat(format: unknown): ChatRequest['format'] {
  if (!isObject(format) || format.type === 'text') return 'text'
  if (format.type !== 'json_schema') return 'json'
  const { schema } = record(format.json_schema)
  if (isObject(schema)) return { schema }
  throw wrong('response_format', 'response_format.json_schema.schema must be an object')
}

function whole(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const calls = answer.toolCalls.map((call, at) => toolCall(facts, call.name, call.arguments, at))
  return jsonReply(200, {
    ...frame(facts),
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 ? null : answer.text,
          refusal: null,
          ...(answer.reasoning === '' ? {} : { reasoning: answer.reasoning }),
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: null,
        finish_reason: answer.finishReason,
      },
    ],
    usage: usageOf(answer),
  })
}

/** Role, one content chunk a token, finish, usage if asked for, `[DONE]`. */
function stream(answer: ProviderAnswer, facts: ReplyFacts, { includeUsage }: ChatRequest): Reply {
  const usage = includeUsage ? { usage: null } : {}
  const delta = (part: Part, fields: object, ending: string | null = null) =>
    deltaStep(facts, part, fields, ending, usage)
  const thoughts = piecesOf(answer.reasoning).map((piece) => delta('content', { reasoning: piece }))
  const content = piecesOf(answer.text).map((piece) => delta('content', { content: piece }))
  const calls = answer.toolCalls.flatMap((call, index) => [
    delta('content', { tool_calls: [{ index, ...toolCall(facts, call.name, '', index) }] }),
    ...piecesOf(call.arguments).map((piece) =>
      delta('content', { tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ])
  const counts = { ...frame(facts), choices: [], usage: usageOf(answer) }
  return [
    streamHead('text/event-stream; charset=utf-8'),
    delta('frame', { role: 'assistant', content: calls.length > 0 ? null : '', refusal: null }),
    ...thoughts,
    ...content,
    ...calls,
    delta('finish', {}, answer.finishReason),
    ...(includeUsage ? [eventStep('usage', counts)] : []),
    { kind: 'write', part: 'done', bytes: Buffer.from('data: [DONE]\n\n') },
  ]
}

function deltaStep(
  facts: ReplyFacts,
  part: Part,
  delta: object,
  ending: string | null = null,
  rest: object = {},
): Write {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: ending }]
  return eventStep(part, { ...frame(facts), choices, ...rest })
}

/** The members that every chunk of a stream repeats. */
function frame({ id, created, model, provider }: ReplyFacts) {
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion.chunk',
    created,
    model,
    provider,
    system_fingerprint: 'fp_simulated',
  }
}

function toolCall({ id }: ReplyFacts, name: string, args: string, index: number) {
  return { id: `call_${id}_${index}`, type: 'function', function: { name, arguments: args } }
}

function usageOf({ promptTokens, completionTokens, reasoningTokens }: ProviderAnswer) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...(reasoningTokens === 0 ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
  }
}

/** What providers of OpenAI's kind say with a status: `code` and `type`. */
const STATUS_WORDS: Readonly<Record<number, readonly [code: string, type: string]>> = {
  400: ['invalid_request', 'invalid_request_error'],
  401: ['invalid_api_key', 'invalid_request_error'],
  402: ['insufficient_quota', 'insufficient_quota'],
  403: ['model_not_allowed', 'invalid_request_error'],
  404: ['model_not_found', 'invalid_request_error'],
  408: ['request_timeout', 'server_error'],
  409: ['conflict', 'invalid_request_error'],
  413: ['payload_too_large', 'invalid_request_error'],
  429: ['rate_limit_exceeded', 'requests'],
  502: ['bad_gateway', 'server_error'],
  503: ['server_overloaded', 'server_error'],
  529: ['overloaded', 'overloaded_error'],
}

/** OpenAI's error object. */
export function openAiErrorOf(status: number, message: string, param: string | null) {
  const [code, type] = STATUS_WORDS[status] ?? ['server_error', 'server_error']
  return { message, type, param, code }
}
