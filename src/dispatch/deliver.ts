import type { ServerResponse } from 'node:http'
import { type MeritorderError, statusIn } from '../errors.ts'
import type { Call } from '../receive/call.ts'
import type { Skin, ToldAtEnd } from '../receive/dialects/dialect.ts'
import type { Answer } from './answer.ts'
import type { AnsweredEnd, FailedEnd } from './attempt-end.ts'
import { CLIENT_CLOSED, NOTHING_USED } from './compose-answer.ts'
import type { Delivery } from './dispatch.ts'
import type { FailedAttempt } from './failure.ts'
import { factsOf } from './reply-facts.ts'
import { type TimeoutsByClass, timeoutsOf } from './timeouts.ts'

/** Headers that name the call. */
export function idHeaders({ id, dialect: { idHeader } }: Call<Skin>): Record<string, string> {
  return {
    'x-meritorder-generation-id': id,
    'x-generation-id': id,
    ...(idHeader === undefined ? {} : { [idHeader]: id }),
  }
}

/** Seals the record, then lets the caller have the rest of the answer. */
export async function deliver(
  answer: Answer,
  end: AnsweredEnd,
  call: Call<Skin>,
  delivery: Delivery,
  timeouts: TimeoutsByClass,
): Promise<void> {
  await delivery.seal(answer)
  const { reply } = delivery
  if (end.outcome === 'client_closed' || answer.served === undefined) {
    // One who only stopped reading is still connected.
    reply.destroy()
    return
  }
  const { idleMs } = timeoutsOf(answer.served, timeouts)
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
export async function giveUp(
  error: MeritorderError,
  refusal: FailedEnd | undefined,
  attempts: readonly FailedAttempt[],
  call: Call<Skin>,
  delivery: Delivery,
  { ordinary: { idleMs } }: TimeoutsByClass,
): Promise<Answer> {
  // OpenRouter's clients read every error in one shape, which has the provider's own words in it.
  const words = call.openRouterClient ? undefined : refusal?.verbatim
  const status = delivery.reply.headersSent
    ? 200
    : words === undefined
      ? statusIn(error, call.dialect.statusOf)
      : (refusal?.status ?? error.status)
  const answer: Answer = {
    ...nothing(call, attempts),
    outcome: 'failed',
    status,
    error: { code: error.code, message: error.message },
  }
  await delivery.seal(answer)
  const { reply } = delivery
  if (reply.destroyed) return answer
  if (reply.headersSent) {
    // Keep-alive comments have gone out: the error is an event.
    finish(reply, call.dialect.writeStreamError?.(error, factsOf(call, attempts.at(-1))) ?? '', idleMs)
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
  finish(reply, body, idleMs)
  return answer
}

/** The caller has left before anybody answered. */
export async function leave(
  attempts: readonly FailedAttempt[],
  call: Call<Skin>,
  delivery: Delivery,
): Promise<Answer> {
  const answer: Answer = { ...nothing(call, attempts), outcome: 'client_closed', status: CLIENT_CLOSED }
  await delivery.seal(answer)
  return answer
}

function nothing({ startedAt }: Call<Skin>, attempts: readonly FailedAttempt[]) {
  const totalMs = performance.now() - startedAt
  return { attempts, usage: NOTHING_USED, text: '', toolCalls: [], losses: [], totalMs }
}

/** A JSON object with one more member at its end; the rest stays the bytes that came. */
function withMember(json: Buffer, key: string, value: string): Buffer {
  const end = json.lastIndexOf('}')
  return Buffer.concat([json.subarray(0, end), Buffer.from(`,${JSON.stringify(key)}:${value}}`)])
}
