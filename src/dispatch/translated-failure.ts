import { APICallError, UnsupportedFunctionalityError } from '@ai-sdk/provider'
import { MeritorderError } from '../errors.ts'
import { connectionError, meaningOfStatus } from './failure.ts'

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
 * to judge, as on the pass-through path; messages are the provider's own.
 */
export function readFailure(thrown: unknown, provider: string): TranslatedFailure {
  if (thrown instanceof MeritorderError)
    return thrown.code === 'invalid_request'
      ? { kind: 'refused', status: thrown.status, error: thrown }
      : { kind: 'failed', error: thrown }
  if (UnsupportedFunctionalityError.isInstance(thrown))
    return refused(400, `${provider} cannot do what was asked for: ${thrown.functionality}.`, provider)
  const { statusCode, message, responseHeaders } = reportOf(thrown)
  if (statusCode === undefined || statusCode < 300)
    return { kind: 'failed', error: brokenReply(thrown, provider) }
  return refused(statusCode, message, provider, Number(responseHeaders?.['retry-after']))
}

interface Report {
  readonly statusCode?: number | undefined
  readonly message: string
  readonly responseHeaders?: Readonly<Record<string, string>> | undefined
}

/** An HTTP error of the provider package, or the error object that came inside a stream; both say the same. */
function reportOf(thrown: unknown): Report {
  if (APICallError.isInstance(thrown)) return thrown
  if (typeof thrown !== 'object' || thrown === null) return { message: String(thrown) }
  // Hosts that speak chat completions put the status into `code`, if anywhere.
  const {
    message,
    code,
    statusCode = code,
  } = thrown as {
    message?: unknown
    code?: unknown
    statusCode?: unknown
  }
  return {
    message: typeof message === 'string' ? message : '',
    statusCode: typeof statusCode === 'number' && statusCode < 600 ? statusCode : undefined,
  }
}

function refused(status: number, message: string, provider: string, retryAfter?: number): TranslatedFailure {
  const { code, words } = meaningOfStatus(status)
  const text = message === '' ? `${provider} ${words} (${status}).` : message
  return {
    kind: 'refused',
    status,
    error: new MeritorderError(code, text, { provider, status }),
    ...(retryAfter !== undefined && retryAfter >= 0 ? { retryAfterSeconds: retryAfter } : {}),
  }
}

/**
 * No status of failure: the connection, or what came over it, is broken. What was thrown is not kept as a cause: the
 * packages' errors carry the whole request, which belongs in no log.
 */
function brokenReply(thrown: unknown, provider: string): MeritorderError {
  const code = networkCode(thrown)
  if (code !== undefined) return connectionError(provider, code)
  const what = `${provider} sent a broken answer (${kindOf(thrown)}).`
  return new MeritorderError('provider_unavailable', what, { provider })
}

/** The packages' own messages quote what they could not read: somebody's answer, which belongs in no record of errors. */
function kindOf(thrown: unknown): string {
  if (APICallError.isInstance(thrown)) return thrown.message
  return thrown instanceof Error ? thrown.name : 'an error event without a status'
}

/** The system's or undici's code, wherever it lies in the chain of causes. */
function networkCode(thrown: unknown): string | undefined {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = (error as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return undefined
}
