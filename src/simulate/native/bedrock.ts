import { isObject } from '../../json/is-object.ts'
import { type ChatRequest, piecesOf } from '../chat-request.ts'
import { jsonReply, type Part, type Reply, type ReplyFacts, streamHead, type Write } from '../reply.ts'
import type { ProviderAnswer } from '../simulated-answer.ts'
import { eventStreamMessage } from './event-stream.ts'
import type { NativeDialect, Target } from './native-dialect.ts'
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

/** Amazon Bedrock's Converse and ConverseStream (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html). */
export const bedrock: NativeDialect = {
  readRequest,
  whole,
  stream,
  refusal: ({ status, message }, headers) =>
    jsonReply(status, { message }, { 'x-amzn-errortype': EXCEPTIONS[status] ?? EXCEPTION, ...headers }),
  streamError: (message) => framed('finish', { ':exception-type': 'internalServerException' }, { message }),
  textPiece: (text) => delta(0, { text }),
  malformed: withWrongChecksum(eventStreamMessage({ ':event-type': 'contentBlockDelta' }, Buffer.from('{}'))),
  lines: false,
}

function readRequest(value: unknown, target: Target): ChatRequest {
  const body = readBody(value)
  const messages = readMessages(body.messages, 'messages')
  checkConversation(messages)
  const parts = messages.flatMap(({ content }) => records(content))
  const { maxTokens } = record(body.inferenceConfig)
  const { tools, toolChoice = {} } = record(body.toolConfig)
  const more = record(body.additionalModelRequestFields)
  const user = messages.findLast(({ role, content }) => role === 'user' && textOf(content) !== '')
  const { name } = record(record(toolChoice).tool)
  return {
    model: readModel(target.model),
    ...conversationFacts(
      [textOf(body.system), ...messages.map(({ content }) => textOf(content))],
      textOf(user?.content),
      parts.filter((part) => part.image !== undefined).length,
    ),
    stream: target.stream === true,
    includeUsage: true,
    ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    tools: records(tools).flatMap(({ toolSpec }, at) =>
      isObject(toolSpec)
        ? [toolOf(toolSpec.name, record(toolSpec.inputSchema).json, `toolConfig.tools.${at}`)]
        : [],
    ),
    toolChoice:
      typeof name === 'string' ? { name } : record(toolChoice).any === undefined ? 'auto' : 'required',
    parallelTools: true,
    answersTool: records(messages.at(-1)?.content).some((part) => part.toolResult !== undefined),
    format: readFormat(more),
    reasoning: isObject(more.thinking) || isObject(more.reasoningConfig) || isObject(more.reasoning),
  }
}

/** Refuses what Converse refuses: two turns of one role, results without their call, thoughts that it did not sign. */
function checkConversation(messages: readonly Fields[]): void {
  if (messages[0]?.role !== 'user') throw wrong('messages', 'A conversation must start with a user message.')
  for (const [at, { role, content }] of messages.entries()) {
    const before = messages[at - 1]
    if (role === before?.role)
      throw wrong(
        'messages',
        'A conversation must alternate between user and assistant roles. Make sure the conversation alternates.',
      )
    const uses = records(before?.content).map(({ toolUse }) => record(toolUse).toolUseId)
    for (const { text, toolResult, reasoningContent } of records(content)) {
      const { signature } = record(record(reasoningContent).reasoningText)
      if (text === '') throw wrong(`messages.${at}`, `The text field in the ContentBlock object is blank.`)
      if (signature !== undefined && signature !== SIGNATURE)
        throw wrong(`messages.${at}`, 'Invalid `signature` in `thinking` block')
      if (isObject(toolResult) && !uses.includes(toolResult.toolUseId))
        throw wrong(`messages.${at}`, 'The toolResult blocks exceed the toolUse blocks of the previous turn.')
    }
  }
}

function readFormat({ output_config: config }: Fields): ChatRequest['format'] {
  const { type, schema } = record(record(config).format)
  return type === 'json_schema' && isObject(schema) ? { schema } : 'text'
}

const STOP_REASONS = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const

function whole(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const { reasoning, text, toolCalls, finishReason } = answer
  const reasoningText = { text: reasoning, signature: SIGNATURE }
  const content = [
    ...(reasoning === '' ? [] : [{ reasoningContent: { reasoningText } }]),
    ...(text === '' ? [] : [{ text }]),
    ...toolCalls.map((call, at) => ({
      toolUse: { ...toolUse(facts, call.name, at), input: JSON.parse(call.arguments) },
    })),
  ]
  return jsonReply(200, {
    metrics: { latencyMs: 1 },
    output: { message: { role: 'assistant', content } },
    stopReason: STOP_REASONS[finishReason],
    usage: usageOf(answer),
  })
}

function stream(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const { reasoning, text, toolCalls, finishReason } = answer
  let index = 0
  const block = (deltas: readonly object[], start?: object): Write[] => {
    const contentBlockIndex = index++
    return [
      ...(start ? [event('content', 'contentBlockStart', { contentBlockIndex, start })] : []),
      ...deltas.map((one) => delta(contentBlockIndex, one)),
      event('frame', 'contentBlockStop', { contentBlockIndex }),
    ]
  }
  const thoughts = [
    ...piecesOf(reasoning).map((piece) => ({ reasoningContent: { text: piece } })),
    { reasoningContent: { signature: SIGNATURE } },
  ]
  return [
    streamHead('application/vnd.amazon.eventstream'),
    event('frame', 'messageStart', { role: 'assistant' }),
    ...(reasoning === '' ? [] : block(thoughts)),
    ...(text === '' ? [] : block(piecesOf(text).map((piece) => ({ text: piece })))),
    ...toolCalls.flatMap((call, at) =>
      block(
        piecesOf(call.arguments).map((input) => ({ toolUse: { input } })),
        { toolUse: toolUse(facts, call.name, at) },
      ),
    ),
    event('finish', 'messageStop', { stopReason: STOP_REASONS[finishReason] }),
    event('done', 'metadata', { metrics: { latencyMs: 1 }, usage: usageOf(answer) }),
  ]
}

function toolUse({ id }: ReplyFacts, name: string, at: number) {
  return { toolUseId: `tooluse_${id}_${at}`, name }
}

function usageOf({ promptTokens, completionTokens }: ProviderAnswer) {
  return {
    inputTokens: promptTokens,
    outputTokens: completionTokens,
    totalTokens: promptTokens + completionTokens,
    cacheReadInputTokens: 0,
    cacheWriteInputTokens: 0,
  }
}

function delta(contentBlockIndex: number, value: object): Write {
  return event('content', 'contentBlockDelta', { contentBlockIndex, delta: value })
}

function event(part: Part, type: string, value: object): Write {
  return framed(part, { ':event-type': type }, value)
}

function framed(part: Part, kind: Readonly<Record<string, string>>, value: object): Write {
  const type = ':event-type' in kind ? 'event' : 'exception'
  const headers = { ...kind, ':content-type': 'application/json', ':message-type': type }
  return { kind: 'write', part, bytes: eventStreamMessage(headers, Buffer.from(JSON.stringify(value))) }
}

function withWrongChecksum(message: Buffer): Buffer {
  return message.fill(0, message.length - 4)
}

const EXCEPTION = 'InternalServerException'
const EXCEPTIONS: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
}
