/**
 * Every error a person or a client can meet, as one closed family.
 * The codes are OpenRouter's `error_type` words, so that its clients understand ours.
 */
export const ERROR_STATUS = {
  invalid_request: 400,
  context_length_exceeded: 400,
  authentication: 401,
  payment_required: 402,
  permission_denied: 403,
  not_found: 404,
  timeout: 504,
  payload_too_large: 413,
  unprocessable: 422,
  rate_limit_exceeded: 429,
  server: 500,
  provider_unavailable: 502,
  provider_overloaded: 503,
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

interface ErrorDetail {
  /** The HTTP status, where it differs from the code's usual one. */
  readonly status?: number
  /** The request field, policy limit or configuration key that caused it. */
  readonly limit?: string
  readonly provider?: string
  /** True when no connection to the provider's address could be made. */
  readonly unreachable?: boolean
  /** True when the connection had been kept alive from an earlier call and was closed by the other side. */
  readonly keptAlive?: boolean
  readonly retryAfterSeconds?: number
  /** Headers of the reply, beside `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Facts for the client's `error.metadata`; never secrets. */
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/** The one error type: `message` says what happened and what to do next. */
export class MeritorderError extends Error {
  override readonly name = 'MeritorderError'
  readonly code: ErrorCode
  readonly status: number
  readonly detail: ErrorDetail

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.status = detail.status ?? ERROR_STATUS[code]
    this.detail = detail
  }
}

/** The status that an error is answered with, where a dialect has other ones for some codes. */
export function statusIn(
  { code, status, detail }: MeritorderError,
  statuses: Readonly<Partial<Record<ErrorCode, number>>> | undefined,
): number {
  return detail.status ?? statuses?.[code] ?? status
}

/** What an error tells in the head of its reply: when to come again, and its own headers. */
export function replyHeaders({ detail }: MeritorderError): Record<string, string> {
  const { retryAfterSeconds: wait, headers } = detail
  return { ...headers, ...(wait === undefined ? {} : { 'retry-after': String(Math.ceil(wait)) }) }
}

/** What is told about an error that nobody foresaw: nothing of its inside. */
export function asMeritorderError(error: unknown): MeritorderError {
  if (error instanceof MeritorderError) return error
  return new MeritorderError('server', 'Something went wrong inside the gateway. The log says what.', {
    cause: error,
  })
}

/** The code that a status of another gateway of ours stands for. */
export function codeOfStatus(status: number): ErrorCode {
  const known = Object.entries(ERROR_STATUS).find(([, usual]) => usual === status)
  return (known?.[0] as ErrorCode | undefined) ?? 'server'
}
