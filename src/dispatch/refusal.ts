import { MeritorderError } from '../errors.ts'
import type { ReplyHead } from './exchange.ts'
import { meaningOfStatus } from './failure.ts'

/** What became of an attempt whose reply has an error status. */
export interface Refusal {
  readonly error: MeritorderError
  /** True: another endpoint may do better. */
  readonly failover: boolean
  /** The upstream's own JSON about a faulty request, to be passed on as it is. */
  readonly verbatim?: Buffer
}

/**
 * Reads an error page of an upstream. The configured key is cut out of it: some hosts repeat it.
 *
 * @param page the first bytes of the page; what is no whole JSON is not passed on.
 */
export function readRefusal(
  head: ReplyHead,
  page: Buffer,
  provider: string,
  apiKey: string | undefined,
): Refusal {
  const { status, retryAfterSeconds } = head
  const meaning = meaningOfStatus(status)
  const text = withoutKey(page.toString('utf8'), apiKey)
  const value = parseJson(text)
  const said = providerMessage(value)
  const code =
    meaning.code === 'invalid_request' && isTooLong(value, said) ? 'context_length_exceeded' : meaning.code
  const error = new MeritorderError(
    code,
    `${provider} ${meaning.words} (${status})${said === '' ? '.' : `: ${said}`}`,
    {
      provider,
      // A fault of the request keeps its status: the caller is told what the provider said.
      ...(meaning.failover ? {} : { status }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(value === undefined ? {} : { metadata: { raw: rawOf(value, text) } }),
    },
  )
  const passOn = !meaning.failover && value !== undefined
  return { error, failover: meaning.failover, ...(passOn ? { verbatim: Buffer.from(text) } : {}) }
}

/** An error object inside a 200: the status it names decides what it means. */
export function readReportedError(
  provider: string,
  reported: { readonly message: string; readonly status: number | undefined },
  apiKey: string | undefined,
): { readonly error: MeritorderError; readonly failover: boolean } {
  const meaning = reported.status === undefined ? undefined : meaningOfStatus(reported.status)
  const message = `${provider} reported an error: ${withoutKey(reported.message, apiKey)}`
  return {
    error: new MeritorderError(meaning?.code ?? 'provider_unavailable', message, { provider }),
    failover: meaning?.failover ?? true,
  }
}

/** More of an upstream's own words is not repeated. */
const MAX_RAW = 2_000

/** The upstream's own JSON, also where a package has read it and our words stand around it. */
function rawOf(value: object, text: string): string {
  const { error } = value as { error?: { metadata?: { raw?: unknown } } | string }
  const raw = typeof error === 'object' ? error?.metadata?.raw : undefined
  return (typeof raw === 'string' ? raw : text).slice(0, MAX_RAW)
}

/** OpenAI names it in its `code`; others only say so. */
function isTooLong(value: object | undefined, message: string): boolean {
  const { error } = (value ?? {}) as { error?: { code?: unknown } | string }
  if (typeof error === 'object' && error?.code === 'context_length_exceeded') return true
  return /maximum context length|context (window|length|size)|prompt is too long|input is too long|exceeds? the (maximum|context)/i.test(
    message,
  )
}

/** Parses a JSON object or array; undefined for anything else. */
export function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Shorter ones are no secrets and may stand anywhere by chance. */
const SHORTEST_KEY = 8

/** A text without the configured key, which some hosts repeat. */
export function withoutKey(text: string, key: string | undefined): string {
  return key === undefined || key.length < SHORTEST_KEY ? text : text.replaceAll(key, '[key]')
}

/** The provider's own message from an error body of any common shape, shortened; '' when there is none. */
function providerMessage(value: object | undefined): string {
  const body = value as { error?: { message?: unknown } | string; message?: unknown } | undefined
  const message = typeof body?.error === 'object' ? body.error?.message : (body?.error ?? body?.message)
  return typeof message === 'string' ? message.slice(0, 300) : ''
}
