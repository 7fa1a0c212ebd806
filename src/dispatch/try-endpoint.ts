import type { Candidate } from '../decide/decision.ts'
import { MeritorderError } from '../errors.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import { runAttempt } from './attempt.ts'
import type { AttemptEnd } from './attempt-end.ts'
import { beginStream } from './begin-stream.ts'
import { lostTheRace } from './blame.ts'
import type { CallBudget } from './call-budget.ts'
import type { Delivery, DispatchContext } from './dispatch.ts'
import { isOfTheKey } from './key-ring.ts'
import type { ReplyWriter } from './reply-writer.ts'

/** One attempt. */
export interface Try<End = AttemptEnd> {
  readonly candidate: Candidate
  readonly end: End
  /** When it began: ms after the call's arrival. */
  readonly startedMs: number
  /** It was made beside another that was late. */
  readonly hedged: boolean
}

/** One call, as those who try an endpoint for it see it. */
export interface Errand<S extends Skin> {
  readonly call: Call<S>
  readonly delivery: Delivery
  readonly context: DispatchContext<S>
  readonly budget: CallBudget
  readonly writer: ReplyWriter
}

/** As many keys are tried for one call at one endpoint. */
const MAX_KEYS = 4

/**
 * Tries one endpoint, with one key of its provider after the other as long as it is the key that is refused. Where a kept
 * connection was closed under a try, that is done once more. The last of the tries counts; there is at least one.
 *
 * @param how `alone`: no other endpoint is left for the call; `hedged`: another has been asked and is late
 */
export async function tryEndpoint<S extends Skin>(
  candidate: Candidate,
  errand: Errand<S>,
  { alone, hedged }: { readonly alone: boolean; readonly hedged: boolean },
): Promise<Try[]> {
  const { keys } = errand.delivery
  const { slug } = candidate.provider
  const offered = keys.keysOf(slug)
  const tries: Try[] = []
  const attempt = async (key: string | undefined, fresh: boolean) => {
    const startedMs = performance.now() - errand.call.startedAt
    const end = await tryOnce(candidate, key, fresh, errand, alone)
    tries.push({ candidate, end, startedMs, hedged })
    return end
  }
  for (const key of offered.length === 0 ? [undefined] : offered.slice(0, MAX_KEYS)) {
    if (key !== undefined) keys.began(slug, key)
    const first = await attempt(key, false)
    const end = first.kind === 'failed' && lostTheRace(first) ? await attempt(key, true) : first
    if (key === undefined) return tries
    if (end.kind === 'answered' || !isOfTheKey(end.status)) {
      if (end.status !== 0) keys.accepted(slug, key)
      return tries
    }
    // Its page was still to come when the call was over: nobody is there any more for whom another key could be tried.
    if (end.outpaced === true || end.hurried === true) return tries
    const { retryAfterSeconds } = end.error.detail
    keys.refused(slug, key, {
      status: end.status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    })
  }
  return tries
}

function tryOnce<S extends Skin>(
  candidate: Candidate,
  apiKey: string | undefined,
  fresh: boolean,
  { call, delivery, context, budget, writer }: Errand<S>,
  alone: boolean,
): Promise<AttemptEnd> {
  const { endpoint, provider } = candidate
  const failed = (error: MeritorderError, facts: { hurried?: true }): Promise<AttemptEnd> =>
    Promise.resolve({ kind: 'failed', status: 0, error, failover: true, totalMs: 0, ...facts })
  const send = context.senders[endpoint.family ?? provider.family]
  if (send === undefined) {
    const words = `Meritorder cannot speak to ${provider.slug} yet.`
    return failed(new MeritorderError('server', words, { provider: provider.slug }), {})
  }
  const timeouts = budget.timeoutsFor(candidate, alone)
  if (timeouts === undefined) {
    const words = `There was no time left to ask ${provider.slug}.`
    return failed(new MeritorderError('timeout', words, { provider: provider.slug }), { hurried: true })
  }
  const exchange = {
    call,
    candidate,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(fresh && { fresh: true as const }),
  }
  context.health.sent(endpoint.id)
  return runAttempt(exchange, send, writer, timeouts, () => {
    beginStream(delivery.reply, delivery.headers(candidate))
  })
}
