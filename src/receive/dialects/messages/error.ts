import type { ErrorCode, MeritorderError } from '../../../errors.ts'
import type { Asking } from '../dialect.ts'

/** Anthropic's `error.type` for each of our codes (https://platform.claude.com/docs/en/api/errors). */
const ANTHROPIC_TYPE: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'invalid_request_error',
  context_length_exceeded: 'invalid_request_error',
  unprocessable: 'invalid_request_error',
  authentication: 'authentication_error',
  payment_required: 'billing_error',
  permission_denied: 'permission_error',
  not_found: 'not_found_error',
  payload_too_large: 'request_too_large',
  rate_limit_exceeded: 'rate_limit_error',
  timeout: 'timeout_error',
  server: 'api_error',
  provider_unavailable: 'api_error',
  provider_overloaded: 'overloaded_error',
}

/** The HTTP status that stands for each of Anthropic's error types where one comes inside a stream. */
const STATUS: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/**
 * An error as Anthropic's clients read it, with OpenRouter's `error_type` beside its type, and what a client may want
 * to know besides in `metadata`, where OpenRouter has it.
 */
export function writeError(error: MeritorderError, { id }: Asking = {}) {
  const { limit, provider, metadata } = error.detail
  return {
    type: 'error',
    error: { type: ANTHROPIC_TYPE[error.code], message: error.message, error_type: error.code },
    request_id: id ?? null,
    metadata: {
      ...(limit === undefined ? {} : { limit }),
      ...(provider === undefined ? {} : { provider_name: provider }),
      ...metadata,
    },
  }
}

/** The event that ends a stream whose answer is cut. */
export function writeStreamError(error: MeritorderError, asking: Asking): string {
  return `event: error\ndata: ${JSON.stringify(writeError(error, asking))}\n\n`
}

/** What the type of an upstream's own error stands for; undefined for one that is not known. */
export function statusOfType(type: unknown): number | undefined {
  return typeof type === 'string' && Object.hasOwn(STATUS, type) ? STATUS[type] : undefined
}
