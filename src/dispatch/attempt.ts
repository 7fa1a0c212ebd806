import type { ServerResponse } from 'node:http'
import { MeritorderError } from '../errors.ts'
import { type ChatReply, createChatReply } from './chat-reply.ts'
import type { Exchange, ReplyHead, Send } from './exchange.ts'
import { meaningOfStatus } from './failure.ts'
import { createStreamRelay } from './stream-relay.ts'

/** How one try ended. */
export type AttemptEnd = AttemptTiming &
  (
    | {
        /** Nothing has reached the caller. */
        readonly kind: 'failed'
        /** HTTP status of the upstream; 0 when none came. */
        readonly status: number
        readonly error: MeritorderError
        /** True: another endpoint may do better. */
        readonly failover: boolean
        /** The upstream's own words about a faulty request, to be passed on as they are. */
        readonly verbatim?: { readonly contentType: string; readonly body: Buffer }
      }
    | {
        readonly kind: 'answered'
        readonly status: number
        /** `incomplete`: cut after the caller had its first bytes. */
        readonly outcome: 'complete' | 'incomplete' | 'client_closed'
        readonly chat: ChatReply
        /** What the caller still has to get once the record is safe: `[DONE]`, or the whole body. */
        readonly closing: Buffer
        readonly error?: MeritorderError
      }
  )

interface AttemptTiming {
  /** ms from the attempt's start to the first byte of the body. */
  readonly firstByteMs?: number
  readonly totalMs: number
}

export interface AttemptTimeouts {
  /** Until the first byte of the reply's body, ms. */
  readonly firstByteMs: number
  /** Between two chunks of the body, ms; also how long a caller may read nothing. */
  readonly idleMs: number
}

/** A whole reply larger than this is given up. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024
/** As much of an upstream's error page is read. */
const MAX_ERROR_BYTES = 64 * 1024

/**
 * Sends one exchange and relays its answer to the caller, up to but without its last bytes: those wait for the
 * record. `begin` writes the reply's head; it is called when the first event of a stream has come.
 */
export function runAttempt(
  exchange: Exchange,
  send: Send,
  reply: ServerResponse,
  timeouts: AttemptTimeouts,
  begin: () => void,
): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    const { call, candidate } = exchange
    const provider = candidate.provider.slug
    const startedAt = performance.now()
    const chat = createChatReply()
    const relay = createStreamRelay(chat, !call.wantsUsage)
    const body: Buffer[] = []
    let bodyBytes = 0
    let head: ReplyHead | undefined
    let firstByteMs: number | undefined
    let begun = false
    let settled = false
    let abort = () => {}
    let watchdog = setTimeout(onSilence, timeouts.firstByteMs)

    const settle = (end: DistributiveOmit<AttemptEnd, keyof AttemptTiming>, tearDown: boolean) => {
      if (settled) return
      settled = true
      clearTimeout(watchdog)
      reply.off('close', onCallerLeft)
      if (tearDown) abort()
      resolve({
        ...end,
        totalMs: performance.now() - startedAt,
        ...(firstByteMs === undefined ? {} : { firstByteMs }),
      })
    }
    /** Nothing good came, or nothing more comes. */
    const fail = (error: MeritorderError, failover = true) => {
      const status = head?.status ?? error.detail.status ?? 0
      if (!begun) settle({ kind: 'failed', status, error, failover }, true)
      else
        settle(
          { kind: 'answered', status, outcome: 'incomplete', chat, closing: Buffer.alloc(0), error },
          true,
        )
    }
    const complete = (closing: Buffer) =>
      settle({ kind: 'answered', status: head?.status ?? 200, outcome: 'complete', chat, closing }, false)

    function onSilence() {
      const what =
        firstByteMs === undefined
          ? `no answer within ${timeouts.firstByteMs} ms`
          : `silent for ${timeouts.idleMs} ms`
      fail(new MeritorderError('timeout', `${provider} timed out: ${what}.`, { provider }))
    }
    function onCallerLeft() {
      settle(
        {
          kind: 'answered',
          status: head?.status ?? 0,
          outcome: 'client_closed',
          chat,
          closing: Buffer.alloc(0),
        },
        true,
      )
    }

    const relayStream = (chunk: Buffer): undefined | Promise<void> => {
      const step = relay.push(chunk)
      if (step.error !== undefined) fail(reportedError(provider, step.error))
      if (settled) return undefined
      if (!begun && (step.forward.length > 0 || step.done !== undefined)) {
        begun = true
        begin()
      }
      const flowing = step.forward.length === 0 || reply.write(step.forward)
      if (step.done !== undefined) complete(step.done)
      else if (!flowing) return waitForCaller()
      return undefined
    }
    /** Stops the upstream while the caller's socket is full. A caller who reads nothing for `idleMs` has left. */
    const waitForCaller = () => {
      clearTimeout(watchdog)
      watchdog = setTimeout(onCallerLeft, timeouts.idleMs)
      return new Promise<void>((resume) => {
        reply.once('drain', () => {
          clearTimeout(watchdog)
          watchdog = setTimeout(onSilence, timeouts.idleMs)
          resume()
        })
      })
    }

    reply.on('close', onCallerLeft)
    abort = send(exchange, {
      head(received) {
        head = received
      },
      data(chunk) {
        if (settled || head === undefined) return undefined
        if (firstByteMs === undefined) firstByteMs = performance.now() - startedAt
        clearTimeout(watchdog)
        watchdog = setTimeout(onSilence, timeouts.idleMs)
        if (isStream(head)) return guard(() => relayStream(chunk))
        bodyBytes += chunk.length
        if (bodyBytes <= (head.status < 300 ? MAX_WHOLE_BYTES : MAX_ERROR_BYTES)) body.push(chunk)
        else if (head.status < 300)
          fail(
            new MeritorderError(
              'provider_unavailable',
              `${provider} sent more than ${MAX_WHOLE_BYTES} bytes.`,
              { provider },
            ),
          )
        return undefined
      },
      end() {
        if (settled) return
        if (head === undefined) return fail(nothing(provider))
        if (head.status >= 300) return refuse(head)
        if (isStream(head)) {
          // A provider that forgets [DONE] but gave a finish reason has finished.
          if (chat.finishReason !== undefined && begun) return complete(DONE)
          return fail(
            new MeritorderError(
              'provider_unavailable',
              `${provider} ended the stream before the answer was finished.`,
              { provider },
            ),
          )
        }
        readWhole(Buffer.concat(body), head)
      },
      fail,
    })
    if (settled) abort()

    function refuse(received: ReplyHead) {
      const { status, contentType, retryAfterSeconds } = received
      const meaning = meaningOfStatus(status)
      const raw = Buffer.concat(body)
      const said = providerMessage(raw)
      const error = new MeritorderError(
        meaning.code,
        `${provider} ${meaning.words} (${status})${said === '' ? '.' : `: ${said}`}`,
        {
          provider,
          ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        },
      )
      const verbatim = !meaning.failover && isJson(contentType) ? { contentType, body: raw } : undefined
      settle(
        {
          kind: 'failed',
          status,
          error,
          failover: meaning.failover,
          ...(verbatim === undefined ? {} : { verbatim }),
        },
        false,
      )
    }

    function readWhole(whole: Buffer, { contentType }: ReplyHead) {
      const parsed = parse(whole)
      if (parsed === undefined) {
        const what =
          whole.length === 0
            ? 'an empty reply'
            : isJson(contentType)
              ? 'a broken JSON reply'
              : `no JSON but ${contentType || 'an unnamed type'}`
        return fail(new MeritorderError('provider_unavailable', `${provider} sent ${what}.`, { provider }))
      }
      const part = chat.read(parsed)
      if (part.kind === 'error') return fail(reportedError(provider, part))
      if (call.stream || !Array.isArray((parsed as { choices?: unknown }).choices))
        return fail(
          new MeritorderError(
            'provider_unavailable',
            `${provider} sent something else than the answer asked for.`,
            { provider },
          ),
        )
      complete(whole)
    }

    /** Turns what the relay cannot digest (an endless event) into a failed attempt. */
    function guard(relayChunk: () => undefined | Promise<void>): undefined | Promise<void> {
      try {
        return relayChunk()
      } catch (error) {
        const why = error instanceof Error ? error.message : 'unreadable stream'
        fail(new MeritorderError('provider_unavailable', `${provider}: ${why}.`, { provider, cause: error }))
        return undefined
      }
    }
  })
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

const DONE = Buffer.from('data: [DONE]\n\n')

function isStream({ status, contentType }: ReplyHead): boolean {
  return status < 300 && contentType.startsWith('text/event-stream')
}

function isJson(contentType: string): boolean {
  return contentType.includes('json')
}

function parse(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** An error object inside a 200: the status it names decides what it means. */
function reportedError(
  provider: string,
  part: { message: string; status: number | undefined },
): MeritorderError {
  const code = part.status === undefined ? 'provider_unavailable' : meaningOfStatus(part.status).code
  return new MeritorderError(code, `${provider} reported an error: ${part.message}`, { provider })
}

function nothing(provider: string): MeritorderError {
  return new MeritorderError('provider_unavailable', `${provider} closed the connection without an answer.`, {
    provider,
  })
}

/** The provider's own message from an error body of any common shape, shortened; '' when there is none. */
function providerMessage(body: Buffer): string {
  const value = parse(body) as { error?: { message?: unknown } | string; message?: unknown } | undefined
  const message = typeof value?.error === 'object' ? value.error?.message : (value?.error ?? value?.message)
  return typeof message === 'string' ? message.slice(0, 300) : ''
}
