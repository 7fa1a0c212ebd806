import type { ServerResponse } from 'node:http'
import type { Candidate, Decision } from '../decide/decision.ts'
import { type MeritorderError, statusIn } from '../errors.ts'
import type { ProviderFamily } from '../market/offer.ts'
import type { Call } from '../receive/call.ts'
import type { Dialect, Skin, ToldAtEnd } from '../receive/dialects/dialect.ts'
import type { Answer } from './answer.ts'
import type { AnsweredEnd, AttemptTimeouts, FailedEnd } from './attempt.ts'
import { beginStream } from './begin-stream.ts'
import { answerOf, failedAttempt, NOTHING_USED, retryAfterOf } from './compose-answer.ts'
import type { Send } from './exchange.ts'
import { errorOfAll, type FailedAttempt } from './failure.ts'
import { COMMENT, keepAlive } from './keep-alive.ts'
import type { KeyRing } from './key-ring.ts'
import { factsOf } from './reply-facts.ts'
import { tryEndpoint } from './try-endpoint.ts'
import { createTurns } from './turns.ts'

/** What dispatching needs from the rest of the house, as values. */
export interface DispatchContext<S extends Skin = Dialect> {
  readonly senders: Readonly<Partial<Record<ProviderFamily, Send<S>>>>
  readonly timeouts: AttemptTimeouts
  /** Silence after which a stream gets a sign of life, where its clients know one, ms. */
  readonly keepAliveMs: number
  readonly health: {
    succeeded(endpoint: string, speed: { firstByteMs?: number; tokensPerSecond?: number }): void
    failed(endpoint: string, why: { retryAfterSeconds?: number; status?: number }): void
  }
}

/** What belongs to this one call. */
export interface Delivery {
  readonly reply: ServerResponse
  /** The configured keys. */
  readonly keys: KeyRing
  /** Estimated prompt tokens, for upstreams that report none. */
  readonly promptTokens: number
  /** Headers that explain the answer; `answer` is known only for whole replies. */
  readonly headers: (served: Candidate, answer?: Answer) => Record<string, string>
  /** Makes the record durable. The caller's last bytes wait for it. */
  readonly seal: (answer: Answer) => Promise<void>
  /** `openrouter_metadata` as JSON text, where the caller asked for it. */
  readonly metadata?: (answer: Answer) => string
}

/** More endpoints than this are not tried for one call. */
const MAX_ENDPOINTS = 6

/**
 * Sends a call to the ranked endpoints, one after the other, until one answers; relays that answer to the caller, and
 * lets the last bytes go only when the record is safe. Failures after the first bytes are never hidden: the
 * stream ends with the dialect's error event. Never throws.
 */
export async function dispatch<S extends Skin>(
  call: Call<S>,
  decision: Decision,
  delivery: Delivery,
  context: DispatchContext<S>,
): Promise<Answer> {
  const sign = call.dialect.signOfLife ?? (call.openRouterClient ? COMMENT : undefined)
  if (!call.stream || sign === undefined) return tryInTurn(call, decision, delivery, context)
  const begin = () => beginStream(delivery.reply, idHeaders(call))
  const stop = keepAlive(delivery.reply, sign, context.keepAliveMs, begin)
  return tryInTurn(call, decision, delivery, context).finally(stop)
}

async function tryInTurn<S extends Skin>(
  call: Call<S>,
  decision: Decision,
  delivery: Delivery,
  context: DispatchContext<S>,
): Promise<Answer> {
  const failures: FailedAttempt[] = []
  const turns = createTurns(call, decision, MAX_ENDPOINTS)
  /** The last word of an endpoint about the request itself, unless another has failed since. */
  let refusal: FailedEnd | undefined
  /** Hosts whose key or door is the trouble: their other endpoints would fail alike. */
  const shut = new Set<string>()
  for (const candidate of decision.ranked) {
    if (shut.has(candidate.provider.slug) || shut.has(addressOf(candidate))) continue
    if (!turns.take(candidate)) continue
    const tries = await tryEndpoint(candidate, call, delivery, context)
    for (const { end, startedMs } of tries)
      if (end.kind === 'failed') failures.push(failedAttempt(candidate, end, startedMs))
    const { end, startedMs } = tries.at(-1)!
    if (end.kind === 'answered') {
      report(candidate, end, call, context)
      const answer = await answerOf(candidate, end, startedMs, failures, delivery.promptTokens, call)
      await deliver(answer, end, call, delivery, context)
      return answer
    }
    refusal = end.failover ? undefined : end
    if (end.elsewhere !== undefined) turns.refused(candidate, end.elsewhere)
    if (refusal !== undefined) {
      if (refusal.elsewhere === undefined) break
      continue
    }
    // What cannot be said to an endpoint does not make it a bad one.
    if (end.error.code !== 'invalid_request')
      context.health.failed(candidate.endpoint.id, { ...retryAfterOf(end.error), status: end.status })
    if (end.status === 401 || end.status === 402) shut.add(candidate.provider.slug)
    if (end.error.detail.unreachable === true) shut.add(addressOf(candidate))
  }
  const error = refusal?.error ?? errorOfAll(failures)
  return giveUp(error, refusal?.verbatim, failures, call, delivery, context)
}

function addressOf({ endpoint, provider }: Candidate): string {
  return endpoint.baseUrl ?? provider.baseUrl ?? provider.slug
}

function idHeaders({ id, dialect: { idHeader } }: Call<Skin>): Record<string, string> {
  return {
    'x-meritorder-generation-id': id,
    'x-generation-id': id,
    ...(idHeader === undefined ? {} : { [idHeader]: id }),
  }
}

/** Seals the record, then lets the caller have the rest of the answer. */
async function deliver(
  answer: Answer,
  end: AnsweredEnd,
  call: Call<Skin>,
  delivery: Delivery,
  { timeouts }: Pick<DispatchContext, 'timeouts'>,
): Promise<void> {
  await delivery.seal(answer)
  const { reply } = delivery
  const { idleMs } = timeouts
  if (end.outcome === 'client_closed' || answer.served === undefined) {
    // One who only stopped reading is still connected.
    reply.destroy()
    return
  }
  if (end.error !== undefined) {
    finish(
      reply,
      call.dialect.writeStreamError?.(end.error, factsOf(call, answer.served.endpoint), end.said) ?? '',
      idleMs,
    )
    return
  }
  const metadata = delivery.metadata?.(answer)
  if (call.stream) {
    const { dialect } = call
    const facts = factsOf(call, answer.served.endpoint)
    const told: ToldAtEnd = {
      ...(metadata !== undefined && { metadata }),
      ...(call.wantsCost && !end.usageTold && { counted: { usage: answer.usage, bill: answer.bill } }),
    }
    if (told.counted !== undefined)
      reply.write(dialect.writeUsage?.(answer.usage, answer.bill, facts, end.said) ?? '')
    if (metadata !== undefined) reply.write(dialect.writeMetadata?.(metadata, facts) ?? '')
    const nothingMore = told.counted === undefined && metadata === undefined
    const closing = nothingMore ? undefined : dialect.closingWith?.(end.closing.toString(), told)
    finish(reply, closing ?? end.closing, idleMs)
    return
  }
  const body = metadata === undefined ? end.closing : withMember(end.closing, 'openrouter_metadata', metadata)
  reply.writeHead(200, {
    'content-type': 'application/json',
    'content-length': body.length,
    ...delivery.headers(answer.served, answer),
  })
  finish(reply, body, idleMs)
}

/** Ends the reply. A caller who takes nothing of what is left for `idleMs` is let go. */
function finish(reply: ServerResponse, last: Buffer | string, idleMs: number): void {
  reply.end(last)
  if (reply.writableNeedDrain) reply.setTimeout(idleMs, () => reply.destroy())
}

/** No endpoint answered, or the request itself is at fault: the caller gets one clear error. */
async function giveUp(
  error: MeritorderError,
  verbatim: Buffer | undefined,
  attempts: readonly FailedAttempt[],
  call: Call<Skin>,
  delivery: Delivery,
  { timeouts }: Pick<DispatchContext, 'timeouts'>,
): Promise<Answer> {
  // OpenRouter's clients read every error in one shape, which has the provider's own words in it.
  const words = call.openRouterClient ? undefined : verbatim
  const status = delivery.reply.headersSent
    ? 200
    : words === undefined
      ? statusIn(error, call.dialect.statusOf)
      : (attempts.at(-1)?.status ?? error.status)
  const totalMs = performance.now() - call.startedAt
  const answer: Answer = {
    outcome: 'failed',
    attempts,
    usage: NOTHING_USED,
    text: '',
    toolCalls: [],
    losses: [],
    status,
    error: { code: error.code, message: error.message },
    totalMs,
  }
  await delivery.seal(answer)
  const { reply } = delivery
  if (reply.destroyed) return answer
  if (reply.headersSent) {
    // Keep-alive comments have gone out: the error is an event.
    finish(
      reply,
      call.dialect.writeStreamError?.(error, factsOf(call, attempts.at(-1))) ?? '',
      timeouts.idleMs,
    )
    return answer
  }
  const body = words ?? Buffer.from(JSON.stringify(call.dialect.writeError(error, call)))
  reply.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    ...idHeaders(call),
    ...(error.detail.retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(Math.ceil(error.detail.retryAfterSeconds)) }),
  })
  finish(reply, body, timeouts.idleMs)
  return answer
}

/** Speed is measured where it can be seen: the first byte of a stream; of a whole reply only the rate over all of it. */
function report(
  candidate: Candidate,
  end: AnsweredEnd,
  call: Call<Skin>,
  { health }: Pick<DispatchContext, 'health'>,
): void {
  const { id } = candidate.endpoint
  if (end.outcome === 'incomplete') health.failed(id, {})
  if (end.outcome !== 'complete' || end.firstByteMs === undefined) return
  const tokens = end.usage?.completionTokens ?? 0
  const seconds = (call.stream ? end.totalMs - end.firstByteMs : end.totalMs) / 1000
  health.succeeded(id, {
    ...(call.stream ? { firstByteMs: end.firstByteMs } : {}),
    // An answer of a few tokens, or one that came in one piece, says nothing about speed.
    ...(tokens >= 16 && seconds > 0.05 ? { tokensPerSecond: tokens / seconds } : {}),
  })
}

/** A JSON object with one more member at its end; the rest stays the bytes that came. */
function withMember(json: Buffer, key: string, value: string): Buffer {
  const end = json.lastIndexOf('}')
  return Buffer.concat([json.subarray(0, end), Buffer.from(`,${JSON.stringify(key)}:${value}}`)])
}
