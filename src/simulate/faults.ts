import { MeritorderError } from '../errors.ts'
import {
  chunkFrame,
  eventStep,
  jsonReply,
  type Part,
  type Reply,
  type ReplyFacts,
  type Step,
  streamHead,
  type Write,
  wholeReply,
} from './reply.ts'

/** A fault to order, as parsed from `name`, `name:amount` or `status:CODE:RETRY_AFTER_SECONDS`. */
export interface Fault {
  readonly name: string
  readonly amount: number
  readonly retryAfterSeconds?: number
}

interface FaultKind {
  /** What the caller meets, for help texts. */
  readonly what: string
  /** What the amount means, its value when none is given, and its bound; absent where the fault takes none. */
  readonly amount?: { readonly unit: string; readonly usual: number; readonly most: number }
  inflict(reply: Reply, fault: Fault, facts: ReplyFacts): Reply
}

/**
 * Every fault by name. "After k chunks" counts content chunks; in an answer that is not streamed it is
 * half of the body. Faults of the stream's framing leave a whole answer as it is.
 */
export const FAULTS: Readonly<Record<string, FaultKind>> = {
  refuse: {
    what: 'the connection is reset and nothing is answered',
    inflict: () => [{ kind: 'cut' }],
  },
  hang: {
    what: 'the request is accepted and never answered',
    inflict: () => [{ kind: 'stall' }],
  },
  'slow-first-byte': {
    what: 'status and headers come late, then all as usual',
    amount: { unit: 'ms', usual: 5000, most: 3_600_000 },
    inflict: (reply, { amount }) => [{ kind: 'wait', ms: amount }, ...reply],
  },
  status: {
    what: 'an error status with an error in OpenAI’s shape; a second number sets Retry-After (429: 1 s)',
    amount: { unit: 'HTTP status 400–599', usual: 500, most: 599 },
    inflict: (_reply, fault, facts) => statusReply(fault, facts),
  },
  html: {
    what: 'a web page with status 200, as a captive portal or a broken proxy sends it',
    inflict: () => wholeReply(200, 'text/html; charset=utf-8', Buffer.from(WEB_PAGE)),
  },
  empty: {
    what: 'status 200 with an empty body',
    inflict: (reply) => wholeReply(200, isStream(reply) ? 'text/event-stream' : 'application/json', NOTHING),
  },
  'half-json': {
    what: 'half of a JSON value with status 200, ended properly',
    inflict: (reply) => halfJson(reply),
  },
  'error-in-json': {
    what: 'an error object as JSON with status 200, even where a stream was asked for',
    inflict: (_reply, _fault, facts) => jsonReply(200, { error: upstreamError(facts) }),
  },
  'error-event': {
    what: 'an error event in a stream with status 200, after k content chunks',
    amount: chunks(0),
    inflict: (reply, { amount }, facts) =>
      isStream(reply)
        ? [...upTo(reply, amount), eventStep('finish', { ...chunkFrame(facts), error: upstreamError(facts) })]
        : jsonReply(200, { error: upstreamError(facts) }),
  },
  cut: {
    what: 'the connection is destroyed after k content chunks',
    amount: chunks(3),
    inflict: (reply, { amount }) => [...upTo(reply, amount), { kind: 'cut' }],
  },
  'early-end': {
    what: 'the reply ends properly after k content chunks, without finish reason and [DONE]',
    amount: chunks(3),
    inflict: (reply, { amount }) => (isStream(reply) ? upTo(reply, amount) : halfJson(reply)),
  },
  'no-done': {
    what: 'all of the stream but its [DONE]',
    inflict: (reply) => reply.filter((step) => !isPart(step, 'done')),
  },
  stall: {
    what: 'silence on an open connection after k content chunks',
    amount: chunks(3),
    inflict: (reply, { amount }) => [...upTo(reply, amount), { kind: 'stall' }],
  },
  'malformed-line': {
    what: 'one event with broken JSON before the second content chunk, the rest intact',
    inflict: (reply) => insertAfter(reply, 1, Buffer.from('data: {"choices":[{"delta":{"content":"bro\n\n')),
  },
  crlf: {
    what: 'lines of the stream end with CR LF',
    inflict: (reply) => mapBytes(reply, (bytes) => [Buffer.from(bytes.toString().replaceAll('\n', '\r\n'))]),
  },
  'split-bytes': {
    what: 'the same bytes in writes of 1, 3, 7 and 2 bytes, also inside characters',
    inflict: (reply) => mapBytes(reply, (bytes) => inPieces(bytes, [1, 3, 7, 2]), 0),
  },
  'huge-event': {
    what: 'one content chunk of many megabytes before the second; a whole answer is padded to that size',
    amount: { unit: 'MB', usual: 4, most: 256 },
    inflict: (reply, { amount }, facts) => hugeEvent(reply, amount * 1_000_000, facts),
  },
  'slow-drip': {
    what: 'the body comes eight bytes at a time with a pause after each',
    amount: { unit: 'ms', usual: 100, most: 3_600_000 },
    inflict: (reply, { amount }) => mapBytes(reply, (bytes) => inPieces(bytes, [8]), amount),
  },
}

function chunks(usual: number) {
  return { unit: 'content chunks', usual, most: 1_000_000 }
}

const NOTHING = Buffer.alloc(0)
const WEB_PAGE =
  '<!doctype html><html><head><title>Simulated fault</title></head><body>Not JSON.</body></html>\n'

/** What providers of OpenAI's kind say with a status: `code`, `type` and the message. */
const STATUS_WORDS: Readonly<Record<number, readonly [code: string, type: string, message: string]>> = {
  400: ['invalid_value', 'invalid_request_error', 'The request is invalid.'],
  401: ['invalid_api_key', 'invalid_request_error', 'Incorrect API key provided.'],
  402: ['insufficient_quota', 'insufficient_quota', 'The account has no credit left.'],
  403: ['model_not_allowed', 'invalid_request_error', 'The key may not use this model.'],
  404: [
    'model_not_found',
    'invalid_request_error',
    'The model does not exist or you do not have access to it.',
  ],
  408: ['request_timeout', 'server_error', 'The request timed out.'],
  409: ['conflict', 'invalid_request_error', 'The request conflicts with another one.'],
  429: ['rate_limit_exceeded', 'requests', 'Rate limit reached for requests.'],
  502: ['bad_gateway', 'server_error', 'Bad gateway.'],
  503: ['server_overloaded', 'server_error', 'The engine is currently overloaded.'],
  529: ['overloaded', 'overloaded_error', 'Overloaded.'],
}

/** Reads a fault's text; throws MeritorderError `invalid_request` that names the faults there are. */
export function parseFault(text: string): Fault {
  const [name = '', amountText, secondText] = text.split(':')
  const kind = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined
  if (kind === undefined) {
    throw wrong(`there is no fault ${JSON.stringify(name)}; choose one of ${Object.keys(FAULTS).join(', ')}`)
  }
  if (amountText !== undefined && kind.amount === undefined) throw wrong(`${name} takes no amount`)
  const { usual = 0, most = 0, unit = '' } = kind.amount ?? {}
  const amount = Number(amountText ?? usual)
  if (!(amount >= (name === 'status' ? 400 : 0) && amount <= most) || amountText === '') {
    throw wrong(`${name} takes a number (${unit}) up to ${most}, not ${JSON.stringify(amountText)}`)
  }
  const retryAfter = Number(secondText ?? (name === 'status' && amount === 429 ? 1 : Number.NaN))
  if (secondText !== undefined && (name !== 'status' || Number.isNaN(retryAfter))) {
    throw wrong(`a second number is for status only, in seconds: status:429:2`)
  }
  return { name, amount, ...(Number.isNaN(retryAfter) ? {} : { retryAfterSeconds: retryAfter }) }
}

/** The reply as the fault leaves it; a pure function. */
export function inflict(fault: Fault, reply: Reply, facts: ReplyFacts): Reply {
  return FAULTS[fault.name]?.inflict(reply, fault, facts) ?? reply
}

function statusReply({ amount, retryAfterSeconds }: Fault, { provider, model }: ReplyFacts): Reply {
  const [code, type, words] = STATUS_WORDS[amount] ?? [
    'server_error',
    'server_error',
    'The server had an error.',
  ]
  const message = `${words} (Simulated fault of ${model} at ${provider}.)`
  const wait = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  return jsonReply(amount, { error: { message, type, param: null, code } }, wait)
}

function upstreamError({ provider, model }: ReplyFacts) {
  const message = `The server had an error while processing your request. (Simulated fault of ${model} at ${provider}.)`
  return { message, type: 'server_error', param: null, code: 'server_error' }
}

function isPart(step: Step | undefined, part: Part): boolean {
  return step?.kind === 'write' && step.part === part
}

function isStream(reply: Reply): boolean {
  return reply.some((step) => isPart(step, 'role'))
}

/** The reply until `count` content chunks have gone out; half of the body where it is not a stream. */
function upTo(reply: Reply, count: number): Reply {
  if (!isStream(reply)) return reply.map((step) => (step.kind === 'write' ? half(step) : step))
  let seen = 0
  const end = reply.findIndex((step) => {
    if (isPart(step, 'content')) seen += 1
    return seen > count || isPart(step, 'finish')
  })
  return reply.slice(0, end)
}

function half(step: Write): Write {
  return { ...step, bytes: step.bytes.subarray(0, Math.floor(step.bytes.length / 2)) }
}

function halfJson(reply: Reply): Reply {
  const body = firstBytes(reply)
  const bytes = body.subarray(0, Math.floor(body.length / 2))
  return isStream(reply)
    ? [streamHead(), { kind: 'write', part: 'role', bytes }]
    : wholeReply(200, 'application/json', bytes)
}

function firstBytes(reply: Reply): Buffer {
  for (const step of reply) if (step.kind === 'write') return step.bytes
  return NOTHING
}

function insertAfter(reply: Reply, contentChunks: number, bytes: Buffer): Reply {
  if (!isStream(reply)) return reply
  const before = upTo(reply, contentChunks)
  return [...before, { kind: 'write', part: 'content', bytes }, ...reply.slice(before.length)]
}

/** Every write in other bytes, with a pause of `pauseMs` after each piece; a stated length is dropped. */
function mapBytes(reply: Reply, change: (bytes: Buffer) => readonly Buffer[], pauseMs?: number): Reply {
  return reply.flatMap((step): Reply => {
    if (step.kind !== 'write' || (step.part === 'whole' && pauseMs === undefined)) return [step]
    const pause: Reply = pauseMs === undefined ? [] : [{ kind: 'wait', ms: pauseMs }]
    return change(step.bytes).flatMap((bytes) => [{ ...step, bytes }, ...pause])
  })
}

function inPieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

function hugeEvent(reply: Reply, size: number, facts: ReplyFacts): Reply {
  if (isStream(reply)) {
    const delta = { content: 'x'.repeat(size) }
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: null }]
    return insertAfter(reply, 1, eventStep('content', { ...chunkFrame(facts), choices }).bytes)
  }
  const padded = Buffer.concat([firstBytes(reply), Buffer.alloc(size, ' ')])
  return wholeReply(200, 'application/json', padded)
}

function wrong(message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit: 'fault' })
}
