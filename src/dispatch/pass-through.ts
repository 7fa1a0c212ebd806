import type { Dispatcher } from 'undici'
import { rewriteMembers } from '../json/rewrite-members.ts'
import type { Dialect, Loss, Skin } from '../receive/dialects/dialect.ts'
import type { Exchange, ReplySink, Send } from './exchange.ts'
import { connectionError, readRetryAfter } from './failure.ts'
import type { Pools } from './pools.ts'

/** What a native dialect's request has besides the caller's bytes. */
export interface NativeWire<S extends Skin = Dialect> {
  /** Path below the provider's base URL: `/chat/completions`. */
  readonly path: string
  /** How the key is presented, and what else the provider wants to see in the head. */
  headers(exchange: Exchange<S>): Record<string, string>
  /** What of the body is another on its way to this host. */
  edit(exchange: Exchange<S>): BodyEdit
}

/** Top-level members of a body that do not go out as they came. */
export interface BodyEdit {
  /** Those to set, as JSON text; the model's name among them. */
  readonly set: Readonly<Record<string, string>>
  /** Those that this host would refuse a call for. */
  readonly remove?: readonly string[]
  /** What of all that the answer may miss; the rest is only said otherwise. */
  readonly losses?: readonly Loss[]
}

/**
 * Sends a call to a host that speaks the caller's own dialect: the bytes pass through, but for the members that
 * `wire` edits and the `steeringFields`, which are ours.
 */
export function passThrough<S extends Skin = Dialect>(
  pools: Pools,
  wire: NativeWire<S>,
  steeringFields: ReadonlySet<string>,
): Send<S> {
  const targetOf = createTargets(wire.path)
  return (exchange, sink) => {
    const { call, candidate } = exchange
    const { origin, path } = targetOf(candidate.endpoint.baseUrl ?? candidate.provider.baseUrl ?? '')
    const { set, remove = [], losses = [] } = wire.edit(exchange)
    const handler = createHandler(sink, exchange, losses)
    const removed = remove.length === 0 ? steeringFields : new Set([...steeringFields, ...remove])
    pools.of(origin, exchange.fresh).dispatch(
      {
        origin,
        path,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: call.stream ? 'text/event-stream' : 'application/json',
          'user-agent': 'meritorder',
          ...wire.headers(exchange),
        },
        body: rewriteMembers(call.bytes, call.members, { set, remove: removed }),
      },
      handler,
    )
    return () => handler.abort()
  }
}

interface Target {
  readonly origin: string
  readonly path: string
}

/** Addresses are taken apart once. */
function createTargets(path: string): (baseUrl: string) => Target {
  const targets = new Map<string, Target>()
  return (baseUrl) => {
    let target = targets.get(baseUrl)
    if (target === undefined) {
      const url = new URL(baseUrl)
      target = { origin: url.origin, path: `${url.pathname.replace(/\/$/, '')}${path}${url.search}` }
      targets.set(baseUrl, target)
    }
    return target
  }
}

function createHandler(
  sink: ReplySink,
  { candidate }: Exchange<Skin>,
  losses: readonly Loss[],
): Dispatcher.DispatchHandler & { abort(): void } {
  let controller: Dispatcher.DispatchController | undefined
  let aborted = false
  const provider = candidate.provider.slug
  return {
    abort() {
      aborted = true
      controller?.abort(new Error('no longer wanted'))
    },
    onRequestStart(started) {
      controller = started
      if (aborted) started.abort(new Error('no longer wanted'))
    },
    onResponseStart(_controller, status, headers) {
      const retryAfterSeconds = readRetryAfter(headers['retry-after'], Date.now())
      sink.head({
        status,
        contentType: String(headers['content-type'] ?? ''),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
        ...(losses.length === 0 ? {} : { losses }),
      })
    },
    onResponseData(running, chunk) {
      const drained = sink.data(chunk)
      if (drained === undefined) return
      running.pause()
      void drained.then(() => running.resume())
    },
    onResponseEnd: () => sink.end(),
    onResponseError(_controller, error: Error & { code?: string }) {
      if (!aborted) sink.fail(connectionError(provider, error.code ?? error.name, error))
    },
  }
}
