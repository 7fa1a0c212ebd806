import { type ErrorCode, MeritorderError } from '../errors.ts'
import { LAST_RESORT_MS, type Rest } from '../market/breaker.ts'
import type { Attempt } from './answer.ts'

/** What an upstream's HTTP status means for the call. */
export interface StatusMeaning {
  readonly code: ErrorCode
  /** True: another endpoint may do better. False: the request itself is at fault, and the caller gets the reply as it is. */
  readonly failover: boolean
  readonly words: string
}

/** Reads an upstream's status of 300 or more. */
export function meaningOfStatus(status: number): StatusMeaning {
  const known = MEANINGS[status]
  if (known !== undefined) return known
  if (status >= 500) return { code: 'provider_unavailable', failover: true, words: 'failed' }
  if (status >= 400) return { code: 'invalid_request', failover: false, words: 'refused the request' }
  return {
    code: 'provider_unavailable',
    failover: true,
    words: 'redirected elsewhere, which is never followed with a key',
  }
}

const MEANINGS: Readonly<Record<number, StatusMeaning>> = {
  401: { code: 'provider_unavailable', failover: true, words: 'refused the configured key' },
  402: { code: 'payment_required', failover: true, words: 'says that the configured key has no credit left' },
  403: { code: 'provider_unavailable', failover: true, words: 'does not allow this with the configured key' },
  404: { code: 'provider_unavailable', failover: true, words: 'does not know the model under this id' },
  408: { code: 'timeout', failover: true, words: 'timed out' },
  409: { code: 'provider_unavailable', failover: true, words: 'reported a conflict' },
  413: { code: 'payload_too_large', failover: false, words: 'found the request too large' },
  422: { code: 'unprocessable', failover: false, words: 'could not process the request' },
  429: { code: 'rate_limit_exceeded', failover: true, words: 'is limiting our rate' },
  503: { code: 'provider_overloaded', failover: true, words: 'is overloaded' },
  504: { code: 'timeout', failover: true, words: 'timed out' },
  524: { code: 'timeout', failover: true, words: 'timed out' },
  529: { code: 'provider_overloaded', failover: true, words: 'is overloaded' },
}

/** Who wants to be left alone for longer than a year does not mean it, s. */
const LONGEST_RETRY_AFTER = 366 * 86_400

/** `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3); undefined for anything else. `now`: epoch ms. */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined
  const said = Number(header)
  const seconds = Number.isNaN(said) ? Math.max(0, (Date.parse(header) - now) / 1000) : said
  return seconds >= 0 && seconds <= LONGEST_RETRY_AFTER ? seconds : undefined
}

/** Errors of making a connection; all others break one that was made. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Node's and OpenSSL's names of what is wrong with the other side's certificate or its TLS. */
const TLS = /^(ERR_(TLS|SSL)_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO$)/

/**
 * What a network error's code means: no connection could be made, or one that was made broke.
 *
 * @param fault undici's error: it tells how much was read from the socket, over all of its calls
 */
export function connectionError(
  provider: string,
  code: string,
  fault?: Error & { readonly socket?: { readonly bytesRead?: number } },
): MeritorderError {
  const timeout = code === 'UND_ERR_CONNECT_TIMEOUT'
  return new MeritorderError(
    timeout ? 'timeout' : 'provider_unavailable',
    timeout
      ? `${provider} did not accept a connection in time.`
      : `The connection to ${provider} failed (${code}).`,
    {
      provider,
      unreachable: UNREACHABLE.has(code) || TLS.test(code),
      keptAlive: (fault?.socket?.bytesRead ?? 0) > 0,
    },
  )
}

/** One failed try, with what the next decision needs to know about it. */
export interface FailedAttempt extends Attempt {
  readonly error: NonNullable<Attempt['error']>
  readonly retryAfterSeconds?: number
}

/**
 * The one error for a call that no endpoint answered: the common code where all failed alike, else `provider_unavailable`.
 *
 * @param failures at least one
 * @param isShort the caller's money did not reach for one more
 */
export function errorOfAll(failures: readonly FailedAttempt[], isShort: boolean): MeritorderError {
  const last = failures.at(-1)!
  const codes = new Set(failures.map((failure) => failure.error.code))
  const code = codes.size === 1 ? last.error.code : 'provider_unavailable'
  const waits = failures.flatMap((failure) => failure.retryAfterSeconds ?? [])
  const said = [...new Set(failures.map((f) => f.error.message))]
  const message =
    said.length === 1
      ? last.error.message
      : `None of ${failures.length} attempts was answered: ${said.join(' ')}`
  const short = isShort ? ' What was asked may have to be paid, and max_cost leaves nothing for another.' : ''
  return new MeritorderError(code, `${message}${short}`, {
    provider: last.provider,
    ...(waits.length === failures.length ? { retryAfterSeconds: Math.min(...waits) } : {}),
    metadata: {
      previous_errors: failures.map((f) => ({
        provider: f.provider,
        model: f.model,
        code: f.error.code,
        status: f.status,
      })),
    },
  })
}

/** The error for a call whose endpoints are all left alone for now: by our own judgement, or as they asked. */
export function errorOfRest(
  resting: readonly { readonly provider: string; readonly rest: Rest }[],
): MeritorderError {
  // One call a second is let through to an endpoint that is left alone by our own judgement.
  const waits = resting.map(({ rest }) =>
    rest.status === undefined ? Math.min(rest.ms, LAST_RESORT_MS) : rest.ms,
  )
  const seconds = Math.min(...waits) / 1000
  const isLimited = resting.every(({ rest }) => rest.status === 429)
  const whys = resting.map(({ provider, rest }) =>
    rest.status === undefined
      ? `${provider} has failed repeatedly`
      : `${provider} asked (${rest.status}) to be left alone for ${Math.ceil(rest.ms / 1000)} s`,
  )
  const words = `No endpoint can be asked now: ${[...new Set(whys)].join(', ')}. Try again in ${Math.ceil(seconds)} s.`
  return new MeritorderError(isLimited ? 'rate_limit_exceeded' : 'provider_overloaded', words, {
    retryAfterSeconds: seconds,
  })
}
