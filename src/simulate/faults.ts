import { MeritorderError } from '../errors.ts'
import type { NativeDialect } from './native/native-dialect.ts'
import {
  isStream,
  type Part,
  type Reply,
  type ReplyFacts,
  type Step,
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
  inflict(reply: Reply, fault: Fault, facts: ReplyFacts, dialect: NativeDialect): Reply
}

/**
 * Every fault by name. "After k chunks" counts content chunks; in an answer that is not streamed it is
 * half of the body. Errors have the shape of the provider's dialect. Faults of the stream's framing leave a whole answer
 * as it is, those of its lines also a binary stream.
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
    what: 'an error status with an error in the dialect’s shape; a second number sets Retry-After (429: 1 s)',
    amount: { unit: 'HTTP status 400–599', usual: 500, most: 599 },
    inflict: (_reply, fault, facts, dialect) => statusReply(fault, facts, dialect),
  },
  html: {
    what: 'a web page with status 200, as a captive portal or a broken proxy sends it',
    inflict: () => wholeReply(200, 'text/html; charset=utf-8', Buffer.from(WEB_PAGE)),
  },
  empty: {
    what: 'status 200 with an empty body',
    inflict: (reply) => wholeReply(200, contentTypeOf(reply), NOTHING),
  },
  'half-json': {
    what: 'half of a JSON value with status 200, ended properly',
    inflict: (reply) => halfJson(reply),
  },
  'error-in-json': {
    what: 'an error object as JSON with status 200, even where a stream was asked for',
    inflict: (_reply, _fault, facts, dialect) => errorInside200(facts, dialect),
  },
  'error-event': {
    what: 'an error event in a stream with status 200, after k content chunks',
    amount: chunks(0),
    inflict: (reply, { amount }, facts, dialect) =>
      isStream(reply)
        ? [...upTo(reply, amount), dialect.streamError(upstreamError(facts), facts)]
        : errorInside200(facts, dialect),
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
    what: 'all of the stream but its closing event, [DONE] or what the dialect has in its place',
    inflict: (reply) => reply.filter((step) => !isPart(step, 'done')),
  },
  stall: {
    what: 'silence on an open connection after k content chunks',
    amount: chunks(3),
    inflict: (reply, { amount }) => [...upTo(reply, amount), { kind: 'stall' }],
  },
  'malformed-line': {
    what: 'one event with broken JSON before the second content chunk, the rest intact',
    inflict: (reply, _fault, _facts, { malformed }) => insertAfter(reply, 1, malformed),
  },
  crlf: {
    what: 'lines of the stream end with CR LF',
    inflict: (reply, _fault, _facts, { lines }) => (lines ? mapBytes(reply, withCrLf) : reply),
  },
  'split-bytes': {
    what: 'the same bytes in writes of 1, 3, 7 and 2 bytes, also inside characters',
    inflict: (reply) => mapBytes(reply, (bytes) => inPieces(bytes, [1, 3, 7, 2]), 0),
  },
  'huge-event': {
    what: 'one content chunk of many megabytes before the second; a whole answer is padded to that size',
    amount: { unit: 'MB', usual: 4, most: 256 },
    inflict: (reply, { amount }, facts, dialect) => hugeEvent(reply, amount * 1_000_000, facts, dialect),
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

/** What providers say with a status. */
const STATUS_WORDS: Readonly<Record<number, string>> = {
  400: 'The request is invalid.',
  401: 'Incorrect API key provided.',
  402: 'The account has no credit left.',
  403: 'The key may not use this model.',
  404: 'The model does not exist or you do not have access to it.',
  408: 'The request timed out.',
  409: 'The request conflicts with another one.',
  429: 'Rate limit reached for requests.',
  502: 'Bad gateway.',
  503: 'The engine is currently overloaded.',
  529: 'Overloaded.',
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
export function inflict(fault: Fault, reply: Reply, facts: ReplyFacts, dialect: NativeDialect): Reply {
  return FAULTS[fault.name]?.inflict(reply, fault, facts, dialect) ?? reply
}

function statusReply(
  { amount, retryAfterSeconds }: Fault,
  { provider, model }: ReplyFacts,
  dialect: NativeDialect,
): Reply {
  const words = STATUS_WORDS[amount] ?? 'The server had an error.'
  const message = `${words} (Simulated fault of ${model} at ${provider}.)`
  const wait = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  return dialect.refusal({ status: amount, message }, wait)
}

function errorInside200(facts: ReplyFacts, dialect: NativeDialect): Reply {
  const refusal = dialect.refusal({ status: 500, message: upstreamError(facts) })
  return refusal.map((step) => (step.kind === 'head' ? { ...step, status: 200 } : step))
}

function upstreamError({ provider, model }: ReplyFacts): string {
  return `The server had an error while processing your request. (Simulated fault of ${model} at ${provider}.)`
}

function contentTypeOf(reply: Reply): string {
  const head = reply.find((step) => step.kind === 'head')
  return head?.headers['content-type'] ?? 'application/json'
}

function withCrLf(bytes: Buffer): Buffer[] {
  return [Buffer.from(bytes.toString().replaceAll('\n', '\r\n'))]
}

function isPart(step: Step | undefined, part: Part): boolean {
  return step?.kind === 'write' && step.part === part
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
  if (!isStream(reply)) return wholeReply(200, 'application/json', bytes)
  return [...reply.filter((step) => step.kind === 'head'), { kind: 'write', part: 'frame', bytes }]
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

function hugeEvent(reply: Reply, size: number, facts: ReplyFacts, dialect: NativeDialect): Reply {
  if (isStream(reply)) return insertAfter(reply, 1, dialect.textPiece('x'.repeat(size), facts).bytes)
  const padded = Buffer.concat([firstBytes(reply), Buffer.alloc(size, ' ')])
  return wholeReply(200, 'application/json', padded)
}

function wrong(message: string): MeritorderError {
  return new MeritorderError('invalid_request', message, { limit: 'fault' })
}
