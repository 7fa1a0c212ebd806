import { APICallError, TypeValidationError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { MeritorderError } from '../errors.ts'
import { connectionError, meaningOfStatus, readRetryAfter } from './failure.ts'
import { withoutKey } from './refusal.ts'

/** - `refused`: the provider, or the translation, answers with an HTTP status - `failed`: no usable answer came */
export type TranslatedFailure =
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly error: MeritorderError
      readonly retryAfterSeconds?: number
    }
  | { readonly kind: 'failed'; readonly error: MeritorderError }

/**
 * Reads whatever was thrown, or came as an error part, on the translated path. What a status means is the attempt's
 * to judge, as on the pass-through path; messages are the provider's own, without the configured key.
 */
export function readFailure(
  thrown: unknown,
  provider: string,
  apiKey: string | undefined,
): TranslatedFailure {
  if (thrown instanceof MeritorderError)
    return thrown.code === 'invalid_request'
      ? { kind: 'refused', status: thrown.status, error: thrown }
      : { kind: 'failed', error: thrown }
  if (UnsupportedFunctionalityError.isInstance(thrown))
    return { kind: 'failed', error: inexpressible(thrown.functionality, provider) }
  const { statusCode, message: said, responseHeaders } = reportOf(thrown)
  const message = said === undefined ? undefined : withoutKey(said, apiKey)
  if (statusCode === undefined || statusCode < 300)
    return { kind: 'failed', error: brokenReply(thrown, message, provider) }
  const retryAfter = readRetryAfter(responseHeaders?.['retry-after'], Date.now())
  const raw = APICallError.isInstance(thrown) ? thrown.responseBody : undefined
  return refused(statusCode, message ?? '', provider, { retryAfter, raw })
}

/** Nobody's fault: another endpoint may be able to. */
function inexpressible(what: string, provider: string): MeritorderError {
  const message = `${provider} cannot do what was asked for: ${what}.`
  return new MeritorderError('invalid_request', message, { provider })
}

interface Report {
  readonly statusCode?: number | undefined
  /** The provider's own words; absent where there are none. */
  readonly message?: string
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined
}

/** An HTTP error of the provider package, or an error object that came inside a stream. */
function reportOf(thrown: unknown): Report {
  if (APICallError.isInstance(thrown)) {
    // The package for OpenAI's Responses says 400 of an error inside a reply of status 200, whose body it has parsed.
    const body: unknown = thrown.responseBody
    if (typeof body === 'object' && body !== null) return errorInside(body)
    return (thrown.statusCode ?? 0) < 300 ? {} : thrown
  }
  // A package that knows no errors inside streams finds that they are no events.
  if (TypeValidationError.isInstance(thrown)) return errorInside(thrown.value)
  if (thrown instanceof Error && !('statusCode' in thrown)) return {}
  return errorInside({ error: thrown })
}

/**
 * The error object of any provider: OpenAI's `error`, Mistral's `object: "error"` with `raw_status_code`, Cohere's
 * `delta.error`. Hosts that speak chat completions put the status into `code`, if anywhere.
 */
function errorInside(value: unknown): Report {
  const { error, object, delta } = (value ?? {}) as Record<string, unknown>
  const found = error ?? (object === 'error' ? value : (delta as { error?: unknown } | undefined)?.error)
  if (typeof found === 'string') return { message: found }
  if (typeof found !== 'object' || found === null) return {}
  const { message, code, raw_status_code: raw = code, statusCode = raw } = found as Record<string, unknown>
  return {
    ...(typeof message === 'string' ? { message } : {}),
    statusCode: typeof statusCode === 'number' && statusCode < 600 ? statusCode : undefined,
  }
}

function refused(
  status: number,
  message: string,
  provider: string,
  { retryAfter, raw }: { readonly retryAfter?: number | undefined; readonly raw?: string | undefined } = {},
): TranslatedFailure {
  const { code, words } = meaningOfStatus(status)
  const text = message === '' ? `${provider} ${words} (${status}).` : message
  return {
    kind: 'refused',
    status,
    error: new MeritorderError(code, text, { provider, status, ...(raw && { metadata: { raw } }) }),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
  }
}

/**
 * No status of failure: the connection, or what came over it, is broken, or the provider reports no more than words.
 * What was thrown is not kept as a cause: the packages' errors carry the whole request, which belongs in no log.
 */
function brokenReply(thrown: unknown, message: string | undefined, provider: string): MeritorderError {
  const fault = networkFault(thrown)
  if (fault !== undefined) return connectionError(provider, fault.code, fault)
  const what =
    message === undefined
      ? `${provider} sent a broken answer (${kindOf(thrown)}).`
      : `${provider} reported an error: ${message.slice(0, 500)}`
  return new MeritorderError('provider_unavailable', what, { provider })
}

/** The packages' own messages quote what they could not read: somebody's answer, which belongs in no record of errors. */
function kindOf(thrown: unknown): string {
  if (APICallError.isInstance(thrown)) return thrown.message
  return thrown instanceof Error ? thrown.name : 'an error event without a status'
}

/** The system's or undici's error, wherever it lies in the chain of causes. */
function networkFault(thrown: unknown): (Error & { readonly code: string }) | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause)
    if ('code' in error && typeof error.code === 'string') return error as Error & { code: string }
  return undefined
}
