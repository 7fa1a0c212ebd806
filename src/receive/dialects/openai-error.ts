import type { ErrorCode, MeritorderError } from '../../errors.ts'
import { isObject } from '../../json/is-object.ts'
import type { Asking, ReplyFacts } from './dialect.ts'

/** OpenAI's `error.type` for each of our codes. */
const OPENAI_TYPE: Readonly<Record<ErrorCode, string>> = {
  invalid_request: 'invalid_request_error',
  context_length_exceeded: 'invalid_request_error',
  payload_too_large: 'invalid_request_error',
  unprocessable: 'invalid_request_error',
  not_found: 'invalid_request_error',
  authentication: 'authentication_error',
  permission_denied: 'permission_error',
  payment_required: 'insufficient_quota',
  rate_limit_exceeded: 'rate_limit_error',
  timeout: 'server_error',
  server: 'server_error',
  provider_unavailable: 'server_error',
  provider_overloaded: 'server_error',
}

/** OpenAI's `error.code` for those of ours that it has a word for (https://platform.openai.com/docs/guides/error-codes). */
const OPENAI_CODE: Readonly<Partial<Record<ErrorCode, string>>> = {
  context_length_exceeded: 'context_length_exceeded',
  authentication: 'invalid_api_key',
  payment_required: 'insufficient_quota',
  rate_limit_exceeded: 'rate_limit_exceeded',
}

/**
 * An error as OpenAI's clients read it (`message`, `type`, `param`, and for `code` a word or null) and OpenRouter's
 * (`code` = status, `metadata.error_type`, and `availability` where there is no endpoint).
 */
export function openAiError(error: MeritorderError, { openRouterClient }: Asking) {
  const { limit, provider } = error.detail
  const { availability, ...metadata } = error.detail.metadata ?? {}
  return {
    error: {
      message: error.message,
      type: OPENAI_TYPE[error.code],
      param: limit ?? null,
      code: openRouterClient === true ? error.status : openAiCode(error),
      ...(availability === undefined ? {} : { availability }),
      metadata: {
        error_type: error.code,
        ...(limit === undefined ? {} : { limit }),
        ...(provider === undefined ? {} : { provider_name: provider }),
        ...metadata,
      },
    },
  }
}

function openAiCode({ code, detail }: MeritorderError): string | null {
  const { code: own, availability } = detail.metadata ?? {}
  if (typeof own === 'string') return own
  if (isObject(availability) && availability.code === 'model_not_found') return availability.code
  return OPENAI_CODE[code] ?? null
}

/**
 * The event that tells a client, in the middle of a stream, that the answer is cut: OpenAI's form, an error alone, or
 * OpenRouter's, a chunk whose choice ended with `error`, which `@ai-sdk/openai` would take for an answer's end.
 * No `[DONE]` follows it.
 */
export function openAiStreamError(error: MeritorderError, facts: ReplyFacts): string {
  const { id, model, provider, created, openRouterClient } = facts
  const chunk = { id, object: 'chat.completion.chunk', created, model, provider }
  const choices = [{ index: 0, delta: { content: '' }, finish_reason: 'error' }]
  const failed = openAiError(error, facts)
  const told = openRouterClient === true ? { ...chunk, ...failed, choices } : failed
  return `data: ${JSON.stringify(told)}\n\n`
}
