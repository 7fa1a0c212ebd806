import { isObject } from '../../json/is-object.ts'
import { type ChatRequest, piecesOf } from '../chat-request.ts'
import { jsonReply, namedEvent, type Reply, type ReplyFacts, streamHead, type Write } from '../reply.ts'
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

/** Cohere's chat, version 2 (https://docs.cohere.com/v2/reference/chat), whose events have names. */
export const cohere: NativeDialect = {
  readRequest,
  whole,
  stream,
  refusal: ({ status, message }, headers) => jsonReply(status, { message }, headers),
  streamError: (message) =>
    namedEvent('finish', {
      type: 'message-end',
      delta: { finish_reason: 'ERROR', error: message, usage: NO_USAGE },
    }),
  textPiece: (text) => contentDelta(0, { text }),
  malformed: Buffer.from('event: content-delta\ndata: {"type":"content-delta","delta":{"mess\n\n'),
  lines: true,
}

const NO_USAGE = { tokens: { input_tokens: 0, output_tokens: 0 } }

const ROLES = new Set<unknown>(['system', 'user', 'assistant', 'tool'])

function readRequest(value: unknown): ChatRequest {
  const body = readBody(value)
  const messages = readMessages(body.messages, 'messages')
  const called = new Set<unknown>()
  for (const { role, tool_calls: calls, tool_call_id: id } of messages) {
    if (!ROLES.has(role)) throw wrong('messages', `invalid request: unknown role ${String(role)}`)
    for (const call of records(calls)) called.add(call.id)
    if (role === 'tool' && !called.has(id))
      throw wrong('messages', `invalid request: tool call id ${String(id)} not found in previous tool calls`)
  }
  const user = messages.findLast(({ role }) => role === 'user')
  const maxTokens = body.max_tokens
  const parts = messages.flatMap(({ content }) => records(content))
  return {
    model: readModel(body.model),
    ...conversationFacts(
      messages.map(({ content }) => textOf(content)),
      textOf(user?.content),
      parts.filter((part) => part.type === 'image_url').length,
    ),
    stream: body.stream === true,
    includeUsage: true,
    ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    tools: records(body.tools).map((tool, at) => {
      const { name, parameters } = record(tool.function)
      return toolOf(name, parameters, `tools[${at}]`)
    }),
    toolChoice: body.tool_choice === 'REQUIRED' ? 'required' : body.tool_choice === 'NONE' ? 'none' : 'auto',
    parallelTools: true,
    answersTool: messages.at(-1)?.role === 'tool',
    format: readFormat(record(body.response_format)),
    reasoning: record(body.thinking).type === 'enabled',
  }
}

function readFormat({ type, json_schema: schema, schema: older }: Fields): ChatRequest['format'] {
  if (type !== 'json_object') return 'text'
  const wanted = schema ?? older
  return isObject(wanted) ? { schema: wanted } : 'json'
}

const FINISH_REASONS = { stop: 'COMPLETE', length: 'MAX_TOKENS', tool_calls: 'TOOL_CALL' } as const

function whole(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const { reasoning, text, toolCalls, finishReason } = answer
  const content = [
    ...(reasoning === '' ? [] : [{ type: 'thinking', thinking: reasoning }]),
    ...(text === '' ? [] : [{ type: 'text', text }]),
  ]
  const calls = toolCalls.map((call, at) => toolCall(facts, call.name, call.arguments, at))
  return jsonReply(200, {
    id: facts.id,
    message: {
      role: 'assistant',
      ...(content.length === 0 ? {} : { content }),
      ...(calls.length === 0 ? {} : { tool_plan: plan(answer), tool_calls: calls }),
    },
    finish_reason: FINISH_REASONS[finishReason],
    usage: usageOf(answer),
  })
}

function stream(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const { reasoning, text, toolCalls, finishReason } = answer
  let index = 0
  const content = (opening: object, deltas: readonly object[]): Write[] => {
    const at = index++
    return [
      namedEvent('frame', { type: 'content-start', index: at, delta: { message: { content: opening } } }),
      ...deltas.map((one) => contentDelta(at, one)),
      namedEvent('frame', { type: 'content-end', index: at }),
    ]
  }
  const thoughts = piecesOf(reasoning).map((thinking) => ({ thinking }))
  const texts = piecesOf(text).map((piece) => ({ text: piece }))
  const opening = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] }
  const ending = { finish_reason: FINISH_REASONS[finishReason], usage: usageOf(answer) }
  return [
    streamHead('text/event-stream'),
    namedEvent('frame', { type: 'message-start', id: facts.id, delta: { message: opening } }),
    ...(reasoning === '' ? [] : content({ type: 'thinking', thinking: '' }, thoughts)),
    ...(text === '' ? [] : content({ type: 'text', text: '' }, texts)),
    ...piecesOf(toolCalls.length === 0 ? '' : plan(answer)).map((piece) =>
      namedEvent('content', { type: 'tool-plan-delta', delta: { message: { tool_plan: piece } } }),
    ),
    ...toolCalls.flatMap((call, at) => callEvents(toolCall(facts, call.name, '', at), call.arguments, at)),
    namedEvent('finish', { type: 'message-end', delta: ending }),
  ]
}

function callEvents(call: object, args: string, index: number): Write[] {
  const deltaOf = (calls: object) => ({ message: { tool_calls: calls } })
  return [
    namedEvent('content', { type: 'tool-call-start', index, delta: deltaOf(call) }),
    ...piecesOf(args).map((piece) =>
      namedEvent('content', {
        type: 'tool-call-delta',
        index,
        delta: deltaOf({ function: { arguments: piece } }),
      }),
    ),
    namedEvent('frame', { type: 'tool-call-end', index }),
  ]
}

/** Cohere's models say what they are about to do. */
function plan({ toolCalls }: ProviderAnswer): string {
  return `I will use ${toolCalls.map(({ name }) => name).join(' and ')}.`
}

function toolCall({ id }: ReplyFacts, name: string, args: string, at: number) {
  return { id: `${name}_${id}_${at}`, type: 'function', function: { name, arguments: args } }
}

function usageOf({ promptTokens, completionTokens }: ProviderAnswer) {
  const tokens = { input_tokens: promptTokens, output_tokens: completionTokens }
  return { billed_units: tokens, tokens }
}

function contentDelta(index: number, content: object): Write {
  return namedEvent('content', { type: 'content-delta', index, delta: { message: { content } } })
}
