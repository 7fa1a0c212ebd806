import type { ServerResponse } from 'node:http'
import type { Candidate, Decision } from '../decide/decision.ts'
import { MeritorderError } from '../errors.ts'
import type { Turn as BreakerTurn, Rest } from '../market/breaker.ts'
import type { ProviderFamily } from '../market/offer.ts'
import type { Call } from '../receive/call.ts'
import type { Dialect, Skin } from '../receive/dialects/dialect.ts'
import type { Answer } from './answer.ts'
import type { AnsweredEnd, FailedEnd } from './attempt-end.ts'
import { beginStream } from './begin-stream.ts'
import { failingOf, isHostsCut, isHostsFault, mayBeBilled } from './blame.ts'
import { type CallBudget, createCallBudget } from './call-budget.ts'
import { answerOf, failedAttempt, retryAfterOf } from './compose-answer.ts'
import { deliver, giveUp, idHeaders, leave } from './deliver.ts'
import type { Send } from './exchange.ts'
import { errorOfAll, errorOfRest, type FailedAttempt } from './failure.ts'
import { type HedgeShares, hedgeOf } from './hedge.ts'
import { COMMENT, keepAlive } from './keep-alive.ts'
import type { KeyRing } from './key-ring.ts'
import { pause } from './pause.ts'
import { createReplyWriter } from './reply-writer.ts'
import { type Stop, stopped } from './stop.ts'
import type { TimeoutsByClass } from './timeouts.ts'
import type { Try } from './try-endpoint.ts'
import { tryHedged } from './try-hedged.ts'
import { createTurns, type Turns } from './turns.ts'

/** What dispatching needs from the rest of the house, as values. */
export interface DispatchContext<S extends Skin = Dialect> {
  readonly senders: Readonly<Partial<Record<ProviderFamily, Send<S>>>>
  readonly timeouts: TimeoutsByClass
  /** Silence after which a stream gets a sign of life, where its clients know one, ms. */
  readonly keepAliveMs: number
  readonly stop: Stop
  readonly health: Health
  readonly hedges: HedgeShares
  readonly random: () => number
}

/** What is asked and told about endpoints; see `HealthBoard`. */
export interface Health {
  admit(endpoint: string, turn: BreakerTurn): boolean
  rest(endpoint: string): Rest | undefined
  lateAfterMs(endpoint: string): number | undefined
  /** Before every attempt, one with another key too. */
  sent(endpoint: string): void
  succeeded(endpoint: string, speed: { firstByteMs?: number; tokensPerSecond?: number }): void
  failed(endpoint: string, why: { retryAfterSeconds?: number; status?: number; afterMs: number }): void
  outpaced(endpoint: string, afterMs: number): void
  toldNothing(endpoint: string, afterMs: number): void
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
  const { timeouts, health, random, stop } = context
  const { reply } = delivery
  const budget = createCallBudget(call, decision, timeouts)
  // Whoever is admitted is sent the call: where no time is left nobody is.
  const affords = (candidate: Candidate) => budget.leftMs(candidate) > 0 && budget.affords(candidate)
  const turns = createTurns(call, decision, { admit: health.admit, affords, random })
  const errand = { call, delivery, context, budget, writer: createReplyWriter(reply, stop) }
  const hedge = hedgeOf(call, decision, context.hedges, health.lateAfterMs)
  const failures: FailedAttempt[] = []
  /** The last word of an endpoint about the request itself, unless another has failed since. */
  let refusal: FailedEnd | undefined
  while (!stop.isNow) {
    const turn = turns.next()
    if (turn === undefined) break
    const { candidate, waitMs } = turn
    const isInTime = budget.leftMs(candidate) > waitMs
    if (isInTime && waitMs > 0) await pause(waitMs, reply)
    if (!isInTime || reply.destroyed || stop.isNow) {
      // It was admitted, and is not asked.
      health.toldNothing(candidate.endpoint.id, 0)
      if (reply.destroyed) return leave(failures, call, delivery)
      break
    }
    const asked = await tryHedged(candidate, errand, turns, hedge)
    failures.push(...asked.flat().filter(hasFailed).map(failedAttempt))
    const lasts = asked.map((tries) => tries.at(-1)!)
    const words = lasts.filter(hasFailed).map((one) => blame(one, turns, budget, health))
    const answered = lasts.filter(hasAnswered)
    // There are two where the caller left while two were asked.
    for (const one of answered) report(one, call, health)
    const [answering] = answered
    if (answering !== undefined) {
      const answer = await answerOf(answering, failures, delivery.promptTokens, call)
      await deliver(answer, answering.end, call, delivery, timeouts)
      return answer
    }
    const lastWord = words.find((word) => word !== undefined && word.elsewhere === undefined)
    refusal = lastWord ?? words.at(-1)
    if (lastWord !== undefined) break
  }
  const error = stop.isNow ? stopped() : (refusal?.error ?? errorOfNone(failures, decision, budget, health))
  return giveUp(error, refusal, failures, call, delivery, timeouts)
}

function hasFailed(one: Try): one is Try<FailedEnd> {
  return one.end.kind === 'failed'
}

function hasAnswered(one: Try): one is Try<AnsweredEnd> {
  return one.end.kind === 'answered'
}

/** Tells everybody whom a failure concerns. Returns it where it is the endpoint's last word about the request itself. */
function blame(
  { candidate, end }: Try<FailedEnd>,
  turns: Turns,
  budget: CallBudget,
  health: Health,
): FailedEnd | undefined {
  const { id } = candidate.endpoint
  if (mayBeBilled(end)) budget.mayOwe(candidate)
  if (end.outpaced === true) health.outpaced(id, end.totalMs)
  else if (isHostsFault(end))
    health.failed(id, { ...retryAfterOf(end.error), status: end.status, afterMs: end.totalMs })
  else health.toldNothing(id, end.totalMs)
  turns.failed(candidate, failingOf(end))
  return end.failover ? undefined : end
}

/** Why nobody answered. */
function errorOfNone(
  failures: readonly FailedAttempt[],
  { ranked }: Decision,
  budget: CallBudget,
  health: Health,
): MeritorderError {
  if (failures.length > 0) return errorOfAll(failures, budget.isShort())
  const resting = ranked.flatMap(({ endpoint, provider }) => {
    const rest = health.rest(endpoint.id)
    return rest === undefined ? [] : [{ provider: provider.slug, rest }]
  })
  if (resting.length > 0) return errorOfRest(resting)
  return new MeritorderError(
    'timeout',
    'The time that the call was given was over before anybody could be asked.',
  )
}

/** Tells of an endpoint that answered how it did, where that is its own doing. */
function report({ candidate, end }: Try<AnsweredEnd>, call: Call<Skin>, health: Health): void {
  const { id } = candidate.endpoint
  if (end.outcome === 'complete' && end.firstByteMs !== undefined)
    health.succeeded(id, speedOf(end, end.firstByteMs, call))
  else if (isHostsCut(end)) health.failed(id, { afterMs: end.totalMs })
  else health.toldNothing(id, end.totalMs)
}

/** Speed is measured where it can be seen: the first byte of a stream; of a whole reply only the rate over all of it. */
function speedOf({ usage, totalMs }: AnsweredEnd, firstByteMs: number, { stream }: Call<Skin>) {
  const tokens = usage?.completionTokens ?? 0
  const seconds = (stream ? totalMs - firstByteMs : totalMs) / 1000
  return {
    ...(stream ? { firstByteMs } : {}),
    // An answer of a few tokens, or one that came in one piece, says nothing about speed.
    ...(tokens >= 16 && seconds > 0.05 ? { tokensPerSecond: tokens / seconds } : {}),
  }
}
