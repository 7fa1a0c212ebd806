import type { Candidate } from '../decide/decision.ts'
import { MeritorderError } from '../errors.ts'
import type { Call } from '../receive/call.ts'
import type { Skin } from '../receive/dialects/dialect.ts'
import { type AttemptEnd, runAttempt } from './attempt.ts'
import { beginStream } from './begin-stream.ts'
import type { Delivery, DispatchContext } from './dispatch.ts'
import { isOfTheKey } from './key-ring.ts'

/** One attempt, with the time at which it began: ms after the call's arrival. */
export interface Try {
  readonly end: AttemptEnd
  readonly startedMs: number
}

/** As many keys are tried for one call at one endpoint. */
const MAX_KEYS = 4

/**
 * Tries one endpoint, with one key of its provider after the other as long as it is the key that is refused. The last of
 * the tries counts; there is at least one.
 */
export async function tryEndpoint<S extends Skin>(
  candidate: Candidate,
  call: Call<S>,
  delivery: Delivery,
  context: DispatchContext<S>,
): Promise<Try[]> {
  const { slug } = candidate.provider
  const keys = delivery.keys.keysOf(slug)
  const tries: Try[] = []
  let key = keys[0]
  for (let next = 1; ; next++) {
    const startedMs = performance.now() - call.startedAt
    const end = await attempt(candidate, key, call, delivery, context)
    tries.push({ end, startedMs })
    if (key === undefined) return tries
    if (end.kind === 'answered' || !isOfTheKey(end.status)) {
      if (end.status !== 0) delivery.keys.accepted(slug, key)
      return tries
    }
    const { retryAfterSeconds } = end.error.detail
    delivery.keys.refused(slug, key, {
      status: end.status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    })
    if (next >= Math.min(keys.length, MAX_KEYS)) return tries
    key = keys[next]
  }
}

function attempt<S extends Skin>(
  candidate: Candidate,
  apiKey: string | undefined,
  call: Call<S>,
  delivery: Delivery,
  context: DispatchContext<S>,
): Promise<AttemptEnd> {
  const { endpoint, provider } = candidate
  const send = context.senders[endpoint.family ?? provider.family]
  if (send === undefined) {
    const error = new MeritorderError('server', `Meritorder cannot speak to ${provider.slug} yet.`, {
      provider: provider.slug,
    })
    return Promise.resolve({ kind: 'failed', status: 0, error, failover: true, totalMs: 0 })
  }
  const exchange = { call, candidate, ...(apiKey === undefined ? {} : { apiKey }) }
  return runAttempt(exchange, send, delivery.reply, context, () => {
    beginStream(delivery.reply, delivery.headers(candidate))
  })
}
