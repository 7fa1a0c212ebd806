import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'undici'
import { codeOfStatus, MeritorderError } from '../errors.ts'
import { isObject } from '../json/is-object.ts'
import type { OwnCalls, OwnPurpose } from '../receive/own-calls.ts'
import { stopping } from '../receive/sent-away.ts'

/**
 * The gateway's own door, for calls that are made on behalf of one that came in: decided, limited, paid for and recorded
 * like any other, under the same key, but not counted against how often it may call.
 */
export interface OwnGateway {
  /**
   * Posts a JSON body with the head of the call behind it.
   *
   * @param path below `/v1`
   * @param purpose what the call is for; it is recorded as app, beside what its caller attached
   * @param ends the call when it is aborted
   * @throws MeritorderError what the gateway refused with, `timeout`, or `provider_overloaded` where it is stopping
   */
  post(
    path: string,
    behind: IncomingHttpHeaders,
    body: object,
    purpose: OwnPurpose,
    ends?: AbortSignal,
  ): Promise<OwnReply>
}

export interface OwnReply {
  readonly body: Readonly<Record<string, unknown>>
  /** '' where nothing was made. */
  readonly generationId: string
  /** Exact decimal USD; '0' where it is not known. */
  readonly costUsd: string
}

/** A model may think for a while. */
const TIMEOUT_MS = 300_000
const MOST_BYTES = 64 * 1024 * 1024
/** Until another gateway may be there, s. */
const SOON = 1

/** What a head says about its connection and its body, and where a web page asked from. */
const NOT_PASSED_ON = new Set([
  ...['host', 'connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect'],
  ...['content-length', 'content-type', 'content-encoding', 'accept-encoding', 'origin', 'referer'],
])

/**
 * @param url of the gateway, known once it listens
 * @param isOpen whether calls are let in; once they are not, nothing listens any more
 */
export function ownGateway(
  url: () => string,
  { mark }: Pick<OwnCalls, 'mark'>,
  isOpen: () => boolean,
): OwnGateway {
  return {
    async post(path, behind, body, purpose, ends) {
      // Of the two headers that name an app this one counts, whatever the other says.
      const app = { 'x-openrouter-title': `meritorder ${purpose}` }
      const head = { ...passedOn(behind), ...app, ...mark(purpose) }
      const reply = await sent(`${reachable(url())}/v1${path}`, head, body, ends).catch((cause) => {
        if (!isOpen()) throw stopping(SOON)
        throw new MeritorderError('timeout', 'The gateway did not answer itself in time.', { cause })
      })
      const text = await bounded(reply.body)
      const value = parsed(text)
      if (reply.statusCode >= 300) throw refused(reply.statusCode, value)
      return {
        body: value,
        generationId: textOf(reply.headers['x-generation-id']) ?? '',
        costUsd: textOf(reply.headers['x-meritorder-cost']) ?? '0',
      }
    },
  }
}

function sent(url: string, headers: Record<string, string>, body: object, ends?: AbortSignal) {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  return request(url, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: ends === undefined ? late : AbortSignal.any([late, ends]),
  })
}

/** An address that stands for all of this machine's is no place to call. */
function reachable(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

function passedOn(behind: IncomingHttpHeaders): Record<string, string> {
  const passed = Object.entries(behind).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && !NOT_PASSED_ON.has(entry[0]),
  )
  return { ...Object.fromEntries(passed), 'content-type': 'application/json' }
}

async function bounded(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of body) {
    pieces.push(piece)
    bytes += piece.length
    if (bytes > MOST_BYTES)
      throw new MeritorderError('server', `An answer is larger than ${MOST_BYTES} bytes.`)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function refused(status: number, value: Readonly<Record<string, unknown>>): MeritorderError {
  const error = isObject(value.error) ? value.error : {}
  const message = textOf(error.message) ?? `The gateway answered ${status}.`
  return new MeritorderError(codeOfStatus(status), message, { status })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
