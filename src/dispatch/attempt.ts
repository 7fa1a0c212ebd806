import type { ServerResponse } from 'node:http'
import { MeritorderError } from '../errors.ts'
import type { Usage } from '../market/usage.ts'
import type { Loss, ReplyReader, Skin } from '../receive/dialects/dialect.ts'
import { editFor } from './edit-reply.ts'
import type { Exchange, ReplyHead, Send } from './exchange.ts'
import { type Elsewhere, parseJson, readRefusal, readReportedError } from './refusal.ts'
import type { Stop } from './stop.ts'
import { createStreamRelay, editedReply } from './stream-relay.ts'

/** How one try ended. */
export type AttemptEnd = FailedEnd | AnsweredEnd

export interface FailedEnd extends AttemptTiming {
  /** Nothing has reached the caller. */
  readonly kind: 'failed'
  readonly error: MeritorderError
  /** True: another endpoint may do better. */
  readonly failover: boolean
  /** The upstream's own JSON about a faulty request, to be passed on as it is. */
  readonly verbatim?: Buffer
  /** Where a faulty request may yet be served. */
  readonly elsewhere?: Elsewhere
}

export interface AnsweredEnd extends AttemptTiming {
  readonly kind: 'answered'
  /** `incomplete`: cut after the caller had its first bytes. */
  readonly outcome: 'complete' | 'incomplete' | 'client_closed'
  readonly said: ReplyReader
  /** Tokens as the provider reported them; undefined when it did not. */
  readonly usage: Usage | undefined
  /** True: the reply has told it to a caller who wants the cost. */
  readonly usageTold: boolean
  /** What the caller still has to get once the record is safe: the closing event, or the whole body. */
  readonly closing: Buffer
  readonly error?: MeritorderError
  /** What the endpoint could not be told, or its answer could not say in the caller's dialect. */
  readonly losses: readonly Loss[]
}

interface AttemptTiming {
  /** HTTP status of the upstream; 0 when none came. */
  readonly status: number
  /** ms from the attempt's start to the first byte that said something. */
  readonly firstByteMs?: number
  readonly totalMs: number
}

export interface AttemptTimeouts {
  /** Until a stream says something, or a whole reply is there, ms. */
  readonly firstByteMs: number
  /** Between two events of a stream, ms; also how long a caller may read nothing. */
  readonly idleMs: number
}

/** A whole reply larger than this is given up. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024
/** As much of an upstream's error page is read. */
const MAX_ERROR_BYTES = 64 * 1024
/** An upstream that has closed its stream may keep its connection open for this long; then the connection is given up. */
const LINGER_MS = 1_000

/**
 * Sends one exchange and relays its answer to the caller, up to but without its last bytes: those wait for the
 * record. `begin` writes the reply's head; it is called when the first content of a stream has come. Never rejects.
 */
export function runAttempt<S extends Skin>(
  exchange: Exchange<S>,
  send: Send<S>,
  reply: ServerResponse,
  { timeouts, stop }: { readonly timeouts: AttemptTimeouts; readonly stop: Stop },
  begin: () => void,
): Promise<AttemptEnd> {
  const { promise, resolve } = Promise.withResolvers<AttemptEnd>()
  const { call, candidate, apiKey } = exchange
  const { closingEvent } = call.dialect
  const provider = candidate.provider.slug
  const startedAt = performance.now()
  const said = call.dialect.createReplyReader(call.request)
  const edit = editFor(
    exchange,
    () => reported ?? said.usage,
    () => {
      usageTold = true
    },
  )
  const relay = createStreamRelay(said, !call.wantsUsage, edit)
  let reported: Usage | undefined
  let usageTold = false
  const body: Buffer[] = []
  let bodyBytes = 0
  let head: ReplyHead | undefined
  let firstByteMs: number | undefined
  /** An event has come. */
  let heard = false
  /** The caller has some of the answer. */
  let begun = false
  let settled = false
  let abort = () => {}
  let linger: NodeJS.Timeout | undefined
  let watchdog = setTimeout(onSilence, timeouts.firstByteMs)

  const timing = (): AttemptTiming => ({
    status: head?.status ?? 0,
    totalMs: performance.now() - startedAt,
    ...(firstByteMs === undefined ? {} : { firstByteMs }),
  })
  const settle = (end: AttemptEnd, tearDown: boolean) => {
    if (settled) return
    settled = true
    clearTimeout(watchdog)
    stop.running.delete(onStop)
    reply.off('close', onCallerLeft)
    reply.off('timeout', onCallerLeft)
    if (tearDown) abort()
    resolve(end)
  }
  const answered = (outcome: AnsweredEnd['outcome'], closing: Buffer = NOTHING, error?: MeritorderError) => ({
    kind: 'answered' as const,
    outcome,
    said,
    usage: reported ?? said.usage,
    usageTold,
    closing,
    losses: head?.losses ?? [],
    ...(error === undefined ? {} : { error }),
    ...timing(),
  })
  /** Nothing good came, or nothing more comes. */
  const fail = (error: MeritorderError, failover = true) => {
    if (begun) settle(answered('incomplete', NOTHING, error), true)
    else settle({ kind: 'failed', error, failover, ...timing() }, true)
  }
  const complete = (closing: Buffer) => settle(answered('complete', closing), false)
  const unavailable = (what: string) =>
    fail(new MeritorderError('provider_unavailable', `${provider} ${what}.`, { provider }))

  function onSilence() {
    const what = heard ? `silent for ${timeouts.idleMs} ms` : `no answer within ${timeouts.firstByteMs} ms`
    fail(new MeritorderError('timeout', `${provider} timed out: ${what}.`, { provider }))
  }
  function onStop() {
    fail(stopped(), false)
  }
  function onCallerLeft() {
    settle(answered('client_closed'), true)
  }
  function rearm() {
    heard = true
    clearTimeout(watchdog)
    if (!settled) watchdog = setTimeout(onSilence, timeouts.idleMs)
  }

  /** The reply streams what a stream was asked for. */
  const streams = () => call.stream && head !== undefined && isEventStream(head)

  const relayStream = (chunk: Buffer): undefined | Promise<void> => {
    const step = relay.push(chunk)
    if (step.progress) rearm()
    if (step.forward.length > 0) firstByteMs ??= performance.now() - startedAt
    if (step.error !== undefined) {
      if (begun && step.forward.length > 0) reply.write(step.forward)
      const { error, failover } = readReportedError(provider, step.error, apiKey)
      fail(error, failover)
      return undefined
    }
    if (step.done !== undefined && !begun && step.forward.length === 0) {
      unavailable('ended the stream without an answer')
      return undefined
    }
    if (!begun && step.forward.length > 0) {
      begin()
      begun = true
    }
    const flowing = step.forward.length === 0 || reply.write(step.forward)
    if (step.done !== undefined) {
      complete(step.done)
      linger = setTimeout(abort, LINGER_MS).unref()
    } else if (!flowing) return waitForCaller()
    return undefined
  }
  /** Stops the upstream while the caller's socket is full. A caller who takes nothing for `idleMs` has left. */
  const waitForCaller = (): Promise<void> => {
    clearTimeout(watchdog)
    reply.setTimeout(timeouts.idleMs)
    return new Promise((resume) => {
      reply.once('drain', () => {
        reply.setTimeout(0)
        rearm()
        resume()
      })
    })
  }

  if (stop.isNow) {
    onStop()
    return promise
  }
  reply.on('close', onCallerLeft)
  reply.on('timeout', onCallerLeft)
  stop.running.add(onStop)
  try {
    abort = send(exchange, {
      head(received) {
        head = received
      },
      data(chunk) {
        if (settled || head === undefined) return undefined
        if (streams()) return guarded(() => relayStream(chunk))
        collect(chunk, head)
        return undefined
      },
      usage(usage) {
        reported = usage
      },
      end() {
        clearTimeout(linger)
        if (settled) return
        const received = head
        if (received === undefined) unavailable('closed the connection without an answer')
        else if (received.status >= 300) refuse(received)
        else if (!streams()) guarded(() => readWhole(Buffer.concat(body), received))
        // A provider that forgets the closing event but gave a finish reason has finished.
        else if (said.finishReason !== undefined && begun && closingEvent !== undefined)
          complete(Buffer.from(closingEvent))
        else unavailable('ended the stream before the answer was finished')
      },
      fail(error) {
        clearTimeout(linger)
        fail(error)
      },
    })
  } catch (cause) {
    fail(new MeritorderError('server', `The call to ${provider} could not be sent.`, { provider, cause }))
  }
  if (settled) abort()
  return promise

  /** Whole replies and error pages have the first byte's deadline for all of them. */
  function collect(chunk: Buffer, { status }: ReplyHead): void {
    firstByteMs ??= performance.now() - startedAt
    bodyBytes += chunk.length
    body.push(chunk)
    if (status >= 300 && bodyBytes > MAX_ERROR_BYTES) refuse(head!)
    else if (bodyBytes > MAX_WHOLE_BYTES) unavailable(`sent more than ${MAX_WHOLE_BYTES} bytes`)
  }

  function refuse(received: ReplyHead): void {
    settle(
      { kind: 'failed', ...readRefusal(received, Buffer.concat(body), provider, apiKey), ...timing() },
      true,
    )
  }

  function readWhole(whole: Buffer, { contentType }: ReplyHead): undefined {
    const parsed = parseJson(whole.toString('utf8'))
    const part = parsed === undefined ? undefined : said.read(parsed)
    if (parsed === undefined) unavailable(`sent ${whatInstead(whole, contentType)}`)
    else if (part?.kind === 'error') {
      const { error, failover } = readReportedError(provider, part, apiKey)
      fail(error, failover)
    } else if (call.stream || !said.isAnswer(parsed))
      unavailable('sent something else than the answer asked for')
    else
      complete(edit === undefined || part?.value === undefined ? whole : editedReply(whole, part.value, edit))
    return undefined
  }

  /** Turns what the relay cannot digest (an endless event, a head that cannot be written) into a failed attempt. */
  function guarded(relayChunk: () => undefined | Promise<void>): undefined | Promise<void> {
    try {
      return relayChunk()
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'unreadable'
      fail(
        new MeritorderError('provider_unavailable', `The stream of ${provider} cannot be relayed: ${why}.`, {
          provider,
          cause,
        }),
      )
      return undefined
    }
  }
}

const NOTHING = Buffer.alloc(0)

function stopped(): MeritorderError {
  return new MeritorderError(
    'provider_overloaded',
    'This gateway stopped before the answer was finished. Send the call again in a moment.',
    { retryAfterSeconds: 1 },
  )
}

function isEventStream({ status, contentType }: ReplyHead): boolean {
  return status < 300 && contentType.startsWith('text/event-stream')
}

function whatInstead(whole: Buffer, contentType: string): string {
  if (whole.length === 0) return 'an empty reply'
  return contentType.includes('json')
    ? 'a broken JSON reply'
    : `no JSON but ${contentType.slice(0, 60) || 'an unnamed type'}`
}
