import type { MeritorderError } from '../errors.ts'
import { piecesOf } from './chat-request.ts'
import type { ProviderAnswer } from './simulated-answer.ts'

/** Which part of a reply some bytes are; faults aim at parts. */
export type Part = 'whole' | 'role' | 'content' | 'finish' | 'usage' | 'done'

export interface Write {
  readonly kind: 'write'
  readonly part: Part
  readonly bytes: Buffer
}

/**
 * What a provider does on the socket, in order; after the last step the reply ends properly.
 * `stall` leaves the connection open and silent, `cut` destroys it.
 */
export type Step =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'head'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  | Write
  | { readonly kind: 'stall' }
  | { readonly kind: 'cut' }

export type Reply = readonly Step[]

/** Facts that every reply of one request repeats. */
export interface ReplyFacts {
  readonly id: string
  /** Unix seconds. */
  readonly created: number
  readonly provider: string
  readonly model: string
}

/** A whole answer as OpenAI writes it (`chat.completion`), with our `provider` beside `model`. */
export function completionReply(answer: ProviderAnswer, facts: ReplyFacts): Reply {
  const calls = answer.toolCalls.map((call, at) => toolCall(facts, call.name, call.arguments, at))
  return jsonReply(200, {
    id: facts.id,
    object: 'chat.completion',
    created: facts.created,
    model: facts.model,
    provider: facts.provider,
    system_fingerprint: 'fp_simulated',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 ? null : answer.text,
          refusal: null,
          ...(calls.length > 0 ? { tool_calls: calls } : {}),
        },
        logprobs: null,
        finish_reason: answer.finishReason,
      },
    ],
    usage: usageOf(answer),
  })
}

/** The same as a stream: role, one content chunk a token, finish, usage if asked for, `[DONE]`. */
export function streamReply(answer: ProviderAnswer, facts: ReplyFacts, includeUsage: boolean): Reply {
  const chunk = (part: Part, choices: unknown, usage: unknown = null) =>
    eventStep(part, { ...chunkFrame(facts), choices, ...(includeUsage ? { usage } : {}) })
  const delta = (part: Part, fields: unknown, finishReason: string | null = null) =>
    chunk(part, [{ index: 0, delta: fields, logprobs: null, finish_reason: finishReason }])
  const content = piecesOf(answer.text).map((piece) => delta('content', { content: piece }))
  const calls = answer.toolCalls.flatMap((call, index) => [
    delta('content', { tool_calls: [{ index, ...toolCall(facts, call.name, '', index) }] }),
    ...piecesOf(call.arguments).map((piece) =>
      delta('content', { tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ])
  return [
    streamHead(),
    delta('role', { role: 'assistant', content: calls.length > 0 ? null : '', refusal: null }),
    ...content,
    ...calls,
    delta('finish', {}, answer.finishReason),
    ...(includeUsage ? [chunk('usage', [], usageOf(answer))] : []),
    { kind: 'write', part: 'done', bytes: Buffer.from('data: [DONE]\n\n') },
  ]
}

/** What a provider replies to a call that it refuses, in OpenAI's shape. */
export function errorReply({ status, code, message, detail }: MeritorderError): Reply {
  const param = detail.limit ?? null
  const native = code === 'not_found' && param === 'model' ? 'model_not_found' : code
  return jsonReply(status, { error: { message, type: 'invalid_request_error', param, code: native } })
}

/** A JSON value as a whole reply. */
export function jsonReply(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return wholeReply(status, 'application/json', Buffer.from(JSON.stringify(value)), headers)
}

/** Bytes as a whole reply that states its length. */
export function wholeReply(
  status: number,
  contentType: string,
  bytes: Buffer,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const stated = { 'content-type': contentType, 'content-length': String(bytes.length), ...headers }
  const write: Step = { kind: 'write', part: 'whole', bytes }
  return [{ kind: 'head', status, headers: stated }, ...(bytes.length > 0 ? [write] : [])]
}

export function streamHead(): Step {
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }
  return { kind: 'head', status: 200, headers }
}

/** One server-sent event with a JSON value. */
export function eventStep(part: Part, value: unknown): Write {
  return { kind: 'write', part, bytes: Buffer.from(`data: ${JSON.stringify(value)}\n\n`) }
}

/** The members that every chunk of a stream repeats. */
export function chunkFrame(facts: ReplyFacts): Readonly<Record<string, unknown>> {
  return {
    id: facts.id,
    object: 'chat.completion.chunk',
    created: facts.created,
    model: facts.model,
    provider: facts.provider,
    system_fingerprint: 'fp_simulated',
  }
}

function toolCall(facts: ReplyFacts, name: string, args: string, index: number) {
  const id = `call_${facts.id.slice(facts.id.lastIndexOf('-') + 1)}_${index}`
  return { id, type: 'function', function: { name, arguments: args } }
}

function usageOf({ promptTokens, completionTokens }: ProviderAnswer) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  }
}
