import { isObject } from '../../json/is-object.ts'
import { type ChatRequest, piecesOf } from '../chat-request.ts'
import { eventStep, jsonReply, type Part, type Reply, type ReplyFacts, streamHead } from '../reply.ts'
import type { JsonSchema } from '../schema-example.ts'
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

/** Google's `generateContent` and `streamGenerateContent?alt=sse` (https://ai.google.dev/api/generate-content), of Gemini and Vertex. */
export const gemini: NativeDialect = {
  readRequest,
  whole: (answer, facts) =>
    jsonReply(200, chunk(facts, partsOf(answer, facts), answer, FINISH_REASONS[answer.finishReason])),
  stream,
  refusal: ({ status, message }, headers) => jsonReply(status, errorOf(status, message), headers),
  streamError: (message) => eventStep('finish', errorOf(500, message)),
  textPiece: (text, facts) => eventStep('content', chunk(facts, [{ text }])),
  malformed: Buffer.from('data: {"candidates":[{"content":{"parts":[{"te\n\n'),
  lines: true,
}

function readRequest(value: unknown, target: { model?: string; stream?: boolean }): ChatRequest {
  const body = readBody(value)
  const contents = readMessages(body.contents, 'contents')
  const parts = contents.flatMap((content) => records(content.parts))
  for (const [at, content] of contents.entries()) checkContent(content, `contents[${at}]`)
  const config = record(body.generationConfig)
  const { mode, allowedFunctionNames: names } = record(record(body.toolConfig).functionCallingConfig)
  const user = contents.findLast(({ role, parts }) => role !== 'model' && textOf(parts) !== '')
  const { includeThoughts } = record(config.thinkingConfig)
  const maxTokens = config.maxOutputTokens
  return {
    model: readModel(target.model),
    ...conversationFacts(
      [textOf(record(body.systemInstruction).parts), ...contents.map((content) => textOf(content.parts))],
      textOf(user?.parts),
      parts.filter(isImage).length,
    ),
    stream: target.stream === true,
    includeUsage: true,
    ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
    tools: records(body.tools)
      .flatMap((tool) => records(tool.functionDeclarations))
      .map((tool, at) => toolOf(tool.name, schemaOf(tool), `tools[0].functionDeclarations[${at}]`)),
    toolChoice: toolChoiceOf(mode, names),
    parallelTools: true,
    answersTool: records(contents.at(-1)?.parts).some((part) => part.functionResponse !== undefined),
    format: readFormat(config),
    reasoning: includeThoughts === true,
  }
}

/** Refuses foreign roles, parts that say nothing and signatures that it did not make. */
function checkContent({ role, parts }: Fields, field: string): void {
  if (role !== undefined && role !== 'user' && role !== 'model')
    throw wrong(`${field}.role`, 'Please use a valid role: user, model.')
  if (records(parts).length === 0)
    throw wrong(`${field}.parts`, `* ${field}.parts: contents.parts must not be empty.`)
  for (const { thoughtSignature } of records(parts))
    if (thoughtSignature !== undefined && !KNOWN_SIGNATURES.has(thoughtSignature))
      throw wrong(`${field}.parts`, 'Thought signature is not valid.')
}

/** Google's documentation has words for calls that come from elsewhere: https://ai.google.dev/gemini-api/docs/thought-signatures */
const KNOWN_SIGNATURES: ReadonlySet<unknown> = new Set([
  SIGNATURE,
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
])

function isImage({ inlineData, fileData }: Fields): boolean {
  return String(record(inlineData ?? fileData).mimeType).startsWith('image/')
}

function toolChoiceOf(mode: unknown, names: unknown): ChatRequest['toolChoice'] {
  if (mode === 'NONE') return 'none'
  if (mode !== 'ANY') return 'auto'
  const name: unknown = Array.isArray(names) && names.length === 1 ? names[0] : undefined
  return typeof name === 'string' ? { name } : 'required'
}

function readFormat(config: Fields): ChatRequest['format'] {
  if (config.responseMimeType !== 'application/json') return 'text'
  const schema = lowerCase(config.responseJsonSchema ?? config.responseSchema)
  return isObject(schema) ? { schema } : 'json'
}

function schemaOf({ parametersJsonSchema, parameters }: Fields): unknown {
  return parametersJsonSchema ?? lowerCase(parameters)
}

/** Google's own schemas write types in capitals. */
function lowerCase(schema: unknown): JsonSchema | undefined {
  if (schema === undefined) return undefined
  const text = JSON.stringify(schema, (key, value) =>
    key === 'type' && typeof value === 'string' ? value.toLowerCase() : value,
  )
  return JSON.parse(text)
}

const FINISH_REASONS = { stop: 'STOP', length: 'MAX_TOKENS', tool_calls: 'STOP' } as const

/** Thoughts, text and calls; function calls are never streamed in pieces. */
function stream(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const pieces = [
    ...piecesOf(answer.reasoning).map((text) => ({ text, thought: true })),
    ...piecesOf(answer.text).map((text) => ({ text })),
    ...callsOf(answer, facts),
  ]
  const write = (part: Part, value: object) => eventStep(part, value)
  return [
    streamHead('text/event-stream'),
    ...pieces.map((part) => write('content', chunk(facts, [part]))),
    write('finish', chunk(facts, [{ text: '' }], answer, FINISH_REASONS[answer.finishReason])),
  ]
}

function partsOf(answer: ProviderAnswer, facts: ReplyFacts): object[] {
  return [
    ...(answer.reasoning === '' ? [] : [{ text: answer.reasoning, thought: true }]),
    ...(answer.text === '' ? [] : [{ text: answer.text }]),
    ...callsOf(answer, facts),
  ]
}

/** The first of several parallel calls carries the signature. */
function callsOf({ toolCalls }: ProviderAnswer, { id }: ReplyFacts): object[] {
  return toolCalls.map((call, at) => ({
    functionCall: { id: `${id}_${at}`, name: call.name, args: JSON.parse(call.arguments) },
    ...(at === 0 ? { thoughtSignature: SIGNATURE } : {}),
  }))
}

function chunk(
  { id, model }: ReplyFacts,
  parts: readonly object[],
  counted?: ProviderAnswer,
  finishReason?: string,
) {
  return {
    candidates: [{ content: { parts, role: 'model' }, ...(finishReason && { finishReason }), index: 0 }],
    ...(counted && { usageMetadata: usageOf(counted) }),
    modelVersion: model,
    responseId: id,
  }
}

function usageOf({ promptTokens, completionTokens, reasoningTokens }: ProviderAnswer) {
  return {
    promptTokenCount: promptTokens,
    candidatesTokenCount: completionTokens - reasoningTokens,
    totalTokenCount: promptTokens + completionTokens,
    ...(reasoningTokens === 0 ? {} : { thoughtsTokenCount: reasoningTokens }),
  }
}

/** https://cloud.google.com/apis/design/errors */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

function errorOf(status: number, message: string) {
  return { error: { code: status, message, status: STATUS_WORDS[status] ?? 'UNKNOWN' } }
}
