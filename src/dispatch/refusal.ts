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
  /** Where a faulty request may yet be served. */
  readonly elsewhere?: Elsewhere
}

/** `larger-window`: the prompt was too long here - `other-model`: its content was not wanted here. */
export type Elsewhere = 'larger-window' | 'other-model'

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
  const elsewhere = meaning.failover ? undefined : whereElse(text)
  const error = new MeritorderError(
    elsewhere === 'larger-window' ? 'context_length_exceeded' : meaning.code,
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
  return {
    error,
    failover: meaning.failover,
    ...(passOn ? { verbatim: Buffer.from(text) } : {}),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  }
}

/** How OpenAI, Anthropic, Google, Mistral, Groq and vLLM word it; none has a code that all others share. */
const TOO_LONG =
  /context_length_exceeded|(maximum|model's) context length|context window|prompt is too long|input token count|reduce the length of the (messages|prompt|input)|too large for model with \d+ maximum/i
const UNWANTED =
  /content_policy_violation|content_filter|content management policy|moderation|flagged by|safety system/i

function whereElse(page: string): Elsewhere | undefined {
  if (TOO_LONG.test(page)) return 'larger-window'
  return UNWANTED.test(page) ? 'other-model' : undefined
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

/** A text without the configured key, which some hosts repeat. An access key has several parts, joined with colons; each is cut out by itself. */
export function withoutKey(text: string, key = ''): string {
  const parts = [key, ...key.split(':')].filter((part) => part.length >= SHORTEST_KEY)
  return parts.reduce((kept, part) => kept.replaceAll(part, '[key]'), text)
}

/** The provider's own message from an error body of any common shape, shortened; '' when there is none. */
function providerMessage(value: object | undefined): string {
  const body = value as { error?: { message?: unknown } | string; message?: unknown } | undefined
  const message = typeof body?.error === 'object' ? body.error?.message : (body?.error ?? body?.message)
  return typeof message === 'string' ? message.slice(0, 300) : ''
}
